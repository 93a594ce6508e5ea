//! Sound through Debian's lv2file, an LV2 host for files.

use std::path::{Path, PathBuf};

use dyad_tests::command::run;
use dyad_tests::gain::{RATE, assert_close, factor, noise};
use dyad_tests::lv2info::in_world;

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lv2 file");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn write(path: &Path, channels: &[Vec<f32>]) {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: RATE as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file can be made");
    for frame in 0..channels[0].len() {
        for channel in channels {
            writer.write_sample(channel[frame]).expect("a file can be written");
        }
    }
    writer.finalize().expect("a file can be written");
}

fn read(path: &Path) -> Vec<Vec<f32>> {
    let mut reader = hound::WavReader::open(path).expect("lv2file wrote a WAV");
    let count = usize::from(reader.spec().channels);
    assert_eq!(reader.spec().sample_format, hound::SampleFormat::Float);
    let all: Vec<f32> = reader.samples().map(|sample| sample.expect("a sample")).collect();
    (0..count).map(|channel| all.iter().skip(channel).step_by(count).copied().collect()).collect()
}

/// Sends channels of noise through the plugin and compares with a factor.
fn render(uri: &str, channels: usize, options: &[&str], factor: f64, tolerance: f64) {
    let name = format!("{channels} {}", options.join(" ").replace(['/', ':'], "_"));
    let (from, to) = (folder().join(format!("{name} in.wav")), folder().join(format!("{name} out.wav")));
    // Not too loud: lv2file reports what clips.
    let sound: Vec<Vec<f32>> = (0..channels)
        .map(|n| noise(30_000, n as u32 + 1).iter().map(|sample| sample * 0.4).collect())
        .collect();
    write(&from, &sound);
    let _ = std::fs::remove_file(&to);
    let mut command = in_world("lv2file");
    run(command.arg("-i").arg(&from).arg("-o").arg(&to).args(options).arg(uri)).expect_success("lv2file");
    let out = read(&to);
    assert_eq!(out.len(), channels);
    for (n, (is, was)) in out.iter().zip(&sound).enumerate() {
        let expected: Vec<_> = was.iter().map(|sample| f64::from(*sample) * factor).collect();
        assert!(is.iter().all(|sample| sample.is_finite()));
        assert_close(is, &expected, tolerance, &format!("{uri} {options:?}, channel {n}"));
    }
}

#[test]
fn the_default_passes_unchanged() {
    render("urn:dyad:gain#stereo", 2, &[], 1.0, 0.0);
    render("urn:dyad:gain#mono", 1, &[], 1.0, 0.0);
}

#[test]
fn six_decibels_less_from_the_first_frame_on() {
    for block in ["-b1", "-b64", "-b1000", "-b8192"] {
        render("urn:dyad:gain#stereo", 2, &["-p", "gain:-6", block], factor(-6.0), 1e-5);
        render("urn:dyad:gain#mono", 1, &["-p", "gain:-6", block], factor(-6.0), 1e-5);
    }
}

#[test]
fn the_minimum_is_silence_and_a_bypassed_plugin_is_not_there() {
    render("urn:dyad:gain#stereo", 2, &["-p", "gain:-60"], 0.0, 0.0);
    render("urn:dyad:gain#stereo", 2, &["-p", "gain:-6", "-p", "enabled:0"], 1.0, 0.0);
}
