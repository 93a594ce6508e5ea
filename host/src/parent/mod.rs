//! The parent's side: starts children, talks to them and notices when they fail.

mod editor;
mod files;
mod host;
mod instance;
mod measure;
mod process;
mod session;

pub use host::{DEFAULT_LIMIT, Host, Setup};
pub use instance::{Active, Block, Instance};
pub use session::Session;
