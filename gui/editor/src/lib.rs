//! Open editors: a window inside the host's, an editor in it that has a thread of its own, and the frames
//! that go both ways. The editor is a page, shown by a program of its own, or drawn by egui; when the page
//! can't be shown, or not any more, the other one takes its place in the same window.
//!
//! [`Session`] is one open editor, for code in the same binary (the LV2 UI); [`table`] offers the same
//! to another binary as `dyad_editor_v1`.
//!
//! | module | thread | holds |
//! |---|---|---|
//! | [`session`] | the host's | one open editor |
//! | `container` | the host's | the window that the host sees |
//! | `exchange` | both | what the two threads tell each other |
//! | `window` | its own | the window that is drawn into: events, keyboard, the editor |
//! | `web` | its own | the page that is shown instead, while one can be |
//! | `page` | any | the page's files |
//! | `mirror` | the window's | the values that the editor shows |
//! | `paint` | the window's | pictures, by the processor or by a GPU |

#![expect(clippy::disallowed_types, reason = "editors never run on an audio thread")]

mod clipboard;
mod container;
mod exchange;
mod mirror;
mod page;
mod paint;
pub mod session;
mod size;
mod surface;
pub mod table;
mod web;
mod window;

pub use page::Page;
pub use session::{MakeView, OpenError, Plugin, Request, Session, measure};
