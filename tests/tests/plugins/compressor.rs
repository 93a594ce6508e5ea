//! Dyad Compressor through its built bundles.
