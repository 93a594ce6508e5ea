//! One bundle of a scan: what is known of it already, and what has to be found out.

use serde::{Deserialize, Serialize};

use super::cache::Cache;
use super::entry::{Entry, State};
use super::fingerprint;
use super::look::{Listed, Place, Row};
use super::places::Found;
use crate::info::PluginSummary;

/// A bundle in the cache.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// What its files were like.
    pub(super) fingerprint: String,
    /// Its plugins, without their duplicates.
    pub(super) entries: Vec<Entry>,
}

/// A bundle of a scan.
pub(super) struct Bundle {
    pub(super) place: Place,
    fingerprint: Option<String>,
    /// Whether it is known which plugins it holds.
    listed: bool,
    /// Its plugins; `None` for one that is still to be loaded.
    rows: Vec<Option<Row>>,
    /// Which plugins of an earlier scan are to be loaded again.
    again: Vec<(usize, PluginSummary)>,
}

impl Bundle {
    pub(super) fn new(found: Found, known: Option<&Cache>) -> Self {
        let place = Place { path: found.path.to_string_lossy().into_owned(), format: found.format };
        let fingerprint = fingerprint::of(&found.path);
        let mut bundle = Self { place, fingerprint, listed: false, rows: vec![], again: vec![] };
        let record = known.and_then(|cache| cache.get(&bundle.place.path));
        if let Some(record) =
            record.filter(|record| bundle.fingerprint.as_ref() == Some(&record.fingerprint))
        {
            bundle.recall(record);
        }
        bundle
    }

    /// Takes over what was found out before. What could not be loaded is tried again: it may have lacked
    /// something outside of the bundle.
    fn recall(&mut self, record: &Record) {
        for (at, entry) in record.entries.iter().enumerate() {
            match (entry.state, &entry.id) {
                (State::Failed, None) => return self.forget(),
                (State::Failed, Some(id)) => {
                    let (id, name) = (id.clone(), entry.name.clone());
                    let summary =
                        PluginSummary { id, name, main_inputs: None, main_outputs: None, sidechains: None };
                    self.again.push((at, summary));
                    self.rows.push(None);
                }
                (state, _) => {
                    let block = state == State::Blocked;
                    self.rows.push(Some(Row { entry: entry.clone(), block }));
                }
            }
        }
        self.listed = true;
    }

    fn forget(&mut self) {
        (self.listed, self.rows, self.again) = (false, vec![], vec![]);
    }

    /// Whether it has to be opened to know what it holds.
    pub(super) fn is_unknown(&self) -> bool {
        !self.listed
    }

    /// The plugins to load, as far as is known.
    pub(super) fn due(&mut self) -> Vec<(usize, PluginSummary)> {
        std::mem::take(&mut self.again)
    }

    /// Takes in what the bundle holds, and says what is to be loaded.
    pub(super) fn take_listing(&mut self, listed: Listed) -> Vec<(usize, PluginSummary)> {
        self.listed = true;
        self.rows = listed.first.into_iter().map(Some).collect();
        let start = self.rows.len();
        self.rows.resize_with(start + listed.others.len(), || None);
        (start..).zip(listed.others).collect()
    }

    /// Takes in a plugin.
    pub(super) fn take_row(&mut self, at: usize, row: Row) {
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = Some(row);
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.listed && self.rows.iter().all(Option::is_some)
    }

    /// What the cache keeps; nothing of a bundle that is not done.
    pub(super) fn record(&self) -> Option<Record> {
        let fingerprint = self.fingerprint.clone().filter(|_| self.is_done())?;
        let entries = self.rows.iter().flatten().map(|row| {
            let state = if row.block { State::Blocked } else { row.entry.state };
            Entry { state, ..row.entry.clone() }
        });
        Some(Record { fingerprint, entries: entries.collect() })
    }

    /// The rows that there are.
    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.rows.into_iter().flatten().map(|row| row.entry)
    }
}
