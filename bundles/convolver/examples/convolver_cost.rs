//! What a block costs.
fn main() {}
