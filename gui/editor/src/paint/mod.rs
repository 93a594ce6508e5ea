//! Pictures: by the processor, or by a GPU.

mod choice;
mod cpu;
mod gl;

use dyad_gui::{Area, Frame};

pub(crate) use choice::{Kind, choose, give_up_gl, takes_pages};
pub(crate) use cpu::Cpu;
pub(crate) use gl::{Gl, config};

/// What draws the frames of one window.
pub(crate) enum Painter {
    Cpu(Cpu),
    Gl(Gl),
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
    #[error("GL: {0}")]
    Gl(String),
    #[error("{0} is no GPU")]
    Software(String),
}

impl Painter {
    /// Shows a frame.
    pub(crate) fn paint(&mut self, frame: Frame) -> Result<(), PaintError> {
        match self {
            Self::Cpu(cpu) => cpu.paint(frame),
            Self::Gl(gl) => gl.paint(frame),
        }
    }

    /// Shows a part of the last frame once more. `false` where that takes a new frame.
    pub(crate) fn expose(&mut self, area: Area) -> Result<bool, PaintError> {
        match self {
            Self::Cpu(cpu) => cpu.put(&[area]).map(|()| true),
            Self::Gl(_) => Ok(false),
        }
    }
}
