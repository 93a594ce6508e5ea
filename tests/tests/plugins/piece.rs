//! Synth and arpeggiator among others: in a DAW, in hosts with MPE and note expressions, before effects, and with what no
//! host should send.

mod ardour;
mod expression;
mod jalv;
mod mpe;
mod score;
mod stream;
mod transport;
