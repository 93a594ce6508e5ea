//! What a session remembers a plugin by: ids, hashes and permanent positions.
//!
//! Hosts save sessions by identity: a VST3 parameter by its 32-bit id, an LV2 port by its symbol,
//! and automation in some hosts by plain position (Ardour writes `parameter-3`). All of these are
//! decided here, once, and never change afterwards; `docs/identity.md` states the rules and the
//! test vectors.

mod hash;
mod lock;
mod symbol;

pub(crate) use hash::Fingerprint;
pub use hash::{FIRST_RESERVED_VST3_ID, PROGRAM_VST3_ID, vst3_class_words, vst3_param_id};
pub use lock::{Entry, Kind, Lock, LockError};
pub use symbol::{
    BYPASS, CONTROL, ENABLED, FREEWHEEL, LATENCY, NOTIFY, SymbolError, check_symbol, is_reserved,
};
