"""Whose code it was that crashed or hung: gdb looks at the core file, or at the same run again.

The innermost frame that tells is the first one that is neither the C library's nor the allocator's. What dyad-host
is linked with counts as its own: lilv crashes for what it was given. Memory that a plugin has written over is seen
where it is used next, which may be dyad-host's; then this says so, and a person has to look (valgrind helps, with
--soname-synonyms=somalloc=NONE).
"""
import os
import re
import subprocess

# Each thread's frames, innermost first: the library of the code, if it is in one, and the function.
FRAMES = """
selected = gdb.selected_thread()
for thread in sorted(gdb.selected_inferior().threads(), key=lambda thread: thread != selected):
    thread.switch()
    print("THREAD")
    frame = gdb.newest_frame()
    while frame is not None:
        print("FRAME", gdb.solib_name(frame.pc()) or "-", frame.name() or "?")
        frame = frame.older()
"""
# What ends a process that something has unwound out of a plugin of, which leaves none of the plugin's frames.
UNWOUND = "__rust_foreign_exception", "Unwound"
# Seconds until something hangs.
HANGS = 20
# How often a crash is waited for that left no core file: a plugin's process leaves none, a trial's one does where the
# system has it so (/proc/sys/kernel/core_pattern).
TRIES = 5
# What is said of what can't be repeated.
GONE = "it did not happen again"


def plugins(program, words, hung, cores=(), **streams):
    """Whether it was the plugin's code, and the frames as a text."""
    threads = hanging(program, words, streams) if hung else crashing(program, words, cores, streams)
    ldd = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    linked = {os.path.realpath(path) for path in re.findall(r"(/\S+) \(", ldd)}
    for frames in threads:
        # A plugin's own threads only wait; the crash is the first thread's.
        if hung and not any(file == "-" and "dyad_host" in name for file, name in frames):
            continue
        trace = " < ".join(f"{name.split('(')[0]} in {os.path.basename(file)}" if file != "-" else name
                           for file, name in frames[:12])
        if not hung or is_plugins(frames, linked):
            return is_plugins(frames, linked), trace
    return False, "none of the plugin's code is on any stack" if threads else GONE


def is_plugins(frames, linked):
    for file, name in frames:
        if any(word in name for word in UNWOUND) or (file != "-" and os.path.realpath(file) not in linked):
            return True
        if file == "-" and "dyad_host" in name and "allocator" not in name:
            return False
    return False


def gdb(words, about="", **streams):
    """The frames of each thread, if what gdb says is about the right thing."""
    words = ["gdb", "-q", "-nx", "-batch", *words]
    ran = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=300, **streams)
    threads = ran.stdout.split("\nTHREAD\n")[1:] if about in ran.stdout else []
    return [re.findall(r"^FRAME (\S+) (.*)$", thread, re.M) for thread in threads]


def crashing(program, words, cores, streams):
    for core in cores:
        if threads := gdb(["-c", core, program, "-ex", f"python exec({FRAMES!r})"], " ".join(words[:2])):
            return threads
    # A plugin may call exit; that is where it does.
    steps = ["set follow-fork-mode child", "catch syscall exit_group", "run", f"python exec({FRAMES!r})"]
    for _ in range(TRIES):
        threads = gdb([*(word for step in steps for word in ("-ex", step)), "--args", program, *words], **streams)
        if threads and not is_over(threads[0]):
            return threads
    return []


def is_over(frames):
    """Whether it is the process's usual end."""
    names = [name for _, name in frames]
    return "__libc_start_call_main" in names and not any("dyad_host" in name for name in names)


def hanging(program, words, streams):
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    process = subprocess.Popen([program, *words], **{**silent, **streams})
    try:
        process.wait(HANGS)
        return []
    except subprocess.TimeoutExpired:
        pid = process.pid
        while children := open(f"/proc/{pid}/task/{pid}/children").read().split():
            pid = children[-1]
        return gdb(["-p", str(pid), "-ex", f"python exec({FRAMES!r})"])
    finally:
        process.kill()
        process.wait()
