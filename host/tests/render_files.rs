//! FLAC in and out, and whole numbers out.

mod common;
mod rendering;

use std::path::Path;
use std::process::Command;

use common::{Bench, RATE, noise};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use rendering::flac;

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";

fn shorts(seed: u64, len: usize) -> Vec<i16> {
    noise(seed, len).iter().map(|sample| (sample * 65_535.0) as i16).collect()
}

fn wav16(path: &str, channels: &[Vec<i16>]) {
    let spec = WavSpec {
        channels: channels.len() as u16,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).unwrap();
    for frame in 0..channels[0].len() {
        for channel in channels {
            writer.write_sample(channel[frame]).unwrap();
        }
    }
    writer.finalize().unwrap();
}

#[test]
fn flac_renders_to_the_same_bytes_as_wav() {
    let bench = Bench::new();
    // Named against what they are: only the content counts.
    let [wav, told, untold, tagged, first, second] =
        ["a.flac", "b.wav", "c.wav", "d.flac", "1.wav", "2.wav"].map(|name| bench.path(name));
    for channels in [1, 2] {
        let samples: Vec<_> = (1..=channels).map(|seed| shorts(seed, 12_345)).collect();
        wav16(&wav, &samples);
        std::fs::write(&told, flac(RATE, &samples, true)).unwrap();
        std::fs::write(&untold, flac(RATE, &samples, false)).unwrap();
        // An ID3 tag of 200 bytes.
        let tag = [&b"ID3\x04\0\0\0\0\x01\x48"[..], &[0x55; 200], &flac(RATE, &samples, true)].concat();
        std::fs::write(&tagged, tag).unwrap();
        let plugin = if channels == 1 { AMP } else { "http://gareus.org/oss/lv2/fil4#stereo" };
        bench.good(&["render", plugin, "--in", &wav, "--out", &first, "--block", "333,8192"]);
        for input in [&told, &untold, &tagged] {
            bench.good(&["render", plugin, "--in", input, "--out", &second, "--block", "333,8192"]);
            assert!(std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap(), "{input}");
        }
    }
}

#[test]
fn real_flac_is_what_sox_reads() {
    let song = "/usr/share/sonic-pi/samples/ambi_choir.flac";
    if !Path::new(song).exists() {
        return;
    }
    let bench = Bench::new();
    let [wav, ours, theirs, back] = ["a.wav", "b.wav", "c.wav", "d.flac"].map(|name| bench.path(name));
    let plugin = "http://gareus.org/oss/lv2/fil4#stereo";
    let sox = |from: &str, to: &str| {
        let status = Command::new("sox").args([from, "-b", "16", to]).status().unwrap();
        assert!(status.success(), "sox {from} {to}");
    };
    sox(song, &wav);
    bench.good(&["render", plugin, "--in", song, "--out", &ours]);
    bench.good(&["render", plugin, "--in", &wav, "--out", &theirs]);
    assert_eq!(std::fs::read(&ours).unwrap(), std::fs::read(&theirs).unwrap());
    // And what we write as FLAC, sox and we ourselves read alike.
    bench.good(&["render", plugin, "--in", song, "--out", &back, "--bits", "16"]);
    sox(&back, &wav);
    bench.good(&["render", plugin, "--in", &back, "--out", &ours]);
    bench.good(&["render", plugin, "--in", &wav, "--out", &theirs]);
    assert_eq!(std::fs::read(&ours).unwrap(), std::fs::read(&theirs).unwrap());
}

#[test]
fn whole_numbers_are_dithered_the_same_way_each_time() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let [first, second] = ["b.wav", "c.wav"].map(|name| bench.path(name));
    for bits in [16, 24] {
        let words = |output| ["render", AMP, "--in", &input, "--out", output, "--bits"].map(String::from);
        for (output, block) in [(&first, "512"), (&second, "7,1000")] {
            let mut words = words(output).to_vec();
            words.extend([bits.to_string(), "--block".into(), block.into()]);
            let said = bench.good(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(!said.contains("clipped"), "{said}");
        }
        assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
        let mut reader = WavReader::open(&first).unwrap();
        assert_eq!(reader.spec().bits_per_sample, bits);
        let full = 2_f32.powi(i32::from(bits) - 1);
        let samples: Vec<_> = reader.samples::<i32>().map(|sample| sample.unwrap() as f32).collect();
        assert_eq!(samples.len(), signal[0].len());
        let errors = samples.iter().zip(&signal[0]).map(|(got, want)| got - want * full);
        assert!(errors.clone().all(|error| error.abs() <= 1.5));
        assert!(errors.clone().any(|error| error.abs() > 0.5), "dithered");
    }
    let said =
        bench.good(&["render", AMP, "--in", &input, "--out", &first, "--bits", "16", "--set", "gain=12"]);
    assert!(said.contains("samples clipped"), "{said}");
    let loud = ["render", AMP, "--in", &input, "--out", &first, "--set", "gain=12"];
    assert!(!bench.good(&loud).contains("clipped"), "floats have no end");
}

#[test]
fn files_that_are_no_flac() {
    let bench = Bench::new();
    let samples = [shorts(1, 5_000)];
    let good = flac(RATE, &samples, true);
    let output = bench.path("b.wav");
    let refuse = |name: &str, bytes: &[u8], words: &[&str]| {
        let input = bench.path(name);
        std::fs::write(&input, bytes).unwrap();
        let error = bench.bad(&["render", AMP, "--in", &input, "--out", &output]);
        for word in words.iter().chain([&name]) {
            assert!(error.contains(word), "{error:?} should mention {word:?}");
        }
    };
    refuse("empty.flac", b"", &["empty", "WAV or FLAC"]);
    refuse("magic.flac", b"fLaC", &["not a usable FLAC file"]);
    refuse("head.flac", &good[..30], &["not a usable FLAC file"]);
    refuse("bare.flac", &good[..42], &["promises 5000 frames, it holds 0"]);
    refuse("short.flac", &good[..5_000], &["promises 5000 frames, it holds 2000"]);
    refuse("last.flac", &good[..good.len() - 1], &["promises 5000 frames, it holds 4000"]);
    let mut flipped = good.clone();
    flipped[3_000] ^= 4;
    refuse("flipped.flac", &flipped, &["damaged at frame 1000", "CRC-16"]);
    refuse("nothing.flac", &flac(RATE, &[vec![]], true), &["no audio"]);
    refuse("rate.flac", &flac(0, &samples, true), &[]);
    refuse("ogg.flac", b"OggS\0\x02\0\0\0\0\0\0\0\0", &["Ogg", "expected a WAV or FLAC file"]);
    refuse("tag.flac", b"ID3\x04\0\0\x7f\x7f\x7f\x7f", &["not a"]);
    let floats = bench.bad(&["render", AMP, "--in", "x", "--out", &bench.path("c.flac"), "--bits", "32f"]);
    assert!(floats.contains("--bits 32f") && floats.contains("16 or 24"), "{floats}");
}
