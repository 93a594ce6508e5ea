//! x
mod engine;
