//! Ten thousand messages that nobody would play, and thousands of settings that nobody would make.

use dyad_core::param::Role;
use dyad_tests::player::{LONGEST, Player, plain};
use dyad_tests::shown::describe;
use dyad_tests::sound::{Format, assert_same};
use dyad_tests::wav::Sound;

use super::song::Song;
use super::{RATE, peak};

/// Numbers that are the same each time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as u32 % end) as u8
    }

    /// Notes, their ends, pedals, resets, bends, zones, and messages that make no sense.
    fn message(&mut self) -> Vec<u8> {
        let channel = self.below(16);
        let (a, b) = (self.below(128), self.below(128));
        match self.below(24) {
            0..=8 => vec![0x90 | channel, a, b],
            9..=14 => vec![0x80 | channel, a, b],
            15 => vec![0xB0 | channel, 64, if b > 63 { 127 } else { 0 }],
            16 => vec![0xB0 | channel, [120, 121, 123][usize::from(b % 3)], 0],
            17 => vec![0xE0 | channel, a, b],
            18 => vec![0xD0 | channel, a],
            19 => vec![0xA0 | channel, a, b],
            20 => vec![0xB0 | channel, [1, 11, 74][usize::from(b % 3)], a],
            21 => vec![
                0xB0 | if a > 63 { 0 } else { 15 },
                [101, 100, 6][usize::from(b % 3)],
                [0, 6, 0, 5][usize::from(a % 4)],
            ],
            22 => vec![0xC0 | channel, a],
            _ => vec![0xB0 | channel, a.max(2), b],
        }
    }
}

/// What controllers that are no use to the synth do in VST3 is nothing; in LV2 they are dropped.
fn torment(format: Format, settings: &[(&str, f32)]) -> (Sound, f64, Player) {
    let mut player = Player::new::<synth::Bundle>(format, "synth", "stereo");
    for (param, value) in settings {
        player.set(param, plain::<synth::Bundle>(param, *value));
    }
    let mut dice = Dice(0x5EED);
    let mut all: Sound = vec![Vec::new(); 2];
    let mut most = 0.0_f64;
    let mut left = 10_000;
    while left > 0 {
        // One at a frame: VST3 has no order of events and controllers at one.
        let mut messages = Vec::new();
        let mut frame = usize::from(dice.below(40));
        while frame < LONGEST && left > 0 {
            messages.push((frame, dice.message()));
            frame += 1 + usize::from(dice.below(60));
            left -= 1;
        }
        let sound = player.midi(LONGEST, &messages);
        all.iter_mut().zip(sound).for_each(|(all, sound)| all.extend(sound));
        most = most.max(player.get("sounding"));
    }
    (all, most, player)
}

#[test]
fn ten_thousand_random_messages_leave_silence_and_both_formats_agree() {
    for settings in [
        &[("voices", 8.0), ("volume", -30.0)][..],
        &[("voices", 3.0), ("volume", -30.0), ("mode", 1.0), ("glide", 30.0), ("mpe", 1.0)],
        &[
            ("voices", 32.0),
            ("volume", -30.0),
            ("env_1_release", 900.0),
            ("reverb_mix", 20.0),
            ("mpe", 2.0),
        ],
    ] {
        let [lv2, vst3] = Format::ALL.map(|format| {
            let (mut sound, most, mut player) = torment(format, settings);
            assert!(
                most > 0.0 && most <= f64::from(settings[0].1),
                "{format:?} {settings:?}: {most} voices"
            );
            assert!(sound.iter().flatten().all(|sample| sample.is_finite()));
            assert!(peak(&sound[0]) > 0.001);
            // Pedals up, then all notes off.
            let mut end = Vec::new();
            for channel in 0..16_u8 {
                end.push((usize::from(channel) * 2, vec![0xB0 | channel, 64, 0]));
                end.push((100 + usize::from(channel), vec![0xB0 | channel, 123, 0]));
            }
            let mut heard = player.midi(LONGEST, &end);
            for _ in 0..600 {
                sound.iter_mut().zip(&heard).for_each(|(all, heard)| all.extend(heard));
                heard = player.midi(LONGEST, &[]);
            }
            assert_eq!(
                (peak(&heard[0]), peak(&heard[1])),
                (0.0, 0.0),
                "{format:?} {settings:?}: something hangs"
            );
            assert_eq!(player.get("sounding"), 0.0, "{format:?} {settings:?}");
            // And it still plays.
            let heard = player.midi(LONGEST, &[(0, vec![0x90, 60, 100])]);
            assert!(peak(&heard[0]) > 0.001 && player.get("sounding") == 1.0);
            sound
        });
        assert_same(&lv2, &vst3, &format!("{settings:?}"));
    }
}

#[test]
fn whatever_is_set_while_notes_sound_both_formats_agree_at_every_block_size() {
    let mut dice = Dice(0xD1CE);
    let description = describe::<synth::Bundle>();
    let params: Vec<_> =
        description.params.iter().filter(|param| param.info.role == Role::Normal).collect();
    let mut points = "seconds,parameter,value\n".to_owned();
    for n in 0..3_000 {
        let info = &params[usize::from(dice.below(128)) % params.len()].info;
        // The ends more often than what is between; and not so loud that nobody would.
        let position = [0.0, 1.0, f64::from(dice.below(128)) / 127.0][usize::from(dice.below(3))];
        let plain = info.range.plain(position);
        let plain = if info.id == "volume" { plain.min(-12.0) } else { plain };
        points += &format!("{},{},{plain}\n", f64::from(n) * 0.0023, info.id);
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("points.csv");
    std::fs::write(&path, points).expect("a file can be written");
    let mut song = Song::new(RATE);
    for n in 0..150 {
        let (at, channel, key) = (n * 2_200, dice.below(3), dice.below(128));
        song.on(at, channel, key, 1 + dice.below(127));
        song.say(at + 50, &[0xE0 | channel, 0, dice.below(128)]);
        song.off(at + 100 * usize::from(dice.below(100)), channel, key);
    }
    let automation = ["--automation", path.to_str().expect("a text"), "--tail", "1"];
    let first = song.render_both(&automation);
    assert!(first.iter().flatten().all(|sample| sample.abs() < 8.0));
    assert!(peak(&first[0]) > 0.01);
    for blocks in ["64", "1,64,333"] {
        assert_same(&first, &song.render_both(&[&automation[..], &["--block", blocks]].concat()), blocks);
    }
}
