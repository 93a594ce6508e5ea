#!/bin/sh
# stress.sh [minutes, 5]: the gain in jalv at 64 frames on a JACK server without a sound card, its web editor open
# and its knob never at rest: no block may be lost that is not lost without an editor. Prints both, and the
# real-time priorities that this system allows.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh test
ci/bundles.sh
# As it is shipped: a debug build takes other time.
ci/program.sh
# A server of its own, so that one that tests have left behind is not in its way.
export DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles" DYAD_WEBVIEW="$CARGO_TARGET_DIR/dyad/dyad-webview"
export DYAD_STRESS="${1:-5}" DYAD_JACK="${DYAD_JACK:-dyad-stress}"
cargo test -q -p dyad-tests --test web_stress -- --ignored --nocapture || exit 1
