//! The plugins that come with Dyad, each through its built bundles: what a user hears and keeps.

mod ardour;
mod arpeggiator;
mod check;
mod compressor;
mod convolver;
mod delay;
mod equaliser;
mod gestures;
mod piece;
mod sidechain_file;
mod synth;
mod utility;

/// The effects that come with Dyad, in the order in which a mixer would have them.
const EFFECTS: [&str; 6] = ["gain", "utility", "equaliser", "compressor", "delay", "convolver"];
/// What plays and what makes notes for it.
const PLAYERS: [&str; 2] = ["synth", "arpeggiator"];
