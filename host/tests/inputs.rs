//! Inputs that could be read but must not be, and samples in containers that are too wide.

mod common;

use common::{Bench, RATE, read, run};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";

#[test]
fn only_files_are_read() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [pipe, output] = ["pipe", "b.wav"].map(|name| bench.path(name));
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    for (path, what) in [(pipe.as_str(), "a FIFO"), ("/dev/zero", "a device"), ("/", "a folder")] {
        let as_input = bench.bad(&["render", AMP, "--in", path, "--out", &output]);
        let as_state = bench.bad(&["render", AMP, "--in", &input, "--out", &output, "--state", path]);
        for error in [as_input, as_state] {
            assert!(error.contains(path) && error.contains(what), "{error}");
        }
    }
}

#[test]
fn a_state_has_a_largest_size() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let state = bench.path("s.state");
    std::fs::File::create(&state).unwrap().set_len(40 << 30).unwrap();
    let error =
        bench.bad(&["render", AMP, "--in", &input, "--out", &bench.path("b.wav"), "--state", &state]);
    assert!(error.contains("s.state") && error.contains("at most"), "{error}");
}

#[test]
fn missing_files_are_said_to_be_missing() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [missing, output] = ["missing", "b.wav"].map(|name| bench.path(name));
    for words in [
        ["render", AMP, "--in", &missing, "--out", &output, "--tail", "0"],
        ["render", AMP, "--in", &input, "--out", &output, "--state", &missing],
    ] {
        let error = bench.bad(&words);
        assert!(error.contains("missing: ") && error.contains("no such file"), "{error}");
        assert!(!error.contains("entity") && !error.contains("os error"), "{error}");
    }
}

/// A WAVE_FORMAT_EXTENSIBLE file of one channel with whole-number samples.
fn extensible(container: u16, valid: u16, samples: &[u8]) -> Vec<u8> {
    let frame = container / 8;
    let mut format = Vec::new();
    for half in [0xfffe, 1] {
        format.extend(u16::to_le_bytes(half));
    }
    format.extend(RATE.to_le_bytes());
    format.extend((RATE * u32::from(frame)).to_le_bytes());
    for half in [frame, container, 22, valid] {
        format.extend(u16::to_le_bytes(half));
    }
    format.extend(4_u32.to_le_bytes());
    format.extend(b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((4 + 8 + 6 + 8 + format.len() as u32 + 8 + samples.len() as u32).to_le_bytes());
    // Another chunk comes first: the format need not lie at a fixed place.
    bytes.extend(b"WAVEjunk\x06\0\0\0hello!fmt ");
    bytes.extend((format.len() as u32).to_le_bytes());
    bytes.extend(format);
    bytes.extend(b"data");
    bytes.extend((samples.len() as u32).to_le_bytes());
    bytes.extend(samples);
    bytes
}

#[test]
fn samples_stand_at_the_top_of_a_wider_container() {
    let bench = Bench::new();
    let [input, output] = ["a.wav", "b.wav"].map(|name| bench.path(name));
    let render = |bytes: &[u8]| {
        std::fs::write(&input, bytes).unwrap();
        bench.good(&["render", AMP, "--in", &input, "--out", &output]);
        read(&output).remove(0)
    };
    // 0.5, -1, -0.25 and the smallest step of 24 bits.
    let samples = [0x40_00_00_00_u32, 0x80_00_00_00, 0xe0_00_00_00, 0x00_00_01_00];
    let wide: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let expected = [0.5, -1.0, -0.25, 1.0 / 8_388_608.0];
    assert_eq!(render(&extensible(32, 24, &wide)), expected);
    assert_eq!(render(&extensible(32, 32, &wide)), expected);
    let narrow: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()[1..].to_vec()).collect();
    assert_eq!(render(&extensible(24, 24, &narrow)), expected);
    assert_eq!(render(&extensible(24, 20, &narrow))[..3], expected[..3]);
    assert_eq!(render(&extensible(32, 0, &wide)), expected, "0 means all");
    for (container, valid) in [(24, 32), (64, 24), (16, 24)] {
        std::fs::write(&input, extensible(container, valid, &wide)).unwrap();
        let result = run(&["render", AMP, "--in", &input, "--out", &output]);
        assert!(!result.status.success(), "{valid} of {container} bits");
    }
}
