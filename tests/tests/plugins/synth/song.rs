//! MIDI files with whatever is to be in them, frame by frame, and how they sound.

use std::path::Path;

use dyad_tests::song::file;
use dyad_tests::sound::{Format, assert_same};
use dyad_tests::wav::{self, Sound};
use dyad_tests::{bundle, command};

/// A MIDI file of which a tick is a frame.
pub(super) struct Song {
    rate: u32,
    /// Frames, and bytes of the file.
    events: Vec<(usize, Vec<u8>)>,
}

impl Song {
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, events: Vec::new() }
    }

    /// A message, or whatever else may stand in a file.
    pub(super) fn say(&mut self, frame: usize, bytes: &[u8]) {
        self.events.push((frame, bytes.to_vec()));
    }

    pub(super) fn on(&mut self, frame: usize, channel: u8, key: u8, velocity: u8) {
        self.say(frame, &[0x90 | channel, key, velocity]);
    }

    pub(super) fn off(&mut self, frame: usize, channel: u8, key: u8) {
        self.say(frame, &[0x80 | channel, key, 64]);
    }

    pub(super) fn control(&mut self, frame: usize, channel: u8, controller: u8, value: u8) {
        self.say(frame, &[0xB0 | channel, controller, value]);
    }

    /// A registered parameter.
    pub(super) fn register(&mut self, frame: usize, channel: u8, number: u8, value: u8) {
        for (controller, value) in [(101, 0), (100, number), (6, value)] {
            self.control(frame, channel, controller, value);
        }
    }

    fn write(&self, path: &Path) {
        // Ticks of a quarter have 15 bits.
        let quarter = if self.rate > 48_000 { 24_000 } else { self.rate / 2 };
        let micros = (f64::from(quarter) * 1e6 / f64::from(self.rate)).round() as u32;
        let events = self.events.iter().map(|(frame, bytes)| (*frame as u32, bytes.clone())).collect();
        let bytes = file(quarter as u16, micros, events);
        std::fs::write(path, bytes).expect("a file can be written");
    }

    /// What a plugin of this format makes of it.
    pub(super) fn render(&self, format: Format, arguments: &[&str]) -> Sound {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (from, to) = (folder.path().join("in.mid"), folder.path().join("out.wav"));
        self.write(&from);
        let mut program = bundle::host();
        program.arg("render").arg(format.bundle("synth")).arg("--rate").arg(self.rate.to_string());
        if !arguments.contains(&"--seconds") {
            program.arg("--midi").arg(&from);
        }
        program.arg("--out").arg(&to).args(arguments);
        command::run(&mut program).expect_success(&format!("dyad-host render of a song ({format:?})"));
        wav::read_at(&to, self.rate).expect("dyad-host wrote the output")
    }

    /// The same in both formats, which have to give the same sound to the bit.
    pub(super) fn render_both(&self, arguments: &[&str]) -> Sound {
        let [lv2, vst3] = Format::ALL.map(|format| self.render(format, arguments));
        assert_same(&lv2, &vst3, &format!("{arguments:?}: LV2 and VST3"));
        lv2
    }
}
