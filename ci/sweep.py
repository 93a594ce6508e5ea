#!/usr/bin/env python3
"""sweep.py PROGRAM FOLDER [DOCUMENT] -- PACKAGE…: puts every plugin of Debian packages through dyad-host.

Reads FOLDER/mono.wav and FOLDER/stereo.wav, writes FOLDER/plugins-tested.md and all reports, and replaces what DOCUMENT holds between
the two marks. Exit code 1 where dyad-host itself failed, or where a plugin's crash was in dyad-host's own code.
"""
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

PROGRAM, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
DOCUMENT, PACKAGES = sys.argv[3:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
MARKS = "<!-- made by `make sweep` from here -->", "<!-- to here -->"

# Exit codes of dyad-host (host/src/cli/exit.rs) that tell of the plugin: it does not load, crashed, hung, refused
# something; its editor is broken or blank; it failed, or has a defect.
LOAD, CRASHED, HUNG, REFUSED, BROKEN, BLANK, DEFECT = 5, 7, 8, 9, 14, 15, 16
# No editor, or none for X11.
NO_EDITOR = 12, 13

# Ten seconds of MIDI at 120 quarter notes a minute: a chord of half a second every second, and controllers.
NOTES = b"".join(
    bytes([0, 0x90, 48, 100, 0, 0x90, 60, 90, 0, 0x90, 67, 80, 0, 0xB0, 1, 40, 0, 0xE0, 0, 70])
    + bytes([96, 0x80, 48, 0, 0, 0x80, 60, 0, 0, 0x80, 67, 0, 0, 0xB0, 1, 0, 0, 0xE0, 0, 64, 96, 0xB0, 7, 100])
    for _ in range(3)) + b"\x00\xff\x2f\x00"
MIDI = (b"MThd" + bytes([0, 0, 0, 6, 0, 0, 0, 1, 0, 96]) + b"MTrk" + len(NOTES).to_bytes(4, "big") + NOTES)

# What gdb says of a crash: for each frame of the thread the file of its code, and its name.
FRAMES = """python
frame = gdb.newest_frame()
while frame is not None:
    print("FRAME", gdb.solib_name(frame.pc()) or "-", frame.name() or "?")
    frame = frame.older()
end
"""


class Ended:
    """How a run of the program ended."""

    def __init__(self, words, limit):
        self.words = words
        child = subprocess.Popen([PROGRAM, "--verbose", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, start_new_session=True, text=True, errors="replace")
        try:
            self.out, self.err = child.communicate(timeout=limit)
            self.code, self.late = child.returncode, False
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            self.out, self.err = child.communicate()
            self.code, self.late = child.returncode, True
        lines = [line for line in self.err.splitlines() if line.startswith("dyad-host: ")]
        self.reason = lines[-1].removeprefix("dyad-host: ") if lines else f"exit code {self.code}"

    def ours(self, *fine):
        """Why it is dyad-host that failed, where it is; `fine` are the exit codes of other reasons."""
        if self.late:
            return "did not end in time"
        if "panicked at" in self.err:
            return next(line for line in self.err.splitlines() if "panicked at" in line)
        if self.code in (0, *fine):
            return crash(["--limit", "20", *self.words]) if self.code == CRASHED else None
        return self.reason


def crash(words, **streams):
    """Why a crash is dyad-host's own, where it is: none of the code that crashed is the plugin's."""
    commands = ["set breakpoint pending on", "set follow-fork-mode child", "catch syscall exit_group", "run"]
    script = FOLDER / "frames.gdb"
    script.write_text("\n".join(commands) + "\n" + FRAMES)
    gdb = ["gdb", "-q", "-nx", "-batch", "-x", script, "--args", PROGRAM, *words]
    try:
        said = subprocess.run(gdb, capture_output=True, text=True, errors="replace", timeout=120, **streams).stdout
    except subprocess.TimeoutExpired:
        return "crashed, and gdb did not see where"
    frames = re.findall(r"^FRAME (\S+) (.*)$", said, re.M)
    trace = " < ".join(f"{name} ({Path(file).name})" for file, name in frames[:12])
    with open(FOLDER / "crashes.txt", "a") as log:
        print(*words, trace, sep="\n    ", file=log)
    needed = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
    ours = {os.path.realpath(path) for path in re.findall(r"(/\S+) \(", needed)}
    for file, name in frames:
        if file == "-" and "alloc" not in name and name != "?":
            break
        if file != "-" and os.path.realpath(file) not in ours:
            return None
    return f"crashed in dyad-host's own code: {trace}" if frames else "crashed, but not again for gdb"


class Sweep:
    """What is known of one package."""

    def __init__(self, package):
        self.package = package
        query = ["dpkg-query", "-W", "-f", "${Version}", package]
        self.version = subprocess.run(query, capture_output=True, text=True, check=True).stdout
        self.counts = Counter()
        # By what it is, the plugins; and what is wrong with dyad-host.
        self.faults, self.ours = defaultdict(list), []
        files = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout
        paths = {Path(line) for line in files.splitlines()}
        self.bundles = sorted({path.parent for path in paths if path.name == "manifest.ttl"}
                              | {path for path in paths if path.suffix == ".vst3" and path.is_dir()})

    def run(self):
        for bundle in self.bundles:
            self.bundle(bundle)

    def own(self, what, plugin, why):
        self.ours.append(f"{what} {plugin}: {why}")
        print("OURS:", self.ours[-1], flush=True)

    def bundle(self, bundle):
        scan = Ended(["scan", "--json", "--no-cache", str(bundle)], 120)
        if why := scan.ours(DEFECT):
            return self.own("scan", bundle, why)
        for entry in json.loads(scan.out)["plugins"]:
            if not entry["id"]:
                # A bundle of presets alone is none of plugins.
                if not re.search("no plugin", entry["reason"]):
                    self.faults["does not open"].append((bundle.name, entry["reason"]))
                continue
            self.counts["plugins"] += 1
            self.counts["scanned"] += entry["state"] == "ok"
            if entry["state"] != "ok":
                self.faults["does not pass the scan"].append((entry["name"], entry["reason"]))
            self.plugin(bundle, entry)
        return None

    def step(self, what, name, words, limit, *fine):
        """Runs the program; whether it has done what it should."""
        ended = Ended(words, limit)
        if why := ended.ours(LOAD, CRASHED, HUNG, REFUSED, *fine):
            self.own(what, name, why)
        elif ended.code == 0:
            return ended
        elif ended.code not in fine:
            self.faults[f"{what} fails"].append((name, ended.reason))
        return ended

    def plugin(self, bundle, entry):
        name, this = entry["name"], [str(bundle), "--class", entry["id"]]
        label = f"{name} ({entry['format'].upper()})"
        print(f"{self.package}: {label}", flush=True)
        stem = re.sub(r"\W+", "-", f"{bundle.stem}-{entry['format']}-{name}")
        info = self.step("loading", label, ["info", "--json", *this], 60)
        if info.code != 0:
            return
        self.counts["loaded"] += 1
        self.render(label, stem, this, entry["details"] or {})
        picture = FOLDER / f"{stem}.png"
        editor = self.step("its editor", label, ["gui", *this, "--screenshot", str(picture)], 90, *NO_EDITOR)
        self.counts["editors"] += editor.code not in NO_EDITOR
        self.counts["opened"] += editor.code == 0
        if editor.code in NO_EDITOR and "GtkUI" in editor.reason:
            self.counts["of GTK"] += 1
        self.check(label, stem, this)

    def render(self, label, stem, this, details):
        words, audio, midi = ["render", *this, "--block", "64,512,1,441"], FOLDER / f"{stem}.wav", FOLDER / "in.mid"
        if details.get("event_inputs"):
            words += ["--midi", str(midi)]
        if inputs := details.get("main_inputs"):
            # A file of one channel fills all that there are.
            words += ["--in", str(FOLDER / ("stereo.wav" if inputs == 2 else "mono.wav"))]
        elif "--midi" not in words:
            words += ["--seconds", "3"]
        words += ["--out", str(audio)] if details.get("main_outputs") else ["--midi-out", str(audio.with_suffix(".mid"))]
        if "--seconds" not in words:
            words += ["--tail", "1"]
        ended = self.step("rendering", label, words, 180)
        self.counts["rendered"] += ended.code == 0
        if ended.code == 0 and "peak -∞" in ended.out:
            self.faults["is silent"].append((label, ended.out.strip().split(": ", 1)[-1]))

    def check(self, label, stem, this):
        ended = Ended(["check", "--json", *this], 900)
        if why := ended.ours(LOAD, DEFECT):
            return self.own("check", label, why)
        (FOLDER / f"{stem}.json").write_text(ended.out)
        self.counts["checked"] += 1
        errors = 0
        for trial in json.loads(ended.out)["plugins"][0]["trials"]:
            for finding in trial["findings"]:
                if finding["severity"] != "error" or finding["text"].startswith("… and"):
                    continue
                errors += 1
                self.faults[f"`{finding['rule']}`"].append((label, finding["text"]))
                if finding["rule"] in ("crashed", "exited") and (why := trial_crash(trial["name"], this, label)):
                    self.own(f"check, {trial['name']},", label, why)
        self.counts["clean"] += errors == 0
        return None


def trial_crash(trial, this, label):
    import socket
    mine, theirs = socket.socketpair()
    with mine, theirs:
        kind = re.search(r"\((LV2|VST3)\)$", label)[1].lower()
        return crash(["check-trial", trial, kind, os.path.realpath(this[0]), this[2]], stdin=theirs)


def table(sweeps):
    head = ["package", "version", "plugins", "scanned", "loaded", "rendered", "checked", "without an error",
            "editors opened", "our failures"]
    rows = [head, ["---"] * 2 + ["---:"] * 8]
    for s in sweeps:
        c = s.counts
        rows.append([s.package, s.version, *(c[k] for k in ("plugins", "scanned", "loaded", "rendered", "checked", "clean")),
                     f"{c['opened']} of {c['editors']}", len(s.ours)])
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def faults(sweep):
    lines = []
    for fault, found in sorted(sweep.faults.items()):
        by = defaultdict(list)
        for plugin, text in found:
            by[plugin].append(text)
        lines.append(f"- {fault} ({len(by)}): " + "; ".join(f"{p}: {texts[0]}" for p, texts in by.items()))
    return "\n".join(lines) or "None."


def document(sweeps):
    release = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())[1]
    parts = [f"{release}, {date.today()}.", table(sweeps)]
    for sweep in sweeps:
        parts.append(f"### {sweep.package}\n\n{faults(sweep)}")
    return "\n\n".join(parts) + "\n"


def main():
    (FOLDER / "in.mid").write_bytes(MIDI)
    sweeps = []
    for package in PACKAGES:
        sweep = Sweep(package)
        if sweep.bundles:
            sweep.run()
            sweeps.append(sweep)
            (FOLDER / "plugins-tested.md").write_text(document(sweeps))
    print(table(sweeps))
    sys.exit(any(sweep.ours for sweep in sweeps))


main()
