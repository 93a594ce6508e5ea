"""Plays a steady level into a plugin's main input and another one into its sidechain, in minihost, and prints the
buses and the last frame of each output channel as JSON."""
import json
import sys

import minihost
import numpy as np

BLOCK = 512
with minihost.Plugin(sys.argv[1], sample_rate=48000, max_block_size=BLOCK, sidechain_channels=1) as plugin:
    main = np.full((2, BLOCK), 0.25, np.float32)
    side = np.full((1, BLOCK), 0.125, np.float32)
    out = np.full((plugin.num_output_channels, BLOCK), np.nan, np.float32)
    plugin.process_sidechain(main, out, side)
    buses = [plugin.get_bus_info(True, n) for n in range(plugin.num_input_buses)]
    print(json.dumps({
        "inputs": [[bus["name"], bus["num_channels"], bus["is_main"]] for bus in buses],
        "out": [float(channel[-1]) for channel in out],
    }))
