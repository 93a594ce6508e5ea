//! Hosting LV2 plugins: discovery and metadata through lilv, processing through the raw ABI.

mod atoms;
mod bundle;
mod controls;
mod describe;
mod features;
mod instance;
mod letters;
mod log;
mod midi;
mod options;
mod packets;
mod paths;
mod ports;
mod position;
mod processor;
mod state;
mod timing;
pub(crate) mod trials;
mod ui;
mod units;
mod urid;
mod uris;
mod worker;

pub(crate) use bundle::Bundle;
pub(crate) use trials::rules;
