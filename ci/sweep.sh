#!/bin/sh
# sweep.sh [package…]: every plugin of other people's packages through dyad-host: scanned, loaded, rendered, checked,
# its editor opened. Without arguments those that ci/apt.txt names for it. The tables go to target/sweep, and with
# SWEEP_DOCS=1 into docs/plugins-tested.md too. Fails where dyad-host itself did, not where a plugin did.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh sweep
[ $# != 0 ] || set -- $(awk '!/^#/ && $2 == "sweep" { print $1 }' ci/apt.txt)
# With its assertions, overflow checks and symbols: what is wrong with it shall be seen.
cargo build -q -p dyad-host --bin dyad-host
folder=$CARGO_TARGET_DIR/sweep
rm -rf "$folder"
mkdir -p "$folder"
recording=$(ci/recording.sh)
sox -D "$recording" "$folder/stereo.wav" trim 0 3
sox -D "$recording" "$folder/mono.wav" remix 1 trim 0 3
mkdir "$folder/home"
# Plugins and their editors write what they like into a home.
HOME=$folder/home PYTHONDONTWRITEBYTECODE=1 xvfb-run -a -s "-screen 0 1600x1200x24" \
    python3 ci/sweep.py "$CARGO_TARGET_DIR/debug/dyad-host" "$folder" ${SWEEP_DOCS:+docs/plugins-tested.md} -- "$@"
