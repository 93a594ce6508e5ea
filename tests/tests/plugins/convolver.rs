//! Dyad Convolver through its built bundles.
