"""score.py SCORE FOLDER: makes a Standard MIDI File of each part of a score, FOLDER/PART.mid, and dyad-host's
automation files of what is turned meanwhile, FOLDER/PLUGIN.csv.

ci/piece.txt explains how scores are written. Every MIDI file has the tempi and time signatures of the whole piece, and
all are equally long. Needs Python alone.
"""

import re
import sys
from fractions import Fraction
from pathlib import Path

TICKS = 960  # in a quarter note
BEND_RANGE = 2  # semitones, which synthesisers have unless told otherwise
BEND_STEPS = 12  # of a note that comes from elsewhere …
BEND_TIME = Fraction(1, 3)  # … within so many quarter notes
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"": 0, "#": 1, "b": -1}
KEY = r"[A-G][#b]?\d"
NOTE = re.compile(rf"(_|{KEY}(?:\+{KEY})*):(\d+(?:\.\d+)?)(?:~(-?\d+))?")
# At one tick notes end before controllers move, and these before notes begin.
END, MOVE, BEGIN = range(3)


class Mistake(Exception):
    """What is wrong with a score."""


def key(name):
    """The MIDI key of a name: 60 of C4."""
    return STEPS[name[0]] + SIGNS[name[1:-1]] + 12 * (int(name[-1]) + 1)


def byte(text):
    """A data byte of a message."""
    if not 0 <= int(text) < 128:
        raise Mistake(f"{text}: expected 0 to 127")
    return int(text)


class Part:
    """What one player plays: (tick, order, message)."""

    def __init__(self):
        self.velocity, self.events = 80, []

    def say(self, tick, order, *message):
        self.events.append((int(tick), order, bytes(message)))

    def come_from(self, tick, semitones):
        """Bends, from so far away to where the key is."""
        for step in range(BEND_STEPS + 1):
            bend = 8192 + round(semitones * 8192 / BEND_RANGE * (1 - step / BEND_STEPS))
            bend = min(max(bend, 0), 16383)
            self.say(tick + BEND_TIME * TICKS * step / BEND_STEPS, MOVE, 0xE0, bend & 127, bend >> 7)

    def play(self, bars, start, measure):
        """Plays from a tick on, in measures of so many ticks; returns the tick after the last."""
        at = Fraction(start)
        for number, bar in enumerate(bars, 1):
            for word in bar.split():
                note = NOTE.fullmatch(word)
                if word[0] == "!":
                    self.velocity = byte(word[1:])
                elif word[0] == "@":
                    self.say(at, MOVE, 0xB0, 1, byte(word[1:]))
                elif note:
                    keys, length, bend = note.groups()
                    end = at + Fraction(length) * TICKS
                    if bend:
                        self.come_from(at, int(bend))
                    for name in keys.split("+") if keys != "_" else []:
                        self.say(at, BEGIN, 0x90, key(name), self.velocity)
                        self.say(end, END, 0x80, key(name), 64)
                    at = end
                else:
                    raise Mistake(f"{word!r} is no note")
            # A note may be held over the line.
            if at < start + number * measure:
                raise Mistake(f"bar {number} is not full")
        if at != start + len(bars) * measure:
            raise Mistake("the last bar is too long")
        return int(at)


class Score:
    """A score that was read."""

    def __init__(self, text):
        # Parts by name; tempi and time signatures as (tick, order, message); (start, end, value, value) in ticks by
        # plugin and parameter; the length in ticks.
        self.parts, self.song, self.turns, self.end = {}, [], {}, 0
        self.tempi = []
        self.read(text)

    def seconds(self, tick):
        """When a tick is."""
        time = Fraction(0)
        for (begin, tempo), (end, _) in zip(self.tempi, [*self.tempi[1:], (tick, 0)]):
            time += max(min(end, tick) - begin, 0) * Fraction(tempo, 1_000_000 * TICKS)
        return float(time)

    def read(self, text):
        written, turned, measure, ends, section = {}, [], 4 * TICKS, set(), ""

        def close():
            if len(ends) > 1:
                raise Mistake(f"the parts of [{section}] are not equally long")
            begin, self.end = self.end, max(ends, default=self.end)
            for plugin, parameter, values in turned:
                points = self.turns.setdefault(plugin, [])
                points.append((begin, parameter, values[0], "no"))
                # Where the next section may begin with a value of its own.
                points.extend((self.end - 1, parameter, value, "yes") for value in values[1:])
            ends.clear()
            turned.clear()

        for number, line in enumerate(text.splitlines(), 1):
            word, _, rest = line.partition(" ")
            try:
                if not word or word == "#":
                    continue
                if line.startswith("["):
                    close()
                    section = line.strip("[] ")
                elif word == "tempo":
                    tempo = round(60_000_000 / float(rest))
                    self.tempi.append((self.end, tempo))
                    self.song.append((self.end, 0, b"\xff\x51\x03" + tempo.to_bytes(3, "big")))
                elif word == "time":
                    beats, unit = map(int, rest.split("/"))
                    measure = 4 * TICKS * beats // unit
                    self.song.append((self.end, 0, bytes([0xFF, 0x58, 4, beats, unit.bit_length() - 1, 24, 8])))
                elif word == "turn":
                    plugin, parameter, *values = rest.split()
                    turned.append((plugin, parameter, values))
                else:
                    part = self.parts.setdefault(word, Part())
                    velocity, same, other = re.match(r"\s*(!\d+)?\s*(=)?(.*)", rest).groups()
                    if same:
                        rest = f"{velocity or ''} " + re.sub(r"!\d+", "", written[word, other.strip()])
                    written[word, section] = rest
                    ends.add(part.play(rest.split("|"), self.end, measure))
            except (Mistake, LookupError, ValueError) as mistake:
                raise Mistake(f"line {number}: {mistake}") from mistake
        close()


def variable(number):
    """A number of variable length, as MIDI files have times."""
    digits = [number & 127]
    while number := number >> 7:
        digits.insert(0, number & 127 | 128)
    return bytes(digits)


def track(events, end):
    """A track's chunk."""
    data, now = b"", 0
    for tick, _, message in [*sorted(events, key=lambda event: event[:2]), (end, 0, b"\xff\x2f\x00")]:
        data += variable(tick - now) + message
        now = tick
    return b"MTrk" + len(data).to_bytes(4, "big") + data


def main(score, folder):
    score, folder = Score(Path(score).read_text(encoding="utf-8")), Path(folder)
    header = b"MThd" + b"".join(n.to_bytes(size, "big") for n, size in [(6, 4), (1, 2), (2, 2), (TICKS, 2)])
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in score.parts.items():
        tracks = [track(events, score.end) for events in (score.song, part.events)]
        Path(folder, f"{name}.mid").write_bytes(header + b"".join(tracks))
    for plugin, points in score.turns.items():
        lines = [f"{score.seconds(tick)},{parameter},{value},{ramp}" for tick, parameter, value, ramp in points]
        Path(folder, f"{plugin}.csv").write_text("\n".join(["seconds,parameter,value,ramp", *lines, ""]))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Mistake, OSError) as mistake:
        sys.exit(f"score.py: {sys.argv[1]}: {mistake}")
