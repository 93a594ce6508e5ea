//! Dyad Utility through its built bundles.
