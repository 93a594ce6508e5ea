//! Hosting VST3 plugins: the host's side of the COM interfaces.

mod buses;
mod changes;
mod component;
mod events;
mod factory;
mod host;
mod instance;
mod keys;
mod message;
mod module;
mod parameters;
mod processor;
mod stream;
mod text;
pub(crate) mod trials;
mod turns;
mod view;

pub(crate) use module::Module;
pub(crate) use trials::rules;
