//! A block of sound.

use dyad_tests::gain::noise;

/// Frames of a block.
pub(crate) const FRAMES: usize = 64;
/// Frames a second.
pub(crate) const RATE: f64 = 48_000.0;

/// One channel, as aligned as hosts have it.
#[repr(C, align(64))]
#[derive(Clone)]
struct Channel([f32; FRAMES]);

/// Two channels in and two out, each apart from the others.
pub(crate) struct Sound {
    channels: Box<[Channel; 4]>,
}

impl Sound {
    pub(crate) fn new() -> Self {
        let mut channels = Box::new([const { Channel([0.0; FRAMES]) }; 4]);
        for (seed, channel) in channels[..2].iter_mut().enumerate() {
            channel.0.copy_from_slice(&noise(FRAMES, seed as u32 + 1));
        }
        Self { channels }
    }

    /// Left and right input, left and right output.
    pub(crate) fn pointers(&mut self) -> [*mut f32; 4] {
        self.channels.each_mut().map(|channel| channel.0.as_mut_ptr())
    }
}
