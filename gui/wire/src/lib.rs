//! What stands between an editor and `dyad-webview`, the program that shows its page.
//!
//! The two are built and installed apart, so each says which protocol it speaks, and everything from the
//! other side is measured before it is taken. They share a stream socket, which is the program's standard
//! input. On it go frames: the length of the content and its kind, each as a `u32` with the lesser byte
//! first, and the content. A kind that is not known is skipped.
//!
//! The editor sends the page's files, one [`ToProgram::Asset`] each, then [`ToProgram::Open`]. The program
//! says [`FromProgram::Hello`] as its first frame. From then on messages of `docs/web-protocol.md` go both
//! ways. The end of the stream ends the program, whatever it is doing.

#![forbid(unsafe_code)]

mod frame;
mod stream;

pub use frame::{FromProgram, Hello, Malformed, Open, ToProgram};
pub use stream::{Reader, Writer};

/// The version of everything in this crate. Either side refuses another one.
pub const PROTOCOL: u32 = 1;

/// The program's file name.
pub const PROGRAM: &str = "dyad-webview";

/// The most bytes of one message of a page.
pub const MAX_MESSAGE: usize = 256 << 10;

/// The most bytes of one message to a page: all parameters of a large plugin.
pub const MAX_TO_PAGE: usize = 8 << 20;

/// The most bytes of one of a page's files.
pub const MAX_ASSET: usize = 32 << 20;
