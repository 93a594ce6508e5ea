//! A file for a plugin's sidechain: `dyad-host render --sidechain`.

use std::path::Path;

use dyad_tests::wav::{self, Sound};
use dyad_tests::{bundle, command, probe};

const RATE: u32 = 48_000;

fn noise(channels: u32, frames: usize) -> Sound {
    let sample = |seed: u32, frame: usize| {
        let mixed = (frame as u32 + 1).wrapping_mul(2_654_435_761).wrapping_add(seed.wrapping_mul(40_503));
        (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) as i32 as f32 / (1_u64 << 33) as f32
    };
    (0..channels).map(|channel| (0..frames).map(|frame| sample(channel, frame)).collect()).collect()
}

/// Renders `in.wav` with the words of a chain.
fn render(folder: &Path, words: &[&str]) -> command::Said {
    let mut program = bundle::host();
    program.arg("render").args(words).args(["--in", "in.wav", "--out", "out.wav", "--tail", "0"]);
    command::run(program.current_dir(folder))
}

#[test]
fn it_begins_with_the_input_however_late_the_plugin_is_reached() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (input, side) = (noise(2, 20_000), noise(1, 10_000));
    wav::write_at(&folder.path().join("in.wav"), RATE, &input);
    wav::write_at(&folder.path().join("side.wav"), RATE, &side);
    let probe = probe::built("probe.lv2").to_str().expect("a text").to_owned();
    let keyed = [&probe[..], "--class", "urn:dyad:probe#sidechained", "--sidechain", "side.wav"];
    let late = [&probe[..], "--class", "urn:dyad:probe#stereo", "--set", "delay=777", "--then"];
    for blocks in ["512", "1,16,64,333,1024"] {
        let blocks = ["--block", blocks];
        for words in [[&keyed[..], &blocks].concat(), [&late[..], &keyed, &blocks].concat()] {
            render(folder.path(), &words).expect_success("dyad-host render");
            let output = wav::read_at(&folder.path().join("out.wav"), RATE).expect("a result");
            for (channel, (got, sent)) in output.iter().zip(&input).enumerate() {
                let want = |frame: usize| sent[frame] + side[0].get(frame).copied().unwrap_or(0.0);
                let wrong = (0..20_000).find(|frame| got[*frame] != want(*frame));
                assert_eq!(wrong, None, "{words:?}: channel {channel}");
            }
        }
    }
}

#[test]
fn one_that_does_not_fit_is_named() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    wav::write_at(&folder.path().join("in.wav"), RATE, &noise(2, 1000));
    wav::write_at(&folder.path().join("slow.wav"), 44_100, &noise(1, 1000));
    wav::write_at(&folder.path().join("wide.wav"), RATE, &noise(2, 1000));
    let probe = probe::built("probe.lv2").to_str().expect("a text").to_owned();
    let keyed = |file| vec![&probe[..], "--class", "urn:dyad:probe#sidechained", "--sidechain", file];
    let plain = vec![&probe[..], "--class", "urn:dyad:probe#stereo", "--sidechain", "wide.wav"];
    let twice = [keyed("wide.wav"), vec!["--sidechain", "wide.wav"]].concat();
    let same = [keyed("out.wav"), vec![]].concat();
    for (words, reason) in [
        (keyed("slow.wav"), "slow.wav: sample rate 44100 Hz; the input has 48000 Hz"),
        (keyed("wide.wav"), "takes 1 channels and --sidechain has 2"),
        (keyed("none.wav"), "none.wav"),
        (plain, "no sidechain input"),
        (twice, "--sidechain is there twice"),
        (same, "--out and --sidechain are the same file"),
    ] {
        let said = render(folder.path(), &words);
        assert!(!said.success && said.err.contains(reason), "{words:?}: {}", said.all());
        assert!(!folder.path().join("out.wav").exists(), "{words:?}");
    }
}
