//! Dyad Equaliser through its built bundles.
