#!/bin/sh
# Everything from a fresh machine to a real recording through every plugin in both formats.
# INPUT names another recording.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh run
if [ -n "${INPUT:-}" ]; then
    recording=$INPUT
    [ -e "$recording" ] || fail "INPUT: there is no file $recording"
else
    recording=$(ci/recording.sh)
fi
ci/bundles.sh
ci/program.sh dyad-host
"$CARGO_TARGET_DIR/dyad-program/dyad-host" \
    render-all "$CARGO_TARGET_DIR/bundles" --in "$recording" --out "$CARGO_TARGET_DIR/renders"
