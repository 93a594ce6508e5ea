//! Signal processing that several plugins share, and that a framework need not have.
//!
//! | module | holds |
//! |---|---|
//! | [`note`] | note values as parameters, and tempos to reckon with |
//! | [`spectrum`] | spectra for editors, worked out off the audio thread |

#![forbid(unsafe_code)]

pub mod note;
pub mod spectrum;
