#!/usr/bin/env python3
"""sweep.py PROGRAM FOLDER [DOCUMENT] -- PACKAGE…: puts every plugin of Debian packages through dyad-host.

Reads FOLDER/mono.wav and FOLDER/stereo.wav, writes FOLDER/plugins-tested.md and all reports and pictures, and puts
the tables between DOCUMENT's marks. Exit code 1 where dyad-host failed, or code of its own was what crashed or hung.
"""
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import whose

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
# Where core files go.
CORES = FOLDER / "cores"
DOCUMENTS, PACKAGES = sys.argv[3:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
# More names than this are not listed.
MANY = 30
BEGIN, END = "<!-- what `make sweep` has found -->", "<!-- as far as that -->"

# Exit codes (host/src/cli/exit.rs) that tell of the plugin: it does not load, crashed, hung, or refused something;
# it has no editor, none for X11, one that did not open, or a blank one; it failed or has a defect.
LOAD, CRASHED, HUNG, REFUSED, DEFECT = 5, 7, 8, 9, 16
NO_EDITOR, FOREIGN_EDITOR, BROKEN_EDITOR, BLANK_EDITOR = 12, 13, 14, 15


def song():
    """Six seconds at 120 quarter notes a minute: chords that end in both ways, controllers, pitch bend."""
    def second(end):
        chord = b"".join(bytes([0, 0x90, key, 100]) for key in (48, 60, 67))
        moves = bytes([24, 0xB0, 1, 90, 0, 0xE0, 0, 80, 48, 0xB0, 1, 0, 0, 0xE0, 0, 64, 0, 0xB0, 64, 0])
        return chord + moves + b"".join(bytes([40, end, key, 0]) for key in (48, 60, 67))
    track = b"".join(second(end) for end in (0x80, 0x90, 0x80, 0x90, 0x80, 0x90)) + b"\x00\xff\x2f\x00"
    return b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk" + len(track).to_bytes(4, "big") + track


class Run:
    """A run of dyad-host, and whether it or the plugin failed."""

    def __init__(self, words, limit, *fine):
        self.words = words
        command = [PROGRAM, "--verbose", *words]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 start_new_session=True, text=True, errors="replace", cwd=CORES)
        late = False
        try:
            self.out, err = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            late = True
            os.killpg(child.pid, signal.SIGKILL)
            self.out, err = child.communicate()
        self.code = child.returncode
        complaints = [line for line in err.splitlines() if line.startswith("dyad-host: ")]
        panics = [line for line in err.splitlines() if "panicked at" in line]
        self.reason = complaints[-1].removeprefix("dyad-host: ") if complaints else f"exit code {self.code}"
        self.ours = None
        if late:
            self.ours = f"did not end within {limit} s"
        elif panics:
            self.ours = panics[0]
        elif self.code in (CRASHED, HUNG) and self.code in fine:
            self.ours = judged(words, self.code == HUNG)
        elif self.code != 0 and self.code not in fine:
            self.ours = self.reason


def judged(words, hung, **more):
    """What is wrong with dyad-host, where a crash is its own."""
    theirs, trace = whose.plugins(PROGRAM, words, hung, **more)
    with open(FOLDER / "crashes.txt", "a") as log:
        print(*words, trace, sep="\n    ", file=log)
    return None if theirs else f"dyad-host's own code {'hangs' if hung else 'crashes'}: {trace}"


class Plugin:
    """One plugin on its way through."""

    def __init__(self, package, bundle, entry):
        self.package, self.entry = package, entry
        self.words = [str(bundle), "--class", entry["id"]]
        self.name = entry["name"] + (" (VST3)" if entry["format"] == "vst3" else "")
        self.stem = re.sub(r"\W+", "-", f"{bundle.stem}-{entry['format']}-{entry['name']}")

    def ours(self, what, why):
        self.package.ours.append(f"{what}, {self.name}: {why}")
        print("  OURS:", self.package.ours[-1], flush=True)

    def fault(self, what, text):
        self.package.faults[what].append((self.name, text))

    def run(self, what, words, limit, *fine):
        """Runs a command that takes a plugin; whatever else it may say belongs to `fine`."""
        run = Run(words, limit, LOAD, CRASHED, HUNG, REFUSED, *fine)
        if run.ours:
            self.ours(what, run.ours)
        elif run.code not in (0, *fine):
            self.fault(f"{what} fails", run.reason)
        return run

    def sweep(self):
        counts, entry = self.package.counts, self.entry
        counts["plugins"] += 1
        counts["scanned"] += entry["state"] == "ok"
        if entry["state"] != "ok":
            self.fault("the scan fails", entry["reason"])
        if self.run("loading", ["info", "--json", *self.words], 60).code != 0:
            return
        counts["loaded"] += 1
        self.render(entry["details"] or {})
        self.editor()
        self.check()

    def render(self, details):
        words = ["render", *self.words, "--block", "64,512,1,441"]
        output = FOLDER / f"{self.stem}.{'wav' if details.get('main_outputs') else 'mid'}"
        if output.suffix == ".mid" and not details.get("event_outputs"):
            return self.package.faults["has nothing to render: neither sound nor events come out"].append((self.name, ""))
        if midi := details.get("event_inputs"):
            words += ["--midi", str(FOLDER / "song.mid")]
        if inputs := details.get("main_inputs"):
            # A file of one channel fills all that there are.
            words += ["--in", str(FOLDER / ("stereo.wav" if inputs == 2 else "mono.wav"))]
        words += ["--tail", "1"] if midi or inputs else ["--seconds", "3"]
        run = self.run("rendering", [*words, "--out" if output.suffix == ".wav" else "--midi-out", str(output)], 180)
        self.package.counts["rendered"] += run.code == 0
        if level := re.search(r"peak (-∞|NaN|∞) dBFS", run.out):
            self.fault("is silent with its defaults" if level[1] == "-∞" else "is not finite", "")
        return None

    def editor(self):
        picture = FOLDER / f"{self.stem}.png"
        codes = NO_EDITOR, FOREIGN_EDITOR, BROKEN_EDITOR, BLANK_EDITOR
        run = self.run("its editor", ["gui", *self.words, "--screenshot", str(picture)], 120, *codes)
        self.package.counts["opened"] += run.code == 0
        self.package.counts["editors"] += run.code != NO_EDITOR
        if run.code in codes[1:]:
            self.fault("its editor can't be shown", run.reason.split(": ", 1)[-1])

    def check(self):
        run = Run(["check", "--json", *self.words], 900, LOAD, DEFECT)
        if run.ours:
            return self.ours("check", run.ours)
        (FOLDER / f"{self.stem}.json").write_text(run.out)
        self.package.counts["checked"] += 1
        errors = 0
        for trial in json.loads(run.out)["plugins"][0]["trials"]:
            for finding in trial["findings"]:
                if finding["severity"] == "error":
                    errors += 1
                    self.finding(trial["name"], finding["rule"], finding["text"])
        self.package.counts["clean"] += errors == 0
        for core in CORES.iterdir():
            core.unlink()
        return None

    def finding(self, trial, rule, text):
        self.fault(f"`{rule}` in `{trial}`", text)
        if rule not in ("crashed", "exited", "hung"):
            return
        mine, theirs = socket.socketpair()
        with mine, theirs:
            words = ["check-trial", trial, self.entry["format"], os.path.realpath(self.words[0]), self.words[2]]
            if why := judged(words, rule == "hung", cores=sorted(CORES.iterdir()), stdin=theirs):
                self.ours(f"check, {trial}", why)


class Package:
    """What is known of one package."""

    def __init__(self, name):
        self.name, self.counts = name, Counter()
        # What is wrong with dyad-host; and by kind, what is with plugins.
        self.ours, self.faults = [], defaultdict(list)
        self.version = asked("dpkg-query", "-W", "-f", "${Version}", name)
        files = {Path(line) for line in asked("dpkg", "-L", name).splitlines()}
        self.bundles = sorted({file.parent for file in files if file.name == "manifest.ttl"}
                              | {file for file in files if file.suffix == ".vst3" and file.is_dir()})

    def sweep(self):
        for bundle in self.bundles:
            scan = Run(["scan", "--json", "--no-cache", str(bundle)], 300, DEFECT)
            if scan.ours:
                self.ours.append(f"scan, {bundle}: {scan.ours}")
                continue
            for entry in json.loads(scan.out)["plugins"]:
                if entry["id"]:
                    print(f"{self.name}: {entry['name']} ({entry['format'].upper()})", flush=True)
                    Plugin(self, bundle, entry).sweep()
                # Some bundles hold nothing but presets, or what others refer to.
                elif "no plugin" not in entry["reason"]:
                    self.faults["does not open"].append((bundle.name, entry["reason"]))

    def row(self):
        c = self.counts
        steps = [c[step] for step in ("plugins", "scanned", "loaded", "rendered", "checked", "clean")]
        return [self.name, self.version, *steps, f"{c['opened']} of {c['editors']}", len(self.ours)]

    def details(self):
        lines = [f"- **dyad-host's fault**: {one}" for one in self.ours]
        for fault, found in sorted(self.faults.items()):
            names = list(dict.fromkeys(name for name, _ in found))
            if len(names) > MANY:
                names = [f"{len(names)} plugins, from {names[0]} to {names[-1]}"]
            example = next((text for _, text in found if text), "")
            example = f" ({example[:140]}{'…' * (len(example) > 140)})" if example else ""
            lines.append(f"- {fault}: {', '.join(names)}{example}")
        return f"### {self.name}\n\n" + ("\n".join(lines) or "No failures.")


def asked(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def report(packages):
    head = ["package", "version", "plugins", "scanned", "loaded", "rendered", "checked", "of these without errors",
            "editors shown", "dyad-host's failures"]
    rows = [head, ["---"] * 2 + ["---:"] * 8, *(package.row() for package in packages)]
    table = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
    release = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())[1]
    parts = [f"{release}, {os.uname().machine}, {date.today()}.", table, *(p.details() for p in packages)]
    return "\n\n".join(parts) + "\n"


def planted():
    """What dyad-host does wrong on purpose must be seen as its own."""
    for words in ["info"], ["info", "__crash__"], ["--limit", str(whose.HANGS + 2), "info", "__hang__"]:
        if (Run(words, 60, CRASHED, HUNG).ours or whose.GONE).endswith(whose.GONE):
            sys.exit(f"what `dyad-host {' '.join(words)}` does was not seen as its own fault")


def main():
    CORES.mkdir()
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    planted()
    (FOLDER / "song.mid").write_bytes(song())
    packages = [package for package in map(Package, PACKAGES) if package.bundles]
    for package in packages:
        package.sweep()
    text = report(packages)
    (FOLDER / "plugins-tested.md").write_text(text)
    for document in map(Path, DOCUMENTS):
        before, rest = document.read_text().split(BEGIN)
        document.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END)[1]}")
    print(text)
    sys.exit(any(package.ours for package in packages))


main()
