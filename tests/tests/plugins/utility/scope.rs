//! The points of the stereo picture, as an editor gets them.

use std::f32::consts::TAU;

use dyad_tests::lv2::Rig;
use dyad_tests::shown;
use dyad_ttl::{MESSAGE, WATCH};

const RATE: f64 = 48_000.0;
const BLOCK: usize = 512;

/// Plays a second and gives the messages that came, byte for byte.
fn second(rig: &mut Rig, watched: bool, sound: impl Fn(usize) -> [f32; 2]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for block in 0..RATE as usize / BLOCK {
        for (channel, buffer) in rig.ins.iter_mut().enumerate() {
            let samples = (block * BLOCK..).map(|n| sound(n)[channel]);
            buffer.iter_mut().zip(samples).for_each(|(to, from)| *to = from);
        }
        let watch = rig.object(0, WATCH, &[]);
        let events = if watched && block == 0 { vec![watch] } else { Vec::new() };
        let out = rig.cycle(BLOCK, &events);
        let said = rig.objects(&out, MESSAGE);
        all.extend(said.into_iter().flatten().map(|(_, _, bytes)| bytes));
    }
    all
}

fn points(messages: &[Vec<u8>]) -> Vec<[f32; 2]> {
    messages.iter().flat_map(|message| utility::scope::points(message)).collect()
}

fn tone(n: usize) -> f32 {
    0.5 * (TAU * 441.0 * n as f32 / RATE as f32).sin()
}

#[test]
fn an_editor_gets_where_the_sound_is_and_no_more_than_it_can_show() {
    let mut rig = shown::rig::<utility::Bundle>("utility", "stereo", RATE);
    assert_eq!(second(&mut rig, false, |n| [tone(n); 2]).len(), 0, "nobody looks");

    let mono = second(&mut rig, true, |n| [tone(n); 2]);
    assert!((25..=30).contains(&mono.len()), "{} messages in a second", mono.len());
    assert!(mono.iter().all(|message| message.len() <= 2048), "they fit the ways of hosts");
    let seen = points(&mono);
    assert!(seen.len() > 9_000 && seen.iter().all(|[x, y]| x.abs() < 1e-3 && *y >= 0.0), "in the middle");
    assert!(seen.iter().any(|[_, y]| *y > 0.65), "half of full scale is 0.71 of the way");

    let left = points(&second(&mut rig, true, |n| [tone(n), 0.0]));
    // What was on its way at the beginning was in the middle.
    let aside = left.iter().filter(|[x, y]| (x + y).abs() < 1e-3).count();
    assert!(aside + 400 >= left.len() && aside > 9_000, "{aside} of {} at the left", left.len());

    let silent = second(&mut rig, true, |_| [0.0; 2]);
    assert!((1..=2).contains(&silent.len()), "silence is told, and then nothing: {}", silent.len());
    assert!(points(&silent[silent.len() - 1..]).iter().all(|point| *point == [0.0; 2]));
}
