"""Shows editors of the VST3 bundle in pedalboard, a host made of JUCE, and does what it reads, line by line:

    set GAIN     sets the gain of the one that is open
    get          prints it
    close        closes the editor

The second editor is that of another instance, which got the first one's state. The third is the second one's
again. Nothing is heard in between: the plugin is not running.
"""
import ctypes
import sys
import threading

import pedalboard

# Without a desktop JUCE asks window 0 for a property when it opens one of its own, whatever is in it, and an
# X error ends the program unless somebody listens.
errors = []
listen = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: errors.append(error) or 0)
ctypes.CDLL("libX11.so.6").XSetErrorHandler(listen)


def say(*words):
    print(*words, flush=True)


class Commands(threading.Thread):
    """Reads them from the one standard input, whichever editor is open."""

    def __init__(self):
        super().__init__(daemon=True)
        self.plugin = None
        self.done = threading.Event()
        self.start()

    def run(self):
        for line in sys.stdin:
            words = line.split()
            if words[0] == "set":
                # By position: by value pedalboard only comes close.
                self.plugin.parameters["gain_db"].raw_value = (float(words[1]) + 60) / 84
                say("set")
            elif words[0] == "get":
                say("gain", gain(self.plugin))
            elif words[0] == "close":
                self.done.set()


def gain(plugin):
    return plugin.parameters["gain_db"].raw_value * 84 - 60


def show(plugin):
    commands.plugin = plugin
    commands.done.clear()
    say("opening")
    plugin.show_editor(commands.done)
    say("closed", gain(plugin))


commands = Commands()
first, second, third = (pedalboard.load_plugin(sys.argv[1]) for _ in range(3))
show(first)
second.raw_state = first.raw_state
show(second)
show(second)
say("others", gain(first), gain(third))
