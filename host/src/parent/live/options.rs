//! How a live plugin is run.

use std::time::Duration;

use super::super::Setup;
use crate::protocol::Mode;
use crate::state::PluginState;

/// How a live plugin is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Rate and longest block.
    pub setup: Setup,
    /// Which plugin of the place; the only one otherwise.
    pub class: Option<String>,
    /// Channels of the main input, where the plugin takes several layouts.
    pub inputs: Option<u32>,
    /// The state to begin with.
    pub state: Option<PluginState>,
    /// In time with the clock, or as fast as it goes.
    pub mode: Mode,
    /// The part of a block's length that its answer may take before it passes dry; live only. Half of it
    /// unless said otherwise.
    pub patience: f64,
    /// How long blocks may go unanswered before the plugin's process is replaced: 2 s live and 30 s offline
    /// unless said otherwise.
    pub stall: Option<Duration>,
    /// Whether both sides look out for each other without sleeping. It takes a core each, and saves the time
    /// that waking up takes.
    pub spin: bool,
    /// How often the process may be replaced within a minute; then the plugin stays away until
    /// [`Live::restart`](super::Live::restart). 0 for never.
    pub tries: u32,
    /// How often a state is kept for a replacement while something may have changed it (an open editor, a
    /// preset); parameters are always known. `None` for only when it is saved or loaded.
    pub snapshots: Option<Duration>,
    /// Whether the plugin is activated, so that it can process.
    pub active: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            setup: Setup::default(),
            class: None,
            inputs: None,
            state: None,
            mode: Mode::Live,
            patience: 0.5,
            stall: None,
            spin: false,
            tries: 3,
            snapshots: Some(Duration::from_secs(5)),
            active: true,
        }
    }
}

impl Options {
    /// How long blocks may go unanswered.
    #[must_use]
    pub fn stall(&self) -> Duration {
        self.stall.unwrap_or(match self.mode {
            Mode::Live => Duration::from_secs(2),
            Mode::Offline => Duration::from_secs(30),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_unless_said_otherwise() {
        let live = Options::default();
        assert_eq!((live.patience, live.stall()), (0.5, Duration::from_secs(2)));
        let offline = Options { mode: Mode::Offline, ..Options::default() };
        assert_eq!(offline.stall(), Duration::from_secs(30));
    }
}
