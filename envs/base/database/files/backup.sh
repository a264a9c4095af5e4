#!/usr/bin/env bash
# Dumps all databases, verifies the dump, and keeps the newest $KEEP of them.
set -euo pipefail

file="/backup/$(date -u +%Y%m%dT%H%M%SZ).sql.gz"

mysqldump --host="${DATABASE_HOST}" --user=root --single-transaction --routines --events --triggers --all-databases |
  gzip > "${file}.part"

gzip --test "${file}.part"
gzip --decompress --stdout "${file}.part" | tail -n 1 | grep -q '^-- Dump completed'
mv "${file}.part" "${file}"
echo "wrote ${file}"

ls -1t /backup/*.sql.gz | tail -n "+$((KEEP + 1))" | while read -r old; do
  rm -- "${old}"
  echo "removed ${old}"
done
