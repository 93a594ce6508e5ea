//! JACK's transport as plugins know it.

use jack::{TransportBBT, TransportState, TransportStatePosition};

use crate::shared::Transport;

/// What JACK says at the start of a block. A server without a timebase master knows no tempo; then `tempo` is.
pub(super) fn read(now: &TransportStatePosition, tempo: f64) -> Transport {
    let position = u64::from(now.pos.frame());
    let playing = now.state == TransportState::Rolling;
    let plain = Transport { playing, tempo, ..Transport::playing_at(position) };
    match now.pos.bbt() {
        Some(time) => musical(plain, &time),
        None => plain,
    }
}

fn musical(plain: Transport, time: &TransportBBT) -> Transport {
    let whole =
        |number: f32| (number.is_finite() && (1.0..=1024.0).contains(&number)).then_some(number as u32);
    let (Some(numerator), Some(denominator)) = (whole(time.sig_num), whole(time.sig_denom)) else {
        return plain;
    };
    if !(time.bpm > 0.0 && time.bpm.is_finite() && time.ticks_per_beat > 0.0) {
        return plain;
    }
    // JACK counts beats of the time signature's kind, and bars and beats from 1.
    let quarters_of = |beats: f64| beats * 4.0 / f64::from(denominator);
    let beat = time.beat.saturating_sub(1) as f64 + time.tick as f64 / time.ticks_per_beat;
    let bars = time.bar.saturating_sub(1) as f64;
    // Some masters leave the ticks before the bar out.
    let before = if time.bar_start_tick > 0.0 {
        time.bar_start_tick / time.ticks_per_beat
    } else {
        bars * f64::from(time.sig_num)
    };
    let bar = quarters_of(before);
    Transport {
        // A beat is what the tempo counts, too.
        tempo: quarters_of(time.bpm),
        numerator,
        denominator,
        quarters: Some(bar + quarters_of(beat)),
        bar: Some(bar),
        ..plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time() -> TransportBBT {
        TransportBBT {
            bar: 3,
            beat: 2,
            tick: 960,
            sig_num: 6.0,
            sig_denom: 8.0,
            ticks_per_beat: 1920.0,
            bpm: 120.0,
            bar_start_tick: 12.0 * 1920.0,
        }
    }

    #[test]
    fn beats_of_any_kind_become_quarter_notes() {
        let read = musical(Transport::playing_at(7), &time());
        assert_eq!((read.position, read.tempo), (7, 60.0));
        assert_eq!((read.numerator, read.denominator), (6, 8));
        assert_eq!((read.bar, read.quarters), (Some(6.0), Some(6.75)));
    }

    #[test]
    fn bars_are_counted_where_their_ticks_are_not() {
        let read = musical(Transport::playing_at(0), &TransportBBT { bar_start_tick: 0.0, ..time() });
        assert_eq!((read.bar, read.quarters), (Some(6.0), Some(6.75)));
    }

    #[test]
    fn nonsense_is_left_out() {
        let plain = Transport::playing_at(0);
        for bad in [
            TransportBBT { bpm: f64::NAN, ..time() },
            TransportBBT { bpm: 0.0, ..time() },
            TransportBBT { sig_denom: 0.0, ..time() },
            TransportBBT { ticks_per_beat: 0.0, ..time() },
        ] {
            assert_eq!(musical(plain, &bad), plain);
        }
    }
}
