//! The same plugin in both formats: the same sound to the bit, and one state.
//!
//! Judged in `dyad-host`, which gives both formats the same values at the same frames.

use std::path::{Path, PathBuf};

use dyad_tests::{bundle, command};

const RATE: u32 = 44_100;

/// A folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("identical").join(name);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Two seconds of noise and a sine, with denormals at the end.
fn write_input(path: &Path, channels: u16) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("the input can be written");
    let mut noise = 1u32;
    for frame in 0..2 * RATE {
        for channel in 0..channels {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sine = (f64::from(frame) * (0.01 + 0.003 * f64::from(channel))).sin() as f32;
            let loud = sine * 0.5 + (noise >> 8) as f32 / (1 << 25) as f32;
            writer.write_sample(if frame < 2 * RATE - 1000 { loud } else { 1e-41 }).expect("there is room");
        }
    }
    writer.finalize().expect("the input can be written");
}

fn render(format: &str, input: &Path, output: &Path, arguments: &[&str]) -> Vec<u8> {
    let plugin = if format == "lv2" { bundle::lv2() } else { bundle::vst3() };
    let mut program = bundle::host();
    program.arg("render").arg(plugin).arg("--in").arg(input).arg("--out").arg(output).args(arguments);
    command::run(&mut program).expect_success(&format!("dyad-host render of the {format} bundle"));
    std::fs::read(output).expect("dyad-host wrote the output")
}

/// Values that move in every way: at the first frame, inside blocks, twice in a ramp, into silence,
/// through bypass and back.
const AUTOMATION: &[&str] = &[
    "--set",
    "gain=-6",
    "--automate",
    "gain@0.25=3",
    "--automate",
    "gain@0.2502=-20.5",
    "--automate",
    "gain@0.7=-60",
    "--automate",
    "gain@0.90003=0",
    "--automate",
    "bypass@1.1=1",
    "--automate",
    "bypass@1.1031=0",
    "--automate",
    "bypass@1.3=1",
    "--automate",
    "gain@1.4=24",
    "--automate",
    "bypass@1.50001=0",
];

#[test]
fn both_formats_give_the_same_file_at_every_block_size() {
    let folder = scratch("blocks");
    for channels in [1, 2] {
        let input = folder.join(format!("in-{channels}.wav"));
        write_input(&input, channels);
        let mut first: Option<Vec<u8>> = None;
        for blocks in ["1", "16", "64", "333", "1024", "1,16,64,333,1024"] {
            let arguments = [AUTOMATION, &["--block", blocks]].concat();
            let [lv2, vst3] = ["lv2", "vst3"].map(|format| {
                render(format, &input, &folder.join(format!("out-{channels}.{format}.wav")), &arguments)
            });
            assert!(lv2 == vst3, "blocks of {blocks}, {channels} channels: LV2 and VST3 differ");
            let first = first.get_or_insert_with(|| lv2.clone());
            assert!(*first == lv2, "blocks of {blocks}, {channels} channels: the block size is heard");
        }
        let dry = std::fs::read(&input).expect("the input is there");
        assert_ne!(first, Some(dry), "the automation did something");
    }
}

#[test]
fn a_state_saved_in_one_format_loads_in_the_other() {
    let folder = scratch("state");
    let input = folder.join("in.wav");
    write_input(&input, 2);
    // Each with values that sound different: a state that is not loaded would be heard.
    let cases = [
        (&["--set", "gain=-12.5"][..], &[][..]),
        (&["--set", "gain=6", "--set", "bypass=1"], &["--set", "gain=6"]),
    ];
    for (values, others) in cases {
        for (from, to) in [("lv2", "vst3"), ("vst3", "lv2"), ("lv2", "lv2"), ("vst3", "vst3")] {
            let state = folder.join(format!("{from}.state"));
            let state = state.to_str().expect("the target folder's name is text");
            let saving = [values, &["--save-state", state]].concat();
            let saved = render(from, &input, &folder.join("saved.wav"), &saving);
            let other = render(to, &input, &folder.join("other.wav"), others);
            let loaded = render(to, &input, &folder.join("loaded.wav"), &["--state", state]);
            assert!(loaded == saved, "{from} → {to} with {values:?}: the sound is not back");
            assert!(other != saved, "{from} → {to} with {values:?}: the values are not heard");
        }
    }
}
