//! Signal processing that several plugins share, and that a framework need not have.
//!
//! | module | holds |
//! |---|---|
//! | [`spectrum`] | spectra for editors, worked out off the audio thread |

#![forbid(unsafe_code)]

pub mod spectrum;
