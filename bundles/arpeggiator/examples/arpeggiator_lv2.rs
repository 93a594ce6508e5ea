//! The lv2 part of the bundle.
dyad::lv2!(arpeggiator);
