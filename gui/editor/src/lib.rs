//! Open editors: a window inside the host's, an editor drawn into it on a thread of its own, and the
//! frames that go both ways.
//!
//! [`Session`] is one open editor, for code in the same binary (the LV2 UI); [`table`] offers the same
//! to another binary as `dyad_editor_v1`.

pub mod session;

pub use session::{OpenError, Plugin, Request, Session, measure};
