//! Plugins played live, with a JACK server or a sound card, each in its own process.
//!
//! ```text
//! driver's audio thread: Player → Engine → Chain ⇄ the plugins' processes   (engine)
//!        jack | alsa       ↑ another Engine where rate or block length change
//! main thread:          Rack: what the plugins say, editors, states, their replacement   (rack, run)
//! ```
//!
//! The main thread owns the plugins and looks at the driver some times a second; the audio thread is told by
//! atomics and queues alone.

mod alsa;
mod driver;
mod engine;
mod jack;
mod loading;
mod meter;
mod rack;
mod report;
mod run;

pub(crate) use driver::{Choice, Input, Kind, Listing, Wish, list};
pub(crate) use rack::Stage;
pub(crate) use run::{Job, Watcher, run};

/// How many names an error lists.
const SUGGESTIONS: usize = 8;

/// What there is instead of something that is not.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "there is none at all".into();
    }
    let more = if names.len() > SUGGESTIONS { ", …" } else { "" };
    let names: Vec<_> = names.iter().take(SUGGESTIONS).map(String::as_str).collect();
    format!("there are: {}{more}", names.join(", "))
}
