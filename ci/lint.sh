#!/bin/sh
# Formatting and lints of everything, tests and programs included.
. "$(dirname "$0")/env.sh"

ci/rust.sh
cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
