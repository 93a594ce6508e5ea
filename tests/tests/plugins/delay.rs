//! Dyad Delay through its built bundles.
