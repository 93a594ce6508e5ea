//! How generated editors look. The pictures are in `target/pictures` after a run.
//! `DYAD_GOLDEN=write cargo test -p dyad-gui --test pictures` accepts them.

mod common;

use common::pictures::{check, save};
use common::{Rig, gain, hundred, probe};
use dyad_gui::egui::{Key, vec2};

/// Sets what meters show, and lets them come to rest.
fn meters(rig: &mut Rig, levels: &[(&str, f64)]) {
    for (id, value) in levels {
        let index = rig.index(id);
        rig.host.values[index] = *value;
    }
    rig.frames(2);
}

#[test]
fn gain_at_both_scales() {
    let mut rig = Rig::new(&gain());
    meters(&mut rig, &[("peak", 0.6), ("rms", 0.18), ("gain", -6.0)]);
    check("gain", &rig.raster);
    rig.scale = 2.0;
    rig.frames(2);
    check("gain@2", &rig.raster);
}

#[test]
fn gain_in_other_sizes_and_states() {
    let mut rig = Rig::new(&gain());
    let preferred = rig.size;
    meters(&mut rig, &[("peak", 1.3), ("rms", 0.4), ("bypass", 1.0)]);
    let knob = rig.find("gain");
    rig.point(knob);
    rig.click(knob);
    save("gain-bypassed-clipped-focused", &rig.raster);
    rig.size = preferred * 2.0;
    rig.frames(2);
    save("gain-double", &rig.raster);
    rig.size = rig.editor.minimum_size();
    rig.frames(2);
    save("gain-least", &rig.raster);
}

#[test]
fn the_probe_at_both_scales() {
    let mut rig = Rig::new(&probe());
    rig.host.properties = vec!["Verse 2".into(), "/home/ann/Music/Loops/Drums/funk, 98 bpm.wav".into()];
    let levels = [
        ("peak", 0.3),
        ("tempo", 120.0),
        ("beat", 17.25),
        ("voice_2_on", 1.0),
        ("bend", -0.5),
        ("key", 60.0),
    ];
    meters(&mut rig, &levels);
    check("probe", &rig.raster);
    rig.scale = 2.0;
    rig.frames(2);
    save("probe@2", &rig.raster);
}

#[test]
fn the_probe_in_other_sizes_and_states() {
    let mut rig = Rig::new(&probe());
    let shape = rig.find("shape");
    rig.click(shape);
    rig.frames(3);
    save("probe-menu", &rig.raster);
    rig.key(Key::Escape);
    rig.size *= 1.6;
    rig.frames(2);
    save("probe-large", &rig.raster);
    rig.size = rig.editor.minimum_size();
    rig.frames(2);
    save("probe-least", &rig.raster);
    rig.size = vec2(420.0, 700.0);
    rig.frames(2);
    save("probe-narrow", &rig.raster);
}

#[test]
fn a_hundred_parameters_at_both_scales() {
    let mut rig = Rig::new(&hundred());
    meters(&mut rig, &[("level_in", 0.7), ("level_out", 0.5), ("reduction", -7.0)]);
    check("hundred", &rig.raster);
    rig.scale = 2.0;
    rig.frames(2);
    save("hundred@2", &rig.raster);
    rig.scale = 1.0;
    rig.size = vec2(1600.0, 1000.0);
    rig.frames(2);
    save("hundred-large", &rig.raster);
}
