"""Drives the VST3 bundle in pedalboard, Spotify's host made of JUCE, and prints what it saw as JSON."""
import json
import sys

import numpy as np
import pedalboard

RATE = 48000


def load():
    return pedalboard.load_plugin(sys.argv[1])


def play(plugin, sound, **options):
    return np.asarray(plugin.process(sound, RATE, **options), np.float64)


def error(sound, expected):
    """The largest distance at any frame; NaN is JSON's nothing, and so fails."""
    assert sound.shape == expected.shape, (sound.shape, expected.shape)
    distance = float(np.abs(sound - expected).max())
    return distance if np.isfinite(distance) else None


noise = np.random.default_rng(1).uniform(-0.9, 0.9, (2, 3 * RATE)).astype(np.float32)
exact = noise.astype(np.float64)
factor = 10 ** (-6 / 20)

plugin = load()
# Named with its unit.
gain = plugin.parameters["gain_db"]
seen = {
    "name": plugin.name,
    "is_effect": plugin.is_effect,
    "vendor": plugin.manufacturer_name,
    "version": plugin.version,
    "latency": plugin.reported_latency_samples,
    "parameters": sorted(plugin.parameters),
    # The ends are read from their texts.
    "range": [str(gain.min_value), str(gain.max_value)],
    "unit": gain.label,
    "automatable": [name for name, param in sorted(plugin.parameters.items()) if param.is_automatable],
    "default": plugin.gain_db,
    "default_error": error(play(plugin, noise), exact),
}
plugin.gain_db = -6
seen["set"] = plugin.gain_db
seen["text"] = gain.string_value
# By value pedalboard only comes close: it looks values up among a thousand texts.
seen["position"] = gain.raw_value
gain.raw_value = 54 / 84
seen["exact"] = plugin.gain_db
# `process` resets the plugin first, so that nothing is left of the value before.
for block in (64, 1000, 8192):
    seen[f"error_{block}"] = error(play(plugin, noise, buffer_size=block), exact * factor)
mono = play(plugin, noise[:1])
seen["mono_error"] = error(mono, exact[:1] * factor)

state = plugin.raw_state
fresh = load()
seen["fresh"] = fresh.gain_db
fresh.raw_state = state
seen["restored"] = fresh.gain_db
seen["same_state"] = fresh.raw_state == state
seen["restored_error"] = error(play(fresh, noise), exact * factor)
fresh.bypass = True
seen["bypass_error"] = error(play(fresh, noise), exact)
fresh = load()
fresh.parameters["gain_db"].raw_value = 0
seen["least"] = fresh.parameters["gain_db"].string_value
seen["least_error"] = error(play(fresh, noise), exact * 0)
print(json.dumps(seen))
