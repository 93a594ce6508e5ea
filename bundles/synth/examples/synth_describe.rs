//! The describe part of the bundle.
dyad::describe!(synth);
