#!/bin/sh
# Everything from a fresh machine to a real recording through every plugin in both formats, and through four of them
# one after the other; instruments, and what plays with MIDI alone, get the notes of a piece. Then the whole piece.
# INPUT names another recording.
. "$(dirname "$0")/env.sh"

ci/rust.sh
ci/deps.sh run
if [ -n "${INPUT:-}" ]; then
    recording=$INPUT
    # It ducks itself.
    key=$INPUT
    [ -e "$recording" ] || fail "INPUT: there is no file $recording"
else
    recording=$(ci/recording.sh)
    key=$(ci/recording.sh key)
fi
ci/bundles.sh
ci/program.sh dyad-host
bundles=$CARGO_TARGET_DIR/bundles
host=$CARGO_TARGET_DIR/dyad-program/dyad-host
folder=$CARGO_TARGET_DIR/run
python3 ci/score.py ci/piece.txt "$folder/notes"
"$host" render-all "$bundles" --in "$recording" --midi "$folder/notes/chords.mid" --out "$CARGO_TARGET_DIR/renders"

# Equaliser → compressor, keyed by drums → delay → convolver.
for format in lv2 vst3; do
    "$host" render \
        "$bundles/equaliser.$format" \
        --set band_1_on=1 --set band_1_kind=low_cut --set band_1_freq=60 --set band_1_slope=db_24 \
        --set band_4_on=1 --set band_4_kind=bell --set band_4_freq=2800 --set band_4_gain=4 --set band_4_q=0.8 \
        --set band_8_on=1 --set band_8_kind=high_shelf --set band_8_freq=9000 --set band_8_gain=3 \
        --then "$bundles/compressor.$format" --sidechain "$key" \
        --set external_key=1 --set threshold=-32 --set ratio=4 --set knee=6 --set attack=5 --set release=140 \
        --then "$bundles/delay.$format" --set note_left=n1_8d --set ping_pong=1 --set feedback=45 --set mix=22 \
        --then "$bundles/convolver.$format" --set source=hall --set mix=18 --set pre_delay=20 \
        --in "$recording" --out "$folder/chain.$format.wav"
done
cmp "$folder/chain.lv2.wav" "$folder/chain.vst3.wav" || fail "The chain does not sound the same in both formats"
sox -V1 "$folder/chain.lv2.wav" -n spectrogram -x 1000 -z 96 -t "Equaliser, compressor, delay, convolver" -c " " \
    -o "$folder/chain.png"
echo "Equaliser → compressor (keyed) → delay → convolver: the same to the bit in both formats"
echo "$folder/chain.lv2.wav, $folder/chain.vst3.wav, and their picture $folder/chain.png"

# Arpeggiator → synth → equaliser → compressor → delay → convolver, and the rest of a piece.
ci/piece.sh
