#!/bin/sh
# program.sh [dyad-host]: builds the programs as they are shipped, dyad-host with its manual pages and completions and,
# unless only that one is wanted, the one that shows web editors: optimised, stripped, and without this machine's paths.
# Without WebKitGTK's development files the second one is left out, and editors are native.
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

# build NAME: into the folder dyad-program.
build() {
    CARGO_ENCODED_RUSTFLAGS=$flags cargo build -p "$1" --bin "$1" --profile dyad-program \
        --config "profile.dyad-program.inherits='release'" --config "profile.dyad-program.strip='symbols'"
    program=$CARGO_TARGET_DIR/dyad-program/$1
    for path in "$PWD" "$CARGO_TARGET_DIR" "$registry" "$library"; do
        ! grep -qaF -e "$path/" "$program" || echo "note: $program holds this machine's path $path" >&2
    done
}

# What the program says of itself, laid out as in PREFIX/share.
describe() {
    program=$CARGO_TARGET_DIR/dyad-program/dyad-host
    share=$CARGO_TARGET_DIR/dyad-program/share
    rm -rf "$share-new"
    mkdir -p "$share-new/bash-completion/completions" "$share-new/zsh/site-functions" \
        "$share-new/fish/vendor_completions.d"
    "$program" man --out "$share-new/man/man1"
    "$program" completions bash > "$share-new/bash-completion/completions/dyad-host"
    "$program" completions zsh > "$share-new/zsh/site-functions/_dyad-host"
    "$program" completions fish > "$share-new/fish/vendor_completions.d/dyad-host.fish"
    rm -rf "$share"
    mv "$share-new" "$share"
}

build dyad-host
describe
[ "${1:-}" != dyad-host ] || exit 0
if pkg-config --exists webkit2gtk-4.1 2> /dev/null; then
    build dyad-webview
    # Where the editors in target/bundles find it, as those in LIBDIR/lv2 and LIBDIR/vst3 find LIBDIR/dyad.
    mkdir -p "$CARGO_TARGET_DIR/dyad"
    cp "$CARGO_TARGET_DIR/dyad-program/dyad-webview" "$CARGO_TARGET_DIR/dyad/dyad-webview-new"
    mv -f "$CARGO_TARGET_DIR/dyad/dyad-webview-new" "$CARGO_TARGET_DIR/dyad/dyad-webview"
else
    rm -f "$CARGO_TARGET_DIR/dyad/dyad-webview"
    echo "Web editors are left out, native ones take their place: libwebkit2gtk-4.1-dev is not installed" >&2
fi
