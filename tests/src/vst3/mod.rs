//! A VST3 host on the bare interface.

mod call;
mod changes;
pub mod disorder;
mod edits;
mod events;
mod frame;
mod handler;
mod held;
mod module;
mod pass;
mod plugin;
mod stand_in;
mod stream;
mod view;

pub use call::Call;
pub use changes::{Changes, Queue};
pub use edits::{Edit, Edits};
pub use events::{Events, Said};
pub use frame::Frame;
pub use handler::{Handler, Heard};
pub use held::{Held, statx};
pub use module::Module;
pub use pass::{Pass, Sample};
pub use plugin::Plugin;
pub use stand_in::{Config, StandIn, copy_of_probe, editor_beside};
pub use stream::Stream;
pub use view::{Seen, view_of};

/// Text from a host's fixed array of UTF-16 units.
#[must_use]
pub fn utf16(units: &[u16]) -> String {
    let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
    String::from_utf16_lossy(&units[..end])
}

/// Text from a host's fixed array of bytes.
#[must_use]
pub fn text(bytes: &[std::ffi::c_char]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let bytes: Vec<u8> = bytes[..end].iter().map(|byte| *byte as u8).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
