//! Noise.

/// A source of noise; each side has its own.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    state: u64,
}

impl Noise {
    pub(crate) fn new() -> Self {
        Self { state: 0 }
    }

    /// A note begins: the same seed gives the same noise.
    pub(crate) fn start(&mut self, seed: u32) {
        self.state = u64::from(seed);
    }

    /// Adds a run of at most [`RUN`](crate::oscillator::RUN) frames. Colour: −1 dark, 0 white, 1 bright. The gain is a
    /// straight line from that of the frame before to that of the last frame.
    pub(crate) fn render(
        &mut self,
        _rate: f64,
        _colour: f32,
        gain: (f32, f32),
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len() as f32;
        for (i, (left, right)) in left.iter_mut().zip(right).enumerate() {
            let gain = gain.0 + (gain.1 - gain.0) * (i + 1) as f32 / frames;
            for side in [left, right] {
                self.state = self
                    .state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                *side += gain * ((self.state >> 32) as u32 as i32 as f32 / 2_147_483_648.0);
            }
        }
    }
}
