//! Parameters, and what happens when they move.

use dyad_tests::sound::render_both;

use super::*;

/// A single one on the left, and silence.
fn impulse(frames: usize) -> Sound {
    let mut left = vec![0.0; frames];
    left[0] = 1.0;
    vec![left, vec![0.0; frames]]
}

fn set<'a>(values: &[&'a str]) -> Vec<&'a str> {
    let option = |value: &&'a str| [if value.contains('@') { "--automate" } else { "--set" }, value];
    values.iter().flat_map(option).collect()
}

const SOURCES: [&str; 8] =
    ["small_room", "chamber", "hall", "cathedral", "plate", "spring", "cabinet", "speaker"];

#[test]
fn every_source_sounds_at_once_and_has_its_own_length() {
    let mut before = Vec::new();
    for source in SOURCES {
        let source = format!("source={source}");
        let out = render_both(PLUGIN, RATE, &impulse(48_000), &set(&[&source]));
        assert!((energy(&out[0]) - 1.0).abs() < 0.02 || energy(&out[0]) < 1.0, "{source} is normalised");
        assert!(energy(&out[0]) > 0.5, "{source}: {}", energy(&out[0]));
        assert!(energy(&out[0][..4800]) > 0.0, "{source} begins within a tenth of a second");
        assert!(energy(&out[1]) == 0.0, "{source}: what is left stays left");
        assert!(!before.contains(&out), "{source} is one of its own");
        before.push(out);
    }
}

#[test]
fn everything_that_moves_is_the_same_to_the_bit_in_blocks_of_any_length() {
    let input = vec![noise(1, 120_000), noise(2, 120_000)];
    let moving = set(&[
        "source=chamber",
        "mix=60",
        "pre_delay@0.1=20",
        "decay@0.2=-30",
        "length@0.3003=50",
        "fade@0.55=40",
        "source@0.8=hall",
        "size@1.0=130",
        "low_cut@0.7=300",
        "high_cut@0.75=6000",
        "width@0.9=150",
        "pre_delay@1.1=0",
        "reverse@1.4=1",
        "wet_gain@1.5=6",
        "bypass@1.7=1",
        "bypass@1.8=0",
        "source@2.0=file",
        "source@2.2=plate",
    ]);
    let first = render_both(PLUGIN, RATE, &input, &[&moving[..], &["--block", "512"]].concat());
    assert!(first.iter().flatten().all(|sample| sample.is_finite()));
    for block in ["64", "1,16,64,333,1024", "8192"] {
        let again = render_both(PLUGIN, RATE, &input, &[&moving[..], &["--block", block]].concat());
        assert_same(&again, &first, block);
    }
}

#[test]
fn another_source_comes_without_a_click() {
    let tone = |n: usize| (n as f64 / f64::from(RATE) * 200.0 * std::f64::consts::TAU).sin() as f32 * 0.5;
    let input: Sound = vec![(0..96_000).map(tone).collect(); 2];
    let steepest =
        |samples: &[f32]| samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let change = ["source@0.7=plate", "source@1.2=file", "size@0.95=140"];
    for source in ["hall", "cabinet", "file"] {
        let first = format!("source={source}");
        let out = render_both(PLUGIN, RATE, &input, &set(&[&[&*first][..], &change].concat()));
        // What a tone of its level makes at most, and a little for the crossing of two.
        let level = out[0][24_000..].iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        let most = level * 200.0 * std::f32::consts::TAU / RATE as f32;
        let steep = steepest(&out[0][24_000..95_000]);
        assert!(steep < 1.5 * most, "{source}: {steep} where a tone makes {most}");
    }
}

#[test]
fn mix_gain_and_pre_delay_are_what_they_say() {
    let input = impulse(24_000);
    let response = vec![vec![0.5, 0.25]];
    let heard = |values: &[&str]| {
        let out = render_through(&response, &input, &[&set(values)[..], &["--tail", "0"]].concat());
        let heard = out[0].iter().copied().enumerate().filter(|(_, sample)| *sample != 0.0);
        heard.map(|(n, sample)| (n, (sample * 1e4).round() / 1e4)).collect::<Vec<_>>()
    };
    assert_eq!(heard(&[]), [(0, 0.5), (1, 0.25)]);
    assert_eq!(heard(&["mix=0"]), [(0, 1.0)]);
    assert_eq!(heard(&["mix=40"]), [(0, 0.8), (1, 0.1)]);
    assert_eq!(heard(&["wet_gain=6.0206"]), [(0, 1.0), (1, 0.5)]);
    assert_eq!(heard(&["pre_delay=100"]), [(4800, 0.5), (4801, 0.25)]);
    assert_eq!(heard(&["pre_delay=100", "mix=50"]), [(0, 0.5), (4800, 0.25), (4801, 0.125)]);
    assert_eq!(heard(&["reverse=1"]), [(0, 0.25), (1, 0.5)]);
    assert_eq!(heard(&["length=50"]), [(0, 0.5)]);
    assert_eq!(heard(&["normalise=1"]), [(0, 0.8944), (1, 0.4472)]);
}

#[test]
fn width_narrows_and_widens() {
    let input = vec![noise(1, 10_000), noise(2, 10_000)];
    let out = |width| render_through(&vec![vec![1.0]], &input, &["--set", width, "--tail", "0"]);
    let narrow = out("width=0");
    let mean: Vec<f32> = input[0].iter().zip(&input[1]).map(|(left, right)| 0.5 * (left + right)).collect();
    for channel in &narrow {
        assert!(channel.iter().zip(&mean).all(|(is, want)| (is - want).abs() < 1e-6));
    }
    let wide = out("width=200");
    let side = |sound: &Sound| -> Vec<f32> {
        sound[0].iter().zip(&sound[1]).map(|(left, right)| left - right).collect()
    };
    assert!((energy(&side(&wide)) / energy(&side(&input)) - 4.0).abs() < 1e-3);
}

#[test]
fn a_trimmed_response_begins_with_its_first_sound() {
    let mut response = vec![0.0; 500];
    response.extend([0.5, 0.25]);
    let out = render_through(&vec![response], &impulse(2000), &["--set", "trim=1", "--tail", "0"]);
    assert_eq!((out[0][0], out[0][1], energy(&out[0][2..])), (0.5, 0.25, 0.0));
}
