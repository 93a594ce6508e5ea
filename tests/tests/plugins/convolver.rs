//! Dyad Convolver through its built bundles.

mod changes;
mod editor;
mod files;
mod moved;
mod sound;

use std::path::{Path, PathBuf};

use dyad_core::identity::vst3_class_words;
use dyad_core::state::{Fields, Writer};
use dyad_tests::sound::{Format, assert_same, render};
use dyad_tests::wav::{self, Sound};
use dyad_tests::{bundle, command};

const PLUGIN: &str = "convolver";
const ID: &str = "urn:dyad:convolver";
const RATE: u32 = 48_000;

/// Noise in ±1, always the same.
fn noise(seed: u32, frames: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| next()).collect()
}

/// A response of unit energy that decays by 60 dB.
fn decaying(seed: u32, taps: usize) -> Vec<f32> {
    let level = |n: usize| 10_f32.powf(-3.0 * n as f32 / taps as f32);
    let mut response: Vec<f32> = noise(seed, taps).iter().enumerate().map(|(n, x)| x * level(n)).collect();
    let energy: f64 = response.iter().map(|tap| f64::from(*tap).powi(2)).sum();
    response.iter_mut().for_each(|tap| *tap /= energy.sqrt() as f32);
    response
}

/// One frame of a convolution as it is defined.
fn convolved(input: &[f32], response: &[f32], frame: usize) -> f64 {
    let taps = response.iter().enumerate().take(frame + 1);
    taps.filter_map(|(n, tap)| Some(f64::from(*tap) * f64::from(*input.get(frame - n)?))).sum()
}

/// A state in which the plugin has a file, as a VST3 preset; the response is used as it is.
fn state_with(folder: &Path, file: &Path, hash: Option<&str>) -> PathBuf {
    let mut writer = Writer::new(ID, env!("CARGO_PKG_VERSION"), 1);
    writer.bool("normalise", false);
    let text = file.to_str().expect("text").to_owned();
    writer.hashed_properties(&[("impulse", text)], |_| hash.map(str::to_owned));
    let document = writer.finish_with(&Fields::none());
    let class: String = vst3_class_words(ID).iter().map(|word| format!("{word:08X}")).collect();
    let mut bytes = b"VST3\x01\0\0\0".to_vec();
    bytes.extend(class.as_bytes());
    bytes.extend((48 + document.len() as u64).to_le_bytes());
    bytes.extend(&document);
    bytes.extend(b"List\x01\0\0\0Comp");
    bytes.extend(48_u64.to_le_bytes());
    bytes.extend((document.len() as u64).to_le_bytes());
    let path = folder.join("with a file.vstpreset");
    std::fs::write(&path, bytes).expect("a file can be written");
    path
}

/// That state for a format.
fn state_for(format: Format, folder: &Path, preset: &Path) -> PathBuf {
    match format {
        Format::Vst3 => preset.to_owned(),
        Format::Lv2 => lv2_state("urn:dyad:convolver#stereo", folder, preset),
    }
}

/// That state for one of the LV2 plugins.
fn lv2_state(class: &str, folder: &Path, preset: &Path) -> PathBuf {
    let path = folder.join("with a file.state");
    let mut program = bundle::host();
    program.args(["state", "convert"]).arg(preset).arg(Format::Lv2.bundle(PLUGIN)).arg(&path);
    command::run(program.args(["--class", class])).expect_success("a state for LV2");
    path
}

/// Renders through the plugin with a file, in both formats, which have to give the same to the bit.
fn render_with(file: &Path, rate: u32, input: &Sound, arguments: &[&str]) -> Sound {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let preset = state_with(folder.path(), file, None);
    let [lv2, vst3] = Format::ALL.map(|format| {
        let state = state_for(format, folder.path(), &preset);
        let state = ["--state", state.to_str().expect("text")];
        render(PLUGIN, format, rate, input, &[&state, arguments].concat())
    });
    assert_same(&lv2, &vst3, &format!("{arguments:?}: LV2 and VST3"));
    lv2
}

/// Renders with a response.
fn render_through(response: &Sound, input: &Sound, arguments: &[&str]) -> Sound {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("response.wav");
    wav::write_at(&file, RATE, response);
    render_with(&file, RATE, input, arguments)
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum()
}
