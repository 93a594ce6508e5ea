//! The parent's side: starts children, talks to them and notices when they fail.

mod files;
mod host;
mod instance;
mod link;
mod live;
mod measure;
mod pool;
mod process;
mod requests;
mod session;

pub use host::{DEFAULT_LIMIT, Host, Setup};
pub use instance::{Active, Block, Instance};
pub use live::{Audio, Chain, Counters, Dry, EditorPlace, Live, LiveEvent, Options, Outcome};
pub use pool::Pool;
pub use session::Session;
