#!/bin/sh
# test.sh [arguments of cargo test]: all tests, with what they need. Tests find it by
#   DYAD_BUNDLES  the finished bundles
#   DYAD_TEST_BUNDLES  those of plugins for tests alone
#   DYAD_HOST     the program dyad-host
#   DYAD_PYTHON   a python with the hosts of ci/python.txt
#   DYAD_WEBVIEW  the program that shows web editors
# Editors are native, so that a test of one does not depend on the other kind: tests of web editors say so.
# Two profiles are built and no more: the bundles' own, and dev for everything else.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh test
DYAD_PYTHON=$(ci/venv.sh)
ci/bundles.sh
# A plugin that uses everything, for tests alone.
ci/bundles.sh -p dyad-probe --out "$CARGO_TARGET_DIR/test-bundles"
export DYAD_PYTHON DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles" DYAD_TEST_BUNDLES="$CARGO_TARGET_DIR/test-bundles"
export DYAD_HOST="$CARGO_TARGET_DIR/debug/dyad-host"
export DYAD_WEBVIEW="$CARGO_TARGET_DIR/debug/dyad-webview" DYAD_EDITOR=native
# Lints are tests too: they refuse what waits on the audio thread (clippy.toml).
ci/lint.sh
ci/web.sh
# First all is built, so that tests of one package find the programs of another.
cargo test --workspace --no-run
[ -x "$DYAD_HOST" ] || cargo build -p dyad-host --bin dyad-host
[ -x "$DYAD_WEBVIEW" ] || cargo build -p dyad-webview
cargo test --workspace --no-fail-fast "$@"
