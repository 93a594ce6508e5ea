//! The way from one key's pitch to the next.

/// A pitch in keys (60 is middle C), on its way in a straight line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glide {
    to: f64,
    /// Keys in a frame.
    step: f64,
    /// Frames until it is there.
    left: u32,
}

impl Glide {
    pub(crate) const fn at(key: f64) -> Self {
        Self { to: key, step: 0.0, left: 0 }
    }

    /// Where it is now.
    pub(crate) fn pitch(&self) -> f64 {
        self.to - self.step * f64::from(self.left)
    }

    /// Goes to another key within so many frames.
    pub(crate) fn go(&mut self, key: f64, frames: u32) {
        let from = self.pitch();
        let step = if frames == 0 { 0.0 } else { (key - from) / f64::from(frames) };
        *self = Self { to: key, step, left: frames };
    }

    pub(crate) fn advance(&mut self, frames: u32) {
        self.left = self.left.saturating_sub(frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_arrives_in_time_and_turns_round_on_the_way() {
        let mut glide = Glide::at(60.0);
        glide.go(72.0, 1200);
        glide.advance(300);
        assert!((glide.pitch() - 63.0).abs() < 1e-9);
        glide.go(60.0, 300);
        assert!((glide.pitch() - 63.0).abs() < 1e-9, "from where it is");
        glide.advance(299);
        assert!(glide.pitch() > 60.0);
        glide.advance(16);
        assert_eq!(glide.pitch(), 60.0);
        glide.go(50.0, 0);
        assert_eq!(glide.pitch(), 50.0, "at once");
    }
}
