//! What comes with it.
