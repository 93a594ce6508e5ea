//! The plugins that come with Dyad, each through its built bundles: what a user hears and keeps.

mod compressor;
mod convolver;
mod delay;
mod equaliser;
mod sidechain_file;
mod utility;
