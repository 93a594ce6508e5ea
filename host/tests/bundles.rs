//! LV2 bundles that hold no plugin, or lie where the LV2 library can't look.

mod common;

use common::Bench;

#[test]
fn bundles_without_plugins_say_what_they_are() {
    let bench = Bench::new();
    for (bundle, what) in [
        ("/usr/lib/lv2/atom.lv2", "specification"),
        ("/usr/lib/lv2/core.lv2", "specification"),
        ("/usr/lib/lv2/schemas.lv2", "no plugin"),
    ] {
        let error = bench.bad(&["info", bundle]);
        assert!(error.contains(what), "{error}");
    }
    let presets = "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n<urn:p> a pset:Preset .\n";
    let presets = bench.lv2_bundle("presets.lv2", presets, None);
    let error = bench.bad(&["info", &presets]);
    assert!(error.contains("presets"), "{error}");
}

#[test]
fn a_line_break_in_a_path_is_named() {
    let bench = Bench::new();
    let manifest = std::fs::read_to_string("/usr/lib/lv2/eg-amp.lv2/manifest.ttl").unwrap();
    for name in ["a\nb.lv2", "a\tb.lv2"] {
        let bundle = bench.lv2_bundle(name, &manifest, None);
        let error = bench.bad(&["info", &bundle]);
        assert!(error.contains("line break or another control character"), "{error}");
    }
}
