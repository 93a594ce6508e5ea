#!/usr/bin/env python3
"""Makes the two fonts of the editors from Inter 4.1's (npm: inter-ui 4.1.1, web/*.woff2).

Needs fonttools and brotli. Keeps Latin, Greek and Cyrillic, makes figures tabular for good (the text
layout of egui knows no OpenType features), and leaves out what the layout does not use.

    make.py Inter-Regular.woff2 inter-regular.ttf
"""
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SIGNS = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x218, 0x21B), (0x2C6, 0x2C7), (0x2D8, 0x2DD),
    (0x384, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2030), (0x2039, 0x203A), (0x2044, 0x2044),
    (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126), (0x2190, 0x2193),
    (0x2212, 0x2212), (0x221A, 0x221A), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2260),
    (0x2264, 0x2265), (0x25A1, 0x25A1), (0x25CA, 0x25CA), (0x2713, 0x2713), (0xFFFD, 0xFFFD),
]

source, target = sys.argv[1:]
font = TTFont(source)
tabular = {}
gsub = font["GSUB"].table
for record in gsub.FeatureList.FeatureRecord:
    if record.FeatureTag == "tnum":
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                tabular.update(table.mapping)
for table in font["cmap"].tables:
    for code, glyph in table.cmap.items():
        if chr(code).isdigit():
            table.cmap[code] = tabular.get(glyph, glyph)

options = subset.Options()
options.layout_features = ["kern", "ccmp", "mark", "locl"]
options.hinting = False
options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
options.notdef_outline = True
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[code for first, last in SIGNS for code in range(first, last + 1)])
subsetter.subset(font)
font.flavor = None
font.save(target)
