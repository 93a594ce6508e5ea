#!/bin/sh
# soak.sh [how often, 1000]: editors opened and closed that often, by themselves and in hosts, with what they
# leave behind. `make test` does the same, 25 times.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh test
ci/bundles.sh
ci/bundles.sh -p dyad-probe --out "$CARGO_TARGET_DIR/test-bundles"
export DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles" DYAD_TEST_BUNDLES="$CARGO_TARGET_DIR/test-bundles"
# As they are shipped: dyad-webview too.
ci/program.sh
export DYAD_SOAK="${1:-1000}" DYAD_EDITOR=native DYAD_WEBVIEW="$CARGO_TARGET_DIR/dyad/dyad-webview"
cargo test -p dyad-editor --test cycles --test web_cycles -- --nocapture
cargo test -p dyad-tests --test editor_cycles --test web_cycles -- --nocapture
