#!/bin/sh
# bundles.sh [options of dyad-bundle]: makes the bundles of every plugin.
. "$(dirname "$0")/env.sh"

ci/rust.sh
cargo run -p dyad-ttl --features describe --bin dyad-bundle -- --out "$CARGO_TARGET_DIR/bundles" "$@"
