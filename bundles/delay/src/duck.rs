//! Ducking: while the input sounds the echoes are softer, and come up in its pauses.

/// From this peak level on (−20 dBFS) the echoes are as soft as they get; below, less so in proportion.
pub(crate) const FULL: f32 = 0.1;
/// The follower's times to 1/e, in seconds.
const ATTACK_SECONDS: f64 = 0.005;
const RELEASE_SECONDS: f64 = 0.25;

/// Follows the input's peak level.
#[derive(Debug)]
pub(crate) struct Duck {
    level: f32,
    attack: f32,
    release: f32,
}

impl Duck {
    pub(crate) fn new(sample_rate: f64) -> Self {
        let share = |seconds: f64| (1.0 - (-1.0 / (seconds * sample_rate)).exp()) as f32;
        Self { level: 0.0, attack: share(ATTACK_SECONDS), release: share(RELEASE_SECONDS) }
    }

    pub(crate) fn clear(&mut self) {
        self.level = 0.0;
    }

    /// The echoes' gain at the next frame, where `peak` is the loudest channel and `amount` 0 to 1.
    #[inline]
    pub(crate) fn next(&mut self, peak: f32, amount: f32) -> f32 {
        // What is louder than that ducks no more, and is forgotten as fast.
        let peak = peak.min(FULL);
        let share = if peak > self.level { self.attack } else { self.release };
        self.level += (peak - self.level) * share;
        if self.level < 1e-15 {
            self.level = 0.0;
        }
        1.0 - amount * (self.level / FULL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_down_at_once_and_comes_back_in_its_time() {
        let mut duck = Duck::new(48_000.0);
        let after = |duck: &mut Duck, frames: usize, peak: f32| {
            (0..frames).map(|_| duck.next(peak, 0.8)).last().unwrap()
        };
        assert_eq!(after(&mut duck, 10, 0.0), 1.0);
        assert!((after(&mut duck, 4800, 1.0) - 0.2).abs() < 1e-3);
        let released = after(&mut duck, 12_000, 0.0);
        assert!((released - (1.0 - 0.8 * (-1.0f32).exp())).abs() < 1e-3, "{released}");
        assert!((after(&mut duck, 480_000, 0.0) - 1.0).abs() < 1e-6);
        let half = after(&mut duck, 48_000, FULL / 2.0);
        assert!((half - 0.6).abs() < 1e-3, "{half}");
        assert_eq!(duck.next(1.0, 0.0), 1.0, "no ducking is none at all");
    }
}
