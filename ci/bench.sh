#!/bin/sh
# bench.sh [arguments of dyad-bench]: how fast the built plugins are, beside hand-written ones; and, without
# arguments, how long their editors take between hand, host and eye, beside the host's own pace.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh test
ci/bundles.sh
# The hand-written plugins get all the optimisation that ours have.
cargo build -p dyad-bench --profile dyad-bench \
    --config "profile.dyad-bench.inherits='release'" --config "profile.dyad-bench.lto='fat'" \
    --config "profile.dyad-bench.codegen-units=1" --config "profile.dyad-bench.debug=1"
folder=$CARGO_TARGET_DIR/dyad-bench
${CC:-cc} -std=gnu11 -O3 -Wall -Wextra -shared -fPIC -o "$folder/floor_lv2.so" tests/bench/floor.c -lm
export DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles" DYAD_EDITOR=native
"$folder/dyad-bench" "$@"
[ $# = 0 ] || exit 0
# The way to a plugin's process and back, beside the least that it could cost.
ci/program.sh dyad-host
host=$CARGO_TARGET_DIR/dyad-program/dyad-host
"$host" round-trip
# What each plugin costs as it comes, and while it is automated.
for bundle in "$DYAD_BUNDLES"/*.vst3; do
    "$host" bench "$bundle" --block 64 --events 0,1
done
# An instrument has something to do only while notes are held: sixteen voices as it comes, and with all that costs most.
# The last column is the share of one core.
synth=$DYAD_BUNDLES/synth.vst3
"$host" bench "$synth" --block 64 --events 0 --notes 16
echo "The same with 7 voices of unison in two oscillators, noise, resonance, drive, two slow oscillators, chorus and reverb:"
"$host" bench "$synth" --block 64 --events 0 --notes 16 \
    --set osc_1_unison=7 --set osc_2_unison=7 --set osc_2_level=70 --set sub=50 --set noise=20 \
    --set filter_cutoff=1200 --set filter_resonance=60 --set filter_drive=12 --set filter_envelope=24 \
    --set mod_1_source=lfo_1 --set mod_1_target=cutoff --set mod_1_amount=30 \
    --set mod_2_source=lfo_2 --set mod_2_target=width --set mod_2_amount=40 \
    --set chorus_mix=50 --set reverb_mix=40
# Four held keys, arpeggiated.
"$host" bench "$DYAD_BUNDLES/arpeggiator.vst3" --block 64 --events 0 --notes 4
ci/fifty.sh
cargo test -q -p dyad-tests --test editor_latency -- --ignored --nocapture
# Pages: the same in the built bundles, and what is between a host and a page by itself.
ci/program.sh
export DYAD_WEBVIEW="$CARGO_TARGET_DIR/dyad/dyad-webview"
[ -x "$DYAD_WEBVIEW" ] || exit 0
unset DYAD_EDITOR
echo "With their pages:"
cargo test -q -p dyad-tests --test editor_latency -- --ignored --nocapture
cargo test -q --release -p dyad-editor --test web_latency -- --ignored --nocapture --exact of_a_page
