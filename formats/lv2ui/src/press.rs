//! Triggers, which have a port that stays where it was set.
//!
//! A second press would change nothing, so the port goes back by itself: after long enough that a block has
//! seen it, whatever the host's blocks, and not before. Where the host takes it back itself, nothing is
//! done. A press meanwhile comes after that.

use std::time::{Duration, Instant};

/// Longer than the blocks of hosts.
const HELD: Duration = Duration::from_millis(250);

#[derive(Debug)]
struct Press {
    param: u32,
    since: Instant,
    /// Whether the port is up, and not yet down again.
    up: bool,
    /// Pressed meanwhile.
    again: bool,
}

/// The presses under way.
#[derive(Debug, Default)]
pub(crate) struct Presses(Vec<Press>);

impl Presses {
    /// The user presses a trigger; whether its port is to be set now.
    pub(crate) fn press(&mut self, param: u32, now: Instant) -> bool {
        match self.0.iter_mut().find(|press| press.param == param) {
            Some(press) => {
                press.again = true;
                false
            }
            None => {
                self.0.push(Press { param, since: now, up: true, again: false });
                true
            }
        }
    }

    /// The host has set the port to this.
    pub(crate) fn heard(&mut self, param: u32, plain: f64, now: Instant) {
        if plain <= 0.0
            && let Some(press) = self.0.iter_mut().find(|press| press.param == param && press.up)
        {
            (press.up, press.since) = (false, now);
        }
    }

    /// What is to be set now: parameters, and whether they are pressed.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<(u32, bool)> {
        let mut due = Vec::new();
        self.0.retain_mut(|press| {
            if now.duration_since(press.since) < HELD {
                return true;
            }
            if press.up {
                press.up = false;
                due.push((press.param, false));
            } else if press.again {
                (press.up, press.again) = (true, false);
                due.push((press.param, true));
            } else {
                return false;
            }
            press.since = now;
            true
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_press_is_an_edge() {
        let start = Instant::now();
        let at = |n: u32| start + HELD * n;
        let mut presses = Presses::default();
        assert!(presses.press(3, start));
        assert!(!presses.press(3, start), "the port is up already");
        assert!(presses.press(4, start));
        assert_eq!(presses.due(start), []);
        presses.heard(4, 0.0, start);
        assert_eq!(presses.due(at(1)), [(3, false)], "the host took back the other one");
        assert_eq!(presses.due(at(1)), []);
        assert_eq!(presses.due(at(2)), [(3, true)], "the second press");
        assert_eq!(presses.due(at(3)), [(3, false)]);
        assert_eq!(presses.due(at(4)), []);
        assert!(presses.press(3, at(4)), "and all begins anew");
    }
}
