//! Steps that can be undone and redone.

use std::collections::VecDeque;

use super::Mark;

/// The most steps that are kept; of more, the oldest are forgotten.
const MAX_STEPS: usize = 256;
/// Seconds within which notches of the wheel and presses of a key at one parameter are one step.
const TOGETHER: f64 = 1.0;

/// A change of something by position: what it was, and what it became.
pub(super) type Change<T> = (usize, T, T);

/// What is undone at once: a gesture, a preset, a switch between A and B.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// What a person calls it.
    pub(super) name: String,
    pub(super) values: Vec<Change<f64>>,
    pub(super) texts: Vec<Change<String>>,
    pub(super) before: Mark,
    pub(super) after: Mark,
    /// A single press, which goes together with others like it.
    pub(super) is_tap: bool,
    /// When it was made, in the editor's seconds.
    pub(super) at: f64,
}

/// What was done, and what was undone and can be done again.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Takes a new step. What was undone before it is forgotten. `is_idle` says whether a change leaves a value
    /// as it was: presses that cancel each other out are no step.
    pub(super) fn push(&mut self, step: Step, is_idle: impl Fn(&Change<f64>) -> bool) {
        let alone = !self.undone.is_empty();
        self.undone.clear();
        if let Some(last) = self.done.back_mut().filter(|last| !alone && last.takes(&step)) {
            last.values[0].2 = step.values[0].2;
            (last.after, last.at) = (step.after, step.at);
            if last.values.iter().all(is_idle) {
                self.done.pop_back();
            }
            return;
        }
        if self.done.len() == MAX_STEPS {
            self.done.pop_front();
        }
        self.done.push_back(step);
    }

    /// Where everything stood before and after each step.
    pub(super) fn marks(&mut self) -> impl Iterator<Item = &mut Mark> {
        self.done.iter_mut().chain(&mut self.undone).flat_map(|step| [&mut step.before, &mut step.after])
    }

    /// The name of what [`undo`](Self::undo) would give.
    pub(super) fn undo_name(&self) -> Option<&str> {
        self.done.back().map(|step| step.name.as_str())
    }

    /// The name of what [`redo`](Self::redo) would give.
    pub(super) fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|step| step.name.as_str())
    }

    /// The last step, which counts as undone from now on.
    pub(super) fn undo(&mut self) -> Option<&Step> {
        let step = self.done.pop_back()?;
        self.undone.push(step);
        self.undone.last()
    }

    /// The step that was undone last, which counts as done from now on.
    pub(super) fn redo(&mut self) -> Option<&Step> {
        let mut step = self.undone.pop()?;
        // What comes now is another thing.
        step.is_tap = false;
        self.done.push_back(step);
        self.done.back()
    }
}

impl Step {
    /// Whether `next` goes on with this one.
    fn takes(&self, next: &Self) -> bool {
        let one = |step: &Self| match step.values.as_slice() {
            [(index, ..)] if step.is_tap && step.texts.is_empty() => Some(*index),
            _ => None,
        };
        one(self).is_some() && one(self) == one(next) && next.at - self.at < TOGETHER
    }
}
