#!/bin/sh
# Builds the program dyad-host as it is shipped: optimised, stripped, and without this machine's paths.
. "$(dirname "$0")/env.sh"

ci/rust.sh
# Panic messages name source files. Of two prefixes that fit, the last one wins.
registry=${CARGO_HOME:-${HOME:-/root}/.cargo}/registry/src
library=$(rustc --print sysroot)/lib/rustlib/src/rust
commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
separator=$(printf '\037')
flags=${CARGO_ENCODED_RUSTFLAGS:-$(printf '%s' "${RUSTFLAGS:-}" | tr -s ' ' "$separator")}
for name in "$PWD=." "$CARGO_TARGET_DIR=target" "$registry=/crates" "$library=/rustc/$commit"; do
    flags=${flags:+$flags$separator}--remap-path-prefix=$name
done
CARGO_ENCODED_RUSTFLAGS=$flags cargo build -p dyad-host --bin dyad-host --profile dyad-program \
    --config "profile.dyad-program.inherits='release'" --config "profile.dyad-program.strip='symbols'"

program=$CARGO_TARGET_DIR/dyad-program/dyad-host
for path in "$PWD" "$CARGO_TARGET_DIR" "$registry" "$library"; do
    ! grep -qaF -e "$path/" "$program" || echo "note: $program holds this machine's path $path" >&2
done
