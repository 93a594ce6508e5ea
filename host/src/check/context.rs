//! What a trial has in its hands.

use std::io::Write as _;
use std::os::unix::net::UnixStream;

use super::finding::{Finding, Line, Rule};
use crate::info::Format;

/// What is tried.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) format: Format,
    /// Absolute path, or LV2 URI.
    pub(crate) plugin: String,
    /// Which plugin of the bundle.
    pub(crate) class: Option<String>,
}

/// How a trial ends; an error is what the plugin refused.
pub(crate) type Outcome = Result<(), String>;

/// Findings of one rule that are told one by one.
const EACH: usize = 5;

/// One trial at work.
pub(crate) struct Trial {
    pub(crate) subject: Subject,
    out: UnixStream,
    step: String,
    told: Vec<(&'static str, usize)>,
}

impl Trial {
    pub(super) fn new(subject: Subject, out: UnixStream) -> Self {
        Self { subject, out, step: String::new(), told: vec![] }
    }

    pub(super) fn tell(&mut self, line: &Line) {
        let mut text = serde_json::to_string(line).unwrap_or_default();
        text.push('\n');
        // Without a parent there is nobody to try it for.
        if self.out.write_all(text.as_bytes()).is_err() {
            std::process::exit(1);
        }
    }

    /// Says what comes now, to be named if the plugin takes the process down.
    pub(crate) fn step(&mut self, step: impl Into<String>) {
        let step = step.into();
        if step != self.step {
            self.tell(&Line::Step(step.clone()));
            self.step = step;
        }
    }

    /// What is going on.
    pub(crate) fn doing(&self) -> &str {
        &self.step
    }

    /// Tells that a rule is broken. After some of one rule they are only counted.
    pub(crate) fn find(&mut self, rule: &'static Rule, text: impl Into<String>) {
        let at = self.told.iter().position(|(id, _)| *id == rule.id).unwrap_or_else(|| {
            self.told.push((rule.id, 0));
            self.told.len() - 1
        });
        self.told[at].1 += 1;
        if self.told[at].1 <= EACH {
            self.tell(&Line::Found(Finding::new(rule, text.into())));
        }
    }

    /// Tells it where `broken` holds.
    pub(crate) fn find_if(&mut self, broken: bool, rule: &'static Rule, text: impl FnOnce() -> String) {
        if broken {
            self.find(rule, text());
        }
    }

    /// Says that there is nothing to try.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) -> Outcome {
        self.tell(&Line::Skipped(reason.into()));
        Ok(())
    }

    /// The findings that were only counted.
    pub(super) fn uncounted(&mut self) {
        for (id, count) in std::mem::take(&mut self.told) {
            if count > EACH
                && let Some(rule) = super::rules::all().find(|rule| rule.id == id)
            {
                let text = format!("… and {} more like it", count - EACH);
                self.tell(&Line::Found(Finding::new(rule, text)));
            }
        }
    }
}
