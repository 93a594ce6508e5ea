#!/bin/sh
# fifty.sh: fifty equalisers with all eight bands at work, one after the other, each in a process of its own, in blocks of
# 512 frames: more than 1 × real time is what a session needs. (In blocks of 64 frames it is about that, and nearly all
# of it is the way to fifty processes and back, which a DAW does not have.) Needs `make bundles` and dyad-host as it is
# shipped.
. "$(dirname "$0")/env.sh"

host=$CARGO_TARGET_DIR/dyad-program/dyad-host
equaliser=$CARGO_TARGET_DIR/bundles/equaliser.vst3
recording=$(ci/recording.sh)
folder=$CARGO_TARGET_DIR/fifty
mkdir -p "$folder"
# The bands' state, once: a command with four hundred settings is no fun to read.
"$host" render "$equaliser" --in "$recording" --out "$folder/one.wav" --save-state "$folder/eight.state" \
    --set band_1_on=1 --set band_1_kind=low_cut --set band_1_slope=db_48 \
    --set band_2_on=1 --set band_2_gain=1 --set band_3_on=1 --set band_3_gain=-1 --set band_4_on=1 --set band_4_gain=1 \
    --set band_5_on=1 --set band_5_gain=-1 --set band_6_on=1 --set band_6_gain=1 --set band_7_on=1 --set band_7_gain=-1 \
    --set band_8_on=1 --set band_8_kind=high_cut --set band_8_slope=db_48
set -- "$equaliser" --state "$folder/eight.state"
for _ in $(seq 49); do
    set -- "$@" --then "$equaliser" --state "$folder/eight.state"
done
echo "Fifty equalisers, eight bands each, 512 frames:"
"$host" render "$@" --block 512 --tail 0 --in "$recording" --out "$folder/fifty.wav"
rm -rf "$folder"
