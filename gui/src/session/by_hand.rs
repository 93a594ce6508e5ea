//! How what the user does by hand becomes steps.

use super::history::Change;
use super::snapshot::{is_kept, is_same};
use super::{Edit, Session};

/// A gesture under way, or several at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    /// Parameters that are held.
    pub(super) held: Vec<usize>,
    values: Vec<Change<f64>>,
    /// How often a value was set.
    sets: usize,
    /// All of it belongs together, texts too.
    together: bool,
    texts: Vec<Change<String>>,
}

impl Session {
    /// Takes note of what the user did by hand.
    pub(crate) fn note(&mut self, edits: impl IntoIterator<Item = Edit>) {
        for edit in edits {
            // Whoever does something else has left the host's dialogue, maybe without a choice.
            self.browsing = None;
            match edit {
                Edit::Text { index, before, after } => self.text(index, before, after),
                Edit::Browse { index, before } => self.browsing = Some((index, before)),
                Edit::Begin { index, .. } | Edit::Set { index, .. } | Edit::End { index }
                    if !self.keeps(index) => {}
                Edit::Begin { index, before } => {
                    if !self.open.held.contains(&index) {
                        self.open.held.push(index);
                    }
                    self.open.touch(index, before, before);
                }
                Edit::Set { index, before, after } => {
                    self.open.touch(index, before, after);
                    self.open.sets += 1;
                    self.close();
                }
                Edit::End { index } => {
                    self.open.held.retain(|held| *held != index);
                    self.close();
                }
            }
        }
    }

    /// The same, where all of it was one thing.
    pub(crate) fn note_together(&mut self, edits: impl IntoIterator<Item = Edit>) {
        self.open.together = true;
        self.note(edits);
        self.open.together = false;
        self.close();
    }

    /// Notes that somebody else has ended all gestures.
    pub fn let_go(&mut self) {
        self.open.held.clear();
        self.close();
    }

    fn keeps(&self, index: usize) -> bool {
        self.description.params.get(index).is_some_and(|param| is_kept(&param.info))
    }

    /// Makes a step of the gestures, once all have ended.
    fn close(&mut self) {
        if !self.open.held.is_empty() || self.open.together {
            return;
        }
        let Open { values, sets, texts, .. } = std::mem::take(&mut self.open);
        let params = &self.description.params;
        let values: Vec<_> =
            values.into_iter().filter(|(index, a, b)| !is_same(&params[*index].info, *a, *b)).collect();
        let mut names = values.iter().map(|(index, ..)| params[*index].info.name.to_string());
        let mut names = names.by_ref().chain(self.names_of(&texts));
        let name = match (names.next(), names.next(), names.count()) {
            (None, ..) => return,
            (Some(one), None, _) => one,
            (Some(one), Some(other), 0) => format!("{one} and {other}"),
            (.., more) => format!("{} settings", more + 2),
        };
        let is_tap = sets == 1 && texts.is_empty();
        self.step(name, values, texts, self.settled(), is_tap);
    }

    fn names_of(&self, texts: &[Change<String>]) -> impl Iterator<Item = String> + use<> {
        let properties = self.description.properties;
        let names: Vec<_> = texts.iter().map(|(index, ..)| properties[*index].name.to_owned()).collect();
        names.into_iter()
    }

    pub(super) fn text(&mut self, index: usize, before: String, after: String) {
        let Some(property) = self.description.properties.get(index).filter(|_| before != after) else {
            return;
        };
        if self.open.together {
            return self.open.texts.push((index, before, after));
        }
        self.step(
            property.name.to_owned(),
            Vec::new(),
            vec![(index, before, after)],
            self.settled(),
            false,
        );
    }
}

impl Open {
    /// Notes what a parameter has become; what it was before is known already after the first time.
    fn touch(&mut self, index: usize, before: f64, after: f64) {
        match self.values.iter_mut().find(|(known, ..)| *known == index) {
            Some(change) => change.2 = after,
            None => self.values.push((index, before, after)),
        }
    }
}
