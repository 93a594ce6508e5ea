//! States of a plugin that has everything: from other versions, from elsewhere, and damaged.

// The derive macros name the crate as authors do.
extern crate dyad_core as dyad;

mod allocations;
mod damage;
mod plugin;
mod versions;
