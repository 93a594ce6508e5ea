"""Drives one plugin bundle in minihost, a host made of JUCE, and prints what it saw as JSON."""
import json
import sys

import minihost
import numpy as np

BLOCK = 512
path = sys.argv[1]


def host():
    return minihost.Plugin(path, sample_rate=48000, max_block_size=BLOCK)


def play(plugin, level=1.0, changes=None, blocks=1):
    """The first output channel of the last of some blocks of a steady level."""
    source = np.full((plugin.num_input_channels, BLOCK), level, np.float32)
    # What nobody writes is found.
    sound = np.full((plugin.num_output_channels, BLOCK), np.nan, np.float32)
    for _ in range(blocks):
        if changes is None:
            plugin.process(source, sound)
        else:
            plugin.process_auto(source, sound, [], changes)
    for other in sound[1:]:
        assert (other == sound[0]).all(), "all channels sound alike"
    return [float(sample) for sample in sound[0]]


def position(db):
    return (db + 60) / 84


seen = {"probe": minihost.probe(path)}
with host() as plugin:
    params = [plugin.get_param_info(n) for n in range(plugin.num_params)]
    seen["names"] = [param["name"] for param in params]
    seen["automatable"] = [param["is_automatable"] for param in params]
    seen["buses"] = [plugin.num_input_buses, plugin.num_output_buses]
    seen["channels"] = [plugin.num_input_channels, plugin.num_output_channels]
    seen["latency"] = plugin.latency_samples
    seen["midi"] = plugin.accepts_midi
    gain = plugin.find_param("gain")
    seen["default"] = plugin.get_param(gain)
    seen["texts"] = {db: plugin.param_to_text(gain, position(db)) for db in (-60, -6, 0, 24)}
    seen["from_text"] = plugin.param_from_text(gain, "-6.0")
    seen["default_sound"] = play(plugin)
    plugin.set_param(gain, position(-6))
    seen["set"] = plugin.get_param(gain)
    seen["set_sound"] = play(plugin, blocks=8)
    seen["automated_sound"] = play(plugin, changes=[(100, gain, position(-20))])
    play(plugin, blocks=8)
    plugin.bypass = True
    seen["bypassed_sound"] = play(plugin, level=0.3, blocks=8)
    seen["bypass"] = plugin.bypass
    plugin.bypass = False
    seen["back_sound"] = play(plugin, blocks=8)
    state = plugin.get_state()
    seen["same_state"] = plugin.get_state() == state
with host() as plugin:
    seen["fresh"] = plugin.get_param(gain)
    plugin.set_state(state)
    seen["restored"] = plugin.get_param(gain)
    seen["restored_sound"] = play(plugin, blocks=8)
print(json.dumps(seen))
