# The sidecar of Argo CD's repo-server, and the pods of load tests: one static program, and the authorities that it trusts.
# `karat cmp plugin sidecar` prints what puts it beside the repo-server. The plugin server itself comes from the repo-server's
# image.

FROM rust:1.95-bookworm AS build
WORKDIR /karat
COPY . .
# With a target of its own, the C library is linked statically into the program, and not into what only the build runs.
RUN target=$(rustc --print host-tuple) \
 && RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --target "$target" \
 && install -D "target/$target/release/karat" /image/usr/local/bin/karat \
 && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && install -d -m 1777 /image/tmp

FROM scratch
COPY --from=build /image/ /
ENV HOME=/tmp PATH=/usr/local/bin
USER 999:999
WORKDIR /tmp
ENTRYPOINT ["/usr/local/bin/karat"]
