#!/bin/sh
# piece.sh: renders the piece of ci/piece.txt in both formats into target/run. Each part is a chain of its own, and sox
# mixes them. Needs `make bundles` and dyad-host as it is shipped.
. "$(dirname "$0")/env.sh"

bundles=$CARGO_TARGET_DIR/bundles
host=$CARGO_TARGET_DIR/dyad-program/dyad-host
folder=$CARGO_TARGET_DIR/run
notes=$folder/notes
mkdir -p "$folder"
python3 ci/score.py ci/piece.txt "$notes"

# Each part in a format: arpeggios over held chords, the same chords as a pad, a bass and a melody.
chords() {
    play chords "$1" "$bundles/arpeggiator.$1" --automation "$notes/chords.arpeggiator.csv" \
        --set gate=55 --set swing=52 --set humanise=12 --set steps=8 --set step_1_velocity=115 --set step_5_velocity=108 \
        --set step_2_velocity=86 --set step_4_velocity=80 --set step_6_velocity=84 --set step_8_velocity=78 \
        --then "$bundles/synth.$1" --automation "$notes/chords.synth.csv" \
        --set osc_1_wave=saw --set osc_1_unison=3 --set osc_1_detune=9 --set osc_1_spread=70 \
        --set osc_2_wave=triangle --set osc_2_level=40 --set osc_2_octave=1 \
        --set filter_kind=low24 --set filter_resonance=18 --set filter_envelope=30 --set filter_velocity=45 \
        --set filter_key=40 --set env_1_attack=1 --set env_1_decay=600 --set env_1_sustain=25 --set env_1_release=320 \
        --set env_2_attack=0 --set env_2_decay=260 --set env_2_sustain=8 --set env_2_release=260 --set drift=20 \
        --set velocity=80 --set volume=-12 \
        --then "$bundles/equaliser.$1" \
        --set band_1_on=1 --set band_1_kind=low_cut --set band_1_freq=140 --set band_1_slope=db_24 \
        --set band_4_on=1 --set band_4_kind=bell --set band_4_freq=420 --set band_4_gain=-2.5 --set band_4_q=0.9 \
        --set band_8_on=1 --set band_8_kind=high_shelf --set band_8_freq=7000 --set band_8_gain=3 \
        --then "$bundles/compressor.$1" \
        --set threshold=-30 --set ratio=2.5 --set knee=8 --set attack=12 --set release=160 --set make_up=3 \
        --then "$bundles/delay.$1" \
        --set note_left=n1_8d --set ping_pong=1 --set feedback=42 --set mix=20 \
        --then "$bundles/convolver.$1" --set source=hall --set mix=22 --set pre_delay=18
}
pad() {
    play pad "$1" "$bundles/synth.$1" --automation "$notes/pad.synth.csv" \
        --set osc_1_wave=saw --set osc_1_unison=5 --set osc_1_detune=16 --set osc_1_spread=100 \
        --set osc_2_wave=pulse --set osc_2_level=45 --set osc_2_octave=-1 --set osc_2_unison=3 --set osc_2_detune=10 \
        --set mod_1_source=lfo_1 --set mod_1_target=width --set mod_1_amount=35 --set lfo_1_rate=0.23 \
        --set mod_2_source=lfo_2 --set mod_2_target=cutoff --set mod_2_amount=4 --set lfo_2_rate=0.11 \
        --set filter_kind=low24 --set filter_resonance=8 --set filter_velocity=30 \
        --set env_1_attack=900 --set env_1_decay=2000 --set env_1_sustain=85 --set env_1_release=1800 --set env_1_curve=40 \
        --set chorus_mix=35 --set drift=25 --set velocity=75 --set volume=-20 \
        --then "$bundles/convolver.$1" --set source=hall --set mix=30
}
bass() {
    play bass "$1" "$bundles/synth.$1" \
        --set mode=mono --set glide=45 --set glide_of=legato --set osc_1_wave=saw --set sub=55 \
        --set osc_2_wave=pulse --set osc_2_level=30 --set osc_2_fine=6 \
        --set filter_kind=low24 --set filter_cutoff=260 --set filter_resonance=15 --set filter_envelope=22 \
        --set filter_velocity=40 --set filter_drive=6 --set env_1_attack=3 --set env_1_decay=900 --set env_1_sustain=70 \
        --set env_1_release=120 --set env_2_attack=0 --set env_2_decay=320 --set env_2_sustain=15 --set volume=-12 \
        --then "$bundles/compressor.$1" --set threshold=-24 --set ratio=3 --set attack=15 --set release=120
}
lead() {
    play lead "$1" "$bundles/synth.$1" \
        --set mode=legato --set glide=60 --set osc_1_wave=pulse --set osc_1_width=38 --set osc_2_wave=saw \
        --set osc_2_level=40 --set osc_2_fine=-7 --set filter_kind=low12 --set filter_cutoff=1900 \
        --set filter_envelope=14 --set filter_velocity=40 --set env_1_attack=25 --set env_1_decay=800 \
        --set env_1_sustain=75 --set env_1_release=350 --set env_2_attack=40 --set env_2_decay=700 --set env_2_sustain=30 \
        --set lfo_1_rate=5.2 --set lfo_1_fade=600 \
        --set mod_1_source=lfo_1 --set mod_1_via=wheel --set mod_1_target=pitch --set mod_1_amount=28 \
        --set volume=-14 \
        --then "$bundles/delay.$1" --set note_left=n1_4 --set ping_pong=1 --set feedback=32 --set mix=18 \
        --then "$bundles/convolver.$1" --set source=hall --set mix=24 --set pre_delay=25
}
# play PART FORMAT PLUGIN…: a chain plays a part's notes.
play() {
    part=$1 format=$2
    shift 2
    "$host" render "$@" --midi "$notes/$part.mid" --out "$folder/$part.$format.wav"
}

for format in lv2 vst3; do
    for part in chords pad bass lead; do
        $part $format
    done
    # Without dither: always the same samples.
    sox -V1 -D -m -v 0.9 "$folder/chords.$format.wav" -v 0.8 "$folder/pad.$format.wav" -v 0.9 "$folder/bass.$format.wav" \
        -v 0.8 "$folder/lead.$format.wav" -e floating-point -b 32 "$folder/piece.$format.wav"
done
for part in chords pad bass lead piece; do
    cmp "$folder/$part.lv2.wav" "$folder/$part.vst3.wav" || fail "\"$part\" does not sound the same in both formats"
done
picture() {
    sox -V1 "$folder/$1.lv2.wav" -n spectrogram -x 1000 -z 96 -t "$2" -c " " -o "$folder/$1.png"
}
picture chords "Arpeggiator, synth, equaliser, compressor, delay, convolver"
picture piece "The piece: arpeggios, pad, bass, melody"
echo "Arpeggiator → synth → equaliser → compressor → delay → convolver, pad, bass and melody: the same to the bit in both formats"
echo "$folder/piece.lv2.wav, its parts beside it, and its picture $folder/piece.png"
