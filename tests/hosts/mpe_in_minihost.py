"""Plays MIDI to an instrument in minihost, a host made of JUCE, and prints what came out as JSON.

Arguments: the bundle, the number of frames, parameters as {"name": "text"}, and messages as [[frame, bytes…], …]; both in
JSON.
"""
import json
import sys

import minihost
import numpy as np

BLOCK = 512
path, frames, params, messages = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4])

with minihost.Plugin(path, sample_rate=48000, max_block_size=BLOCK) as plugin:
    for name, text in params.items():
        number = plugin.find_param(name)
        plugin.set_param(number, plugin.param_from_text(number, text))
    heard = []
    source = np.zeros((plugin.num_input_channels, BLOCK), np.float32)
    # Parameters are taken with a block.
    for start in range(-BLOCK, frames, BLOCK):
        now = [(frame - start, *data) for frame, *data in messages if start <= frame < start + BLOCK]
        sound = np.full((plugin.num_output_channels, BLOCK), np.nan, np.float32)
        plugin.process_midi(source, sound, now)
        if start >= 0:
            heard.append(sound)
    heard = np.concatenate(heard, axis=1)[:, :frames]
    print(json.dumps({"instrument": plugin.accepts_midi, "mpe": plugin.supports_mpe, "sound": heard.tolist()}))
