#!/bin/sh
# Checks that Rust is there and new enough.
. "$(dirname "$0")/env.sh"

want=$(sed -n 's/^rust-version = "\([0-9.]*\)"$/\1/p' Cargo.toml)
have=$(rustc --version 2> /dev/null | cut -d ' ' -f 2 | cut -d - -f 1) || have=
if [ -z "$have" ] || ! cargo --version > /dev/null 2>&1; then
    fail "Dyad needs Rust $want or later, and there is none. Install it with
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y
and run this again."
fi
if [ "$(printf '%s\n' "$want" "$have" | sort -V | head -n 1)" != "$want" ]; then
    fail "Dyad needs Rust $want or later, and this is $have. Update it with
    rustup update stable
or, where Rust came from the distribution, install rustup first:
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
fi
