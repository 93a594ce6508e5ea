//! `time:Position`: where the song is, as an atom.

use super::urid::Urids;
use super::uris;
use crate::shared::Transport;

/// The numbers needed to say it, looked up once.
pub(super) struct Position {
    pub(super) object: u32,
    position: u32,
    keys: [(u32, u32); 8],
    rate: f64,
}

/// Bytes of the object's body: its head and eight properties of 24 bytes.
pub(super) const SIZE: usize = 8 + 8 * 24;

impl Position {
    pub(super) fn new(urids: &Urids, rate: f64) -> Self {
        let (long, int) = (urids.map(uris::LONG), urids.map(uris::INT));
        let (float, double) = (urids.map(uris::FLOAT), urids.map(uris::DOUBLE));
        Self {
            object: urids.map(uris::OBJECT),
            position: urids.map(uris::POSITION),
            keys: [
                (urids.map(uris::FRAME), long),
                (urids.map(uris::SPEED), float),
                (urids.map(uris::BAR), long),
                (urids.map(uris::BAR_BEAT), float),
                (urids.map(uris::BEAT), double),
                (urids.map(uris::BEAT_UNIT), int),
                (urids.map(uris::BEATS_PER_BAR), float),
                (urids.map(uris::BEATS_PER_MINUTE), float),
            ],
            rate,
        }
    }

    /// The object's body.
    pub(super) fn body(&self, transport: &Transport) -> [u8; SIZE] {
        // Beats are the time signature's, tempo and quarters are in quarter notes.
        let per_quarter = f64::from(transport.denominator.max(1)) / 4.0;
        let beats = transport.quarters(self.rate) * per_quarter;
        let (bar, bar_start) = transport.bar(self.rate);
        let in_bar = beats - bar_start * per_quarter;
        let speed: f32 = if transport.playing { 1.0 } else { 0.0 };
        let values: [[u8; 8]; 8] = [
            (transport.position as i64).to_ne_bytes(),
            wide(speed.to_ne_bytes()),
            (bar as i64).to_ne_bytes(),
            wide((in_bar as f32).to_ne_bytes()),
            beats.to_ne_bytes(),
            wide((transport.denominator as i32).to_ne_bytes()),
            wide((transport.numerator as f32).to_ne_bytes()),
            wide(((transport.tempo * per_quarter) as f32).to_ne_bytes()),
        ];
        let sizes: [u32; 8] = [8, 4, 8, 4, 8, 4, 4, 4];
        let mut body = [0; SIZE];
        body[4..8].copy_from_slice(&self.position.to_ne_bytes());
        for (at, ((key, kind), (value, size))) in self.keys.iter().zip(values.iter().zip(sizes)).enumerate()
        {
            let property = &mut body[8 + at * 24..][..24];
            property[..4].copy_from_slice(&key.to_ne_bytes());
            property[8..12].copy_from_slice(&size.to_ne_bytes());
            property[12..16].copy_from_slice(&kind.to_ne_bytes());
            property[16..].copy_from_slice(value);
        }
        body
    }
}

fn wide([a, b, c, d]: [u8; 4]) -> [u8; 8] {
    [a, b, c, d, 0, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_beats() {
        let urids = Urids::default();
        let position = Position::new(&urids, 48_000.0);
        // 2.5 s at 120: 5 quarter notes, so one bar of four and one beat.
        let body = position.body(&Transport::playing_at(120_000));
        let value = |at: usize| &body[8 + at * 24 + 16..][..8];
        assert_eq!(i64::from_ne_bytes(value(0).try_into().unwrap()), 120_000);
        assert_eq!(i64::from_ne_bytes(value(2).try_into().unwrap()), 1);
        assert_eq!(f32::from_ne_bytes(value(3)[..4].try_into().unwrap()), 1.0);
        assert_eq!(f64::from_ne_bytes(value(4).try_into().unwrap()), 5.0);
    }
}
