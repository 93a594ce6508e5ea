//! All effects on one track of a real DAW, in both formats: automation, and sessions that come back as they were.

use dyad_tests::ardour::{Ardour, Format, Subject};
use dyad_tests::bundle;
use dyad_tests::process::alone;

use crate::EFFECTS;

/// Lines of what a script said that begin with a word: numbers and, at the end, perhaps a name.
pub(crate) fn lines<'a>(said: &'a [String], first: &str) -> Vec<Vec<&'a str>> {
    let words = said.iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
    words.filter(|words| words.first() == Some(&first)).collect()
}

pub(crate) fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// Fails where another process did not find every value and every point.
pub(crate) fn assert_kept(made: &[String], found: &[String], format: Format) {
    let (values, again) = (lines(made, "value"), lines(found, "value"));
    assert_eq!(values.len(), again.len());
    for (before, after) in values.iter().zip(&again) {
        assert_eq!((before[1], before[2], before[5]), (after[1], after[2], after[5]));
        let (off, near) = ((number(before[3]) - number(after[3])).abs(), number(before[4]).max(1e-6));
        assert!(off <= near, "{format:?}: {before:?} came back as {after:?}");
    }
    assert_eq!(lines(found, "point"), lines(made, "point"), "{format:?}");
}

fn story(format: Format) {
    let (first, rest) = EFFECTS.split_first().expect("there are effects");
    let mut ardour = Ardour::with(Subject::Effect(first), "effects", format, bundle::folder());
    let mut ids = vec![ardour.id().to_owned()];
    ids.extend(rest.iter().map(|name| ardour.add(Subject::Effect(name), bundle::folder())));
    let ids = ids.join(" ");
    let step = |step, more: &[(&'static str, &'static str)]| {
        let mut all = vec![("DYAD_STEP", step), ("DYAD_IDS", &*ids)];
        all.extend(more);
        all
    };

    let made = ardour.prepare("effects.lua", &step("make", &[]));
    let values = lines(&made, "value");
    for n in 1..=EFFECTS.len() {
        assert!(values.iter().any(|words| words[1] == n.to_string()), "effect {n} has parameters");
    }

    let found = ardour.perform("effects.lua", &step("look", &[("DYAD_SNAPSHOT", "set")]));
    assert_kept(&made, &found, format);
    assert_eq!(lines(&found, "point").len(), 3 * EFFECTS.len());

    // Automation sounds the same in each process, and is heard. Not to the bit: for how long a plugin has run when an
    // export begins is Ardour's affair, and an envelope is then a little further on.
    let play = || ardour.export("effects.lua", &step("look", &[("DYAD_SNAPSHOT", "moving")]));
    let [one, two] = [play(), play()].map(|(_, sound)| sound);
    let power = |samples: &mut dyn Iterator<Item = f32>| samples.map(|x| f64::from(x).powi(2)).sum::<f64>();
    for ((channel, again), dry) in one.iter().zip(&two).zip(Ardour::sound()) {
        assert!(channel.iter().all(|sample| sample.is_finite()));
        let heard = power(&mut channel.iter().copied());
        let off = power(&mut channel.iter().zip(again).map(|(a, b)| a - b));
        let db = 10.0 * (off / heard).log10();
        assert!(db < -60.0, "{format:?}: a session with automation, loaded again, is off by {db} dB");
        assert!(heard > power(&mut dry.iter().copied()) * 1e-4, "{format:?}: something is to be heard");
        assert_ne!(channel, &dry, "{format:?}: the effects are to be heard");
    }
}

#[test]
fn sessions_of_all_effects_come_back_in_lv2() {
    let _alone = alone();
    story(Format::Lv2);
}

#[test]
fn sessions_of_all_effects_come_back_in_vst3() {
    let _alone = alone();
    story(Format::Vst3);
}
