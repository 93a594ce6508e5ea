//! What is fed to plugins.

/// A signal, the same on every run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Signal {
    Silence,
    /// White noise within ±0.5.
    Noise,
    /// One frame of 1.
    Impulse,
    /// The same value in every frame.
    Constant(f32),
}

impl Signal {
    /// In words, for a step.
    pub(crate) fn name(self) -> String {
        match self {
            Signal::Silence => "silence".into(),
            Signal::Noise => "noise".into(),
            Signal::Impulse => "an impulse".into(),
            Signal::Constant(value) => format!("a constant {value}"),
        }
    }

    /// So many frames of it in so many channels.
    pub(crate) fn make(self, channels: u32, frames: usize) -> Vec<Vec<f32>> {
        (0..channels).map(|channel| self.channel(channel, frames)).collect()
    }

    fn channel(self, channel: u32, frames: usize) -> Vec<f32> {
        match self {
            Signal::Silence => vec![0.0; frames],
            Signal::Constant(value) => vec![value; frames],
            Signal::Impulse => {
                let mut samples = vec![0.0; frames];
                if let Some(first) = samples.first_mut() {
                    *first = 1.0;
                }
                samples
            }
            Signal::Noise => noise(u64::from(channel) + 1, frames),
        }
    }
}

/// White noise within ±0.5 (xorshift, Marsaglia 2003).
fn noise(seed: u64, frames: usize) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    (0..frames).map(|_| chance.unit() as f32 - 0.5).collect()
}

/// Numbers by chance, the same on every run.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 40) as f64 / (1_u64 << 24) as f64
    }
}

/// The largest magnitude; NaN where one is in it.
pub(crate) fn peak(channels: &[Vec<f32>]) -> f32 {
    let all = channels.iter().flatten().map(|sample| sample.abs());
    all.fold(0.0, |most, sample| if sample.is_nan() || sample > most { sample } else { most })
}

/// The first channel and frame at which two differ by more than `limit`, with what they hold.
pub(crate) fn first_difference(
    a: &[Vec<f32>],
    b: &[Vec<f32>],
    limit: f32,
) -> Option<(usize, usize, f32, f32)> {
    for (channel, (a, b)) in a.iter().zip(b).enumerate() {
        for (frame, (a, b)) in a.iter().zip(b).enumerate() {
            let same = a.to_bits() == b.to_bits() || (a - b).abs() <= limit;
            if !same {
                return Some((channel, frame, *a, *b));
            }
        }
    }
    None
}
