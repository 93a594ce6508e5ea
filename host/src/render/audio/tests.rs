//! Tests of both directions.

use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::*;
use crate::planar::Planar;

fn write(path: &Path, spec: WavSpec, samples: &[f64]) {
    let mut writer = WavWriter::create(path, spec).unwrap();
    for sample in samples {
        match spec.sample_format {
            SampleFormat::Float => writer.write_sample(*sample as f32).unwrap(),
            SampleFormat::Int => {
                let full = 2_f64.powi(i32::from(spec.bits_per_sample) - 1);
                writer.write_sample((sample * full) as i32).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
}

fn spec(channels: u16, bits: u16, sample_format: SampleFormat) -> WavSpec {
    WavSpec { channels, sample_rate: 48_000, bits_per_sample: bits, sample_format }
}

fn message(path: &Path) -> String {
    Source::open(path).err().unwrap().to_string()
}

#[test]
fn every_accepted_format_is_exact() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    let samples = [0.5, -1.0, 0.25, 0.0];
    for (bits, format) in [
        (16, SampleFormat::Int),
        (24, SampleFormat::Int),
        (32, SampleFormat::Int),
        (32, SampleFormat::Float),
    ] {
        write(&path, spec(2, bits, format), &samples);
        let mut source = Source::open(&path).unwrap();
        assert_eq!((source.frames(), source.format().channels), (2, 2));
        let mut block = Planar::new(2, 4);
        block.channel_mut(0).fill(9.0);
        source.read(&mut block, 4).unwrap();
        assert_eq!(block.channel(0), [0.5, 0.25, 0.0, 0.0], "{bits} {format:?}");
        assert_eq!(block.channel(1), [-1.0, 0.0, 0.0, 0.0]);
    }
}

#[test]
fn mono_fills_every_channel() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    write(&path, spec(1, 16, SampleFormat::Int), &[0.5]);
    let mut block = Planar::new(3, 2);
    Source::open(&path).unwrap().read(&mut block, 2).unwrap();
    for channel in 0..3 {
        assert_eq!(block.channel(channel), [0.5, 0.0]);
    }
}

#[test]
fn refusals_say_what_was_expected() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    assert!(message(&path).contains("cannot read"));
    std::fs::write(&path, b"").unwrap();
    assert!(message(&path).contains("empty"));
    std::fs::write(&path, b"this is no sound at all, really").unwrap();
    assert!(message(&path).contains("not a"), "{}", message(&path));
    write(&path, spec(1, 8, SampleFormat::Int), &[0.0]);
    assert!(message(&path).contains("8-bit integer") && message(&path).contains("expected 16"));
    write(&path, spec(1, 16, SampleFormat::Int), &[]);
    assert!(message(&path).contains("no audio"));
    assert!(message(dir.path()).contains("a folder; expected a WAV or FLAC file"));
}

#[test]
fn truncated_files_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    write(&path, spec(1, 16, SampleFormat::Int), &[0.5; 100]);
    let bytes = std::fs::read(&path).unwrap();
    for len in 0..bytes.len() - 1 {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let result = Source::open(&path).and_then(|mut source| source.read(&mut Planar::new(1, 100), 100));
        assert!(result.is_err(), "cut at {len}");
    }
}

#[test]
fn nothing_appears_before_it_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.wav");
    let format = AudioFormat { channels: 2, rate: 44_100 };
    let create = |path: &Path| Sink::create(path, format, Encoding::WavFloat);
    let mut sink = create(&path).unwrap();
    sink.frame([0.5, -0.75]).unwrap();
    drop(sink);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    let mut sink = create(&path).unwrap();
    sink.frame([0.5, -0.75]).unwrap();
    let finished = sink.complete(0).unwrap();
    assert_eq!((finished.peak, finished.frames), (0.75, 1));
    finished.finish().unwrap();
    let source = Source::open(&path).unwrap();
    assert_eq!((source.format(), source.frames()), (format, 1));
    let mut sink = create(&path).unwrap();
    for sample in [1.0, 0.5, 0.25] {
        sink.frame([sample, 0.0]).unwrap();
    }
    let finished = sink.complete(1).unwrap();
    assert_eq!((finished.peak, finished.frames), (0.5, 2));
    finished.finish().unwrap();
    let mut block = Planar::new(2, 2);
    Source::open(&path).unwrap().read(&mut block, 2).unwrap();
    assert_eq!(block.channel(0), [0.5, 0.25]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let missing = dir.path().join("no/such/folder.wav");
    assert!(create(&missing).is_err());
    assert!(create(dir.path()).is_err());
}

#[test]
fn whole_numbers_and_flac_hold_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let format = AudioFormat { channels: 2, rate: 48_000 };
    let signal = |frame: i32| (frame as f32 * 0.013).sin() * 0.9;
    for depth in [Depth::Bits16, Depth::Bits24] {
        let mut files = Vec::new();
        for (name, encoding) in [("a.wav", Encoding::Wav(depth)), ("a.flac", Encoding::Flac(depth))] {
            let path = dir.path().join(name);
            let mut sink = Sink::create(&path, format, encoding).unwrap();
            sink.frame([9.0, 9.0]).unwrap();
            for frame in 0..10_000 {
                sink.frame([signal(frame), if frame == 77 { 2.0 } else { 0.25 }]).unwrap();
            }
            let finished = sink.complete(1).unwrap();
            assert_eq!((finished.frames, finished.peak, finished.clipped), (10_000, 2.0, 1));
            finished.finish().unwrap();
            let mut source = Source::open(&path).unwrap();
            assert_eq!((source.format(), source.frames()), (format, 10_000));
            let mut block = Planar::new(2, 10_000);
            source.read(&mut block, 10_000).unwrap();
            let step = 2_f32.powi(1 - i32::from(depth.bits()));
            for (frame, sample) in (0..).zip(block.channel(0)) {
                assert!((sample - signal(frame)).abs() < 2.0 * step, "frame {frame}");
            }
            files.push(block.channel(0).to_vec());
        }
        assert_eq!(files[0], files[1]);
    }
    let many = AudioFormat { channels: 9, rate: 48_000 };
    let error =
        Sink::create(&dir.path().join("b.flac"), many, Encoding::Flac(Depth::Bits16)).err().unwrap();
    assert!(error.to_string().contains("at most 8"), "{error}");
}
