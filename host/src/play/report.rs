//! What the user sees of the counters.

use super::driver::{Format, Wires};
use super::meter::Meter;
use crate::parent::Counters;

/// One line at the start.
pub(super) fn started(plugins: &[String], driver: &str, format: Format, wires: &Wires) -> String {
    let Format { rate, frames } = format;
    let count = |channels: &[usize]| channels.first().copied().unwrap_or(0);
    let midi = match (wires.midi_in, wires.midi_out) {
        (true, true) => ", MIDI in and out",
        (true, false) => ", MIDI in",
        (false, true) => ", MIDI out",
        (false, false) => "",
    };
    format!(
        "playing {} with {driver}: {rate} Hz, {frames} frames, {} in, {} out{midi}, latency {} frames",
        plugins.join(" → "),
        count(&wires.inputs),
        count(&wires.outputs),
        wires.latency
    )
}

/// What is shown while it plays.
pub(super) fn status(load: Option<f64>, meter: &Meter, plugins: &[(String, Counters)]) -> String {
    let sum =
        |field: fn(&Counters) -> u64| plugins.iter().map(|(_, counters)| field(counters)).sum::<u64>();
    let mut text = load.map_or("no sound".to_owned(), |load| format!("load {load:.0} %"));
    text += &format!(", {} late, {}", sum(late), of(meter.xruns.get(), "xrun"));
    let (replaced, dropped) = (sum(|counters| counters.replaced), meter.midi_dropped.get());
    if replaced > 0 {
        text += &format!(", {replaced} replaced");
    }
    if dropped > 0 {
        text += &format!(", {dropped} MIDI dropped");
    }
    text
}

/// Blocks that passed dry because the plugin was not ready.
fn late(counters: &Counters) -> u64 {
    counters.late + counters.behind
}

/// Some lines at the end.
pub(super) fn summary(mean: Option<f64>, meter: &Meter, plugins: &[(String, Counters)]) -> String {
    let seconds = meter.played().as_secs_f64();
    let mean = mean.unwrap_or(0.0);
    let mut text = format!(
        "{seconds:.3} s, load {mean:.0} %, at most {:.0} %, {}\n",
        meter.peak(),
        of(meter.xruns.get(), "xrun")
    );
    let [taken, given, dropped] = [&meter.midi_in, &meter.midi_out, &meter.midi_dropped].map(|c| c.get());
    if taken + given + dropped > 0 {
        text += &format!("MIDI: {taken} in, {given} out, {dropped} dropped\n");
    }
    for (name, counters) in plugins {
        text += &format!("{name}: {}", of(counters.processed, "block"));
        let all = [
            (late(counters), "late"),
            (counters.paused, "paused"),
            (counters.refused, "refused"),
            (counters.absent, "without it"),
            (counters.lost_events, "events lost"),
        ];
        for (number, what) in all {
            if number > 0 {
                text += &format!(", {number} {what}");
            }
        }
        match counters.replaced {
            0 => {}
            1 => text += ", replaced once",
            more => text += &format!(", replaced {more} times"),
        }
        text.push('\n');
    }
    // Never, or something is wrong with this program.
    if meter.allocations.get() > 0 {
        text += &format!("the audio thread asked the allocator {} times\n", meter.allocations.get());
    }
    text
}

fn of(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn counters() -> Vec<(String, Counters)> {
        let counters = Counters { processed: 1, late: 2, behind: 3, replaced: 2, ..Counters::default() };
        vec![("a".into(), counters), ("b".into(), Counters { processed: 9, ..Counters::default() })]
    }

    #[test]
    fn lines_say_what_there_is() {
        let (meter, mut load) = (Meter::default(), super::super::meter::Load::default());
        meter.note(24_000, 48_000, Duration::from_millis(125));
        // Another rate counts as that.
        meter.note(48_000, 96_000, Duration::from_millis(125));
        meter.xruns.add(1);
        let text = status(meter.load(&mut load), &meter, &counters());
        assert_eq!(text, "load 25 %, 5 late, 1 xrun, 2 replaced");
        assert_eq!(status(None, &Meter::default(), &[]), "no sound, 0 late, 0 xruns");
        meter.midi_dropped.add(4);
        assert_eq!(
            summary(Some(25.0), &meter, &counters()),
            "1.000 s, load 25 %, at most 25 %, 1 xrun\nMIDI: 0 in, 0 out, 4 dropped\n\
             a: 1 block, 5 late, replaced 2 times\nb: 9 blocks\n"
        );
    }
}
