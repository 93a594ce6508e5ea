#!/bin/sh
# recording.sh [key]: makes the recording that `make run` plays, and prints its path: an electric guitar (Sub-d, freesound
# 46992), then a tabla (lezaarth, freesound 242591). Both are CC0 and come with sonic-pi-samples. `key` is what a
# compressor's sidechain hears meanwhile: the tabla first.
. "$(dirname "$0")/env.sh"

samples=/usr/share/sonic-pi/samples
folder=$CARGO_TARGET_DIR/input
guitar=$samples/guit_em9.flac
tabla=$samples/loop_tabla.flac
case ${1:-} in
    "") recording=$folder/guitar-and-tabla.wav first=$guitar second=$tabla ;;
    key) recording=$folder/tabla-and-guitar.wav first=$tabla second=$guitar ;;
    *) fail "recording.sh: \"$1\" is not \"key\"" ;;
esac
if [ ! -e "$recording" ]; then
    for sample in "$guitar" "$tabla"; do
        [ -e "$sample" ] || fail "$sample is missing; it comes with sonic-pi-samples"
    done
    command -v sox > /dev/null || fail "sox is missing; it comes with the package sox"
    mkdir -p "$folder"
    # Always the same samples: dither would be new noise each time, and 24 bits need none. Renamed
    # at the end, so that a half-written file is never taken for the recording.
    sox -R -D "$first" "$second" -b 24 "$folder/new-$$.wav" rate -v 48000
    mv "$folder/new-$$.wav" "$recording"
fi
printf '%s\n' "$recording"
