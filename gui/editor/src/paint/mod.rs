//! Pictures: by the processor, or by a GPU.

mod cpu;

use dyad_gui::{Area, Frame};

pub(crate) use cpu::Cpu;

/// What draws the frames of one window.
pub(crate) enum Painter {
    Cpu(Cpu),
}

/// Why a picture can't be drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PaintError {
    #[error("the display's connection: {0}")]
    Connection(#[from] x11rb::errors::ConnectionError),
    #[error("the display: {0}")]
    Reply(#[from] x11rb::errors::ReplyError),
    #[error("the display: {0}")]
    Id(#[from] x11rb::errors::ReplyOrIdError),
    #[error("pixels of this display can't be drawn: {0} bits")]
    Depth(u8),
}

impl Painter {
    /// Shows a frame.
    pub(crate) fn paint(&mut self, frame: Frame) -> Result<(), PaintError> {
        match self {
            Self::Cpu(cpu) => cpu.paint(frame),
        }
    }

    /// Shows a part of the last frame once more. `false` where that takes a new frame.
    pub(crate) fn expose(&mut self, area: Area) -> Result<bool, PaintError> {
        match self {
            Self::Cpu(cpu) => cpu.put(&[area]).map(|()| true),
        }
    }
}
