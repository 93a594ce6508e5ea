//! The plain values that travel with a block.

/// Where the song is and how it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// Whether the song runs.
    pub playing: bool,
    /// Whether it is being recorded.
    pub recording: bool,
    /// Frames since the song's start.
    pub position: u64,
    /// Quarter notes per minute.
    pub tempo: f64,
    /// Upper number of the time signature.
    pub numerator: u32,
    /// Lower number of the time signature.
    pub denominator: u32,
    /// Quarter notes since the song's start; `None` where tempo and position say it.
    pub quarters: Option<f64>,
    /// Where the bar began, in quarter notes; `None` where the time signature has always been this one.
    pub bar: Option<f64>,
    /// Start and end of the loop that is repeated, in quarter notes.
    pub cycle: Option<[f64; 2]>,
}

impl Transport {
    /// A song at 120 quarter notes per minute in 4/4, running, at `position`.
    #[must_use]
    pub fn playing_at(position: u64) -> Self {
        Self {
            playing: true,
            recording: false,
            position,
            tempo: 120.0,
            numerator: 4,
            denominator: 4,
            quarters: None,
            bar: None,
            cycle: None,
        }
    }

    /// Quarter notes since the song's start.
    pub(crate) fn quarters(&self, sample_rate: f64) -> f64 {
        self.quarters.unwrap_or(self.position as f64 / sample_rate * self.tempo / 60.0)
    }

    /// Quarter notes in one bar.
    pub(crate) fn quarters_per_bar(&self) -> f64 {
        f64::from(self.numerator) * 4.0 / f64::from(self.denominator.max(1))
    }

    /// Number of the bar, and where it began in quarter notes.
    pub(crate) fn bar(&self, sample_rate: f64) -> (f64, f64) {
        let per_bar = self.quarters_per_bar();
        if per_bar <= 0.0 {
            return (0.0, 0.0);
        }
        match self.bar {
            Some(start) => ((start / per_bar).round(), start),
            None => {
                let bar = (self.quarters(sample_rate) / per_bar).floor();
                (bar, bar * per_bar)
            }
        }
    }
}

/// A parameter takes a value at some frame of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The parameter's index.
    pub index: u32,
    /// Frame within the block.
    pub offset: u32,
    /// Value as the format counts it: plain in LV2, normalized in VST3.
    pub native: f64,
}

/// A short MIDI message at some frame of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Midi {
    /// Frame within the block.
    pub offset: u32,
    /// Which of the plugin's event inputs or outputs, from 0.
    pub port: u8,
    len: u8,
    data: [u8; 8],
}

impl Midi {
    /// A message of 1 to 8 bytes for the first port; `None` for any other length.
    #[must_use]
    pub fn new(offset: u32, message: &[u8]) -> Option<Self> {
        let mut data = [0; 8];
        data.get_mut(..message.len())?.copy_from_slice(message);
        (!message.is_empty()).then_some(Self { offset, port: 0, len: message.len() as u8, data })
    }

    /// The same for another port.
    #[must_use]
    pub fn on_port(self, port: u8) -> Self {
        Self { port, ..self }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.data[..usize::from(self.len)]
    }
}

/// How the child got on with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    /// The block's size or events were out of bounds; nothing was processed.
    BadBlock,
    /// The plugin's process function returned an error.
    Refused,
    /// The plugin was not there: it is being restarted, or takes in a state.
    Paused,
}

impl Status {
    pub(super) fn to_word(self) -> u32 {
        match self {
            Status::Ok => 0,
            Status::BadBlock => 1,
            Status::Refused => 2,
            Status::Paused => 3,
        }
    }

    pub(super) fn from_word(word: u32) -> Self {
        match word {
            0 => Status::Ok,
            2 => Status::Refused,
            3 => Status::Paused,
            _ => Status::BadBlock,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midi_lengths() {
        assert_eq!(Midi::new(3, &[0x90, 60, 100]).unwrap().bytes(), [0x90, 60, 100]);
        assert_eq!(Midi::new(0, &[]), None);
        assert_eq!(Midi::new(0, &[0; 9]), None);
        assert_eq!(Midi::new(0, &[1; 8]).unwrap().bytes(), [1; 8]);
    }

    #[test]
    fn musical_time() {
        let transport = Transport::playing_at(48_000);
        assert_eq!(transport.quarters(48_000.0), 2.0);
        assert_eq!(transport.quarters_per_bar(), 4.0);
        assert_eq!(transport.bar(48_000.0), (0.0, 0.0));
        assert_eq!(Transport { denominator: 8, numerator: 6, ..transport }.quarters_per_bar(), 3.0);
        let later = Transport { quarters: Some(13.0), ..transport };
        assert_eq!((later.quarters(48_000.0), later.bar(48_000.0)), (13.0, (3.0, 12.0)));
        assert_eq!(Transport { bar: Some(10.0), ..later }.bar(48_000.0).1, 10.0);
    }
}
