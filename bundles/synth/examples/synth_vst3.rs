//! The vst3 part of the bundle.
dyad::vst3!(synth);
