#!/usr/bin/env bash
# Restores $BACKUP, a file name under /backup, or `latest`.
set -euo pipefail

if [ "${BACKUP}" = latest ]; then
  BACKUP="$(basename "$(ls -1t /backup/*.sql.gz | head -n 1)")"
fi

gzip --test "/backup/${BACKUP}"
echo "restoring ${BACKUP}"
gzip --decompress --stdout "/backup/${BACKUP}" | mysql --host="${DATABASE_HOST}" --user=root
mysqlcheck --host="${DATABASE_HOST}" --user=root --all-databases --silent
echo "restored ${BACKUP}"
