//! Looking at one bundle or plugin, in a child of its own.

use super::entry::{Entry, State};
use crate::error::{Error, Result, one_line};
use crate::info::{Format, PluginSummary};
use crate::parent::{Host, Session, Setup};
use crate::target::Target;

/// A bundle as the workers know it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) format: Format,
}

/// A row, and whether its plugin must not be loaded again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) entry: Entry,
    pub(super) block: bool,
}

/// What a bundle holds; the first plugin was loaded along the way.
pub(super) struct Listed {
    pub(super) first: Option<Row>,
    pub(super) others: Vec<PluginSummary>,
}

impl Place {
    /// Opens the bundle. A bundle that can't be opened is a row without an id.
    pub(super) fn list(&self, host: &Host) -> Listed {
        let listed = self.open(host).and_then(|mut session| {
            let plugins = session.scan()?;
            Ok((session, plugins))
        });
        match listed {
            Ok((session, plugins)) => {
                let mut plugins = plugins.into_iter();
                let first = plugins.next().map(|first| self.load_in(session, &first));
                Listed { first, others: plugins.collect() }
            }
            Err(error) => {
                let name = self.path.rsplit('/').next().unwrap_or_default();
                Listed { first: Some(self.failed(None, name, &error)), others: vec![] }
            }
        }
    }

    /// Loads one plugin of the bundle.
    pub(super) fn load(&self, host: &Host, plugin: &PluginSummary) -> Row {
        match self.open(host) {
            Ok(session) => self.load_in(session, plugin),
            Err(error) => self.failed(Some(&plugin.id), &plugin.name, &error),
        }
    }

    fn open(&self, host: &Host) -> Result<Session> {
        host.open(&Target::parse(&self.path)?, Setup::default())
    }

    fn load_in(&self, session: Session, plugin: &PluginSummary) -> Row {
        let loaded = match session.load(Some(&plugin.id)) {
            Ok(loaded) => loaded,
            Err(error) => return self.failed(Some(&plugin.id), &plugin.name, &error),
        };
        let entry = Entry::loaded(&self.path, loaded.info());
        match loaded.close() {
            Ok(()) => Row { entry, block: false },
            // It was loaded, so what it said is known all the same.
            Err(error) => {
                let failed = self.failed(Some(&plugin.id), &plugin.name, &error);
                let details = entry.details;
                Row { entry: Entry { details, name: entry.name, ..failed.entry }, block: failed.block }
            }
        }
    }

    fn failed(&self, id: Option<&str>, name: &str, error: &Error) -> Row {
        let block = matches!(error, Error::Crashed { .. } | Error::Exited { .. } | Error::Hung { .. });
        let text = one_line(&error.to_string());
        // The path has a column of its own.
        let reason = text.strip_prefix(&format!("{}: ", self.path)).unwrap_or(&text);
        let entry = Entry {
            path: self.path.clone(),
            format: self.format,
            id: id.map(str::to_owned),
            name: name.to_owned(),
            state: State::Failed,
            reason: Some(reason.to_owned()),
            duplicates: vec![],
            details: None,
        };
        Row { entry, block }
    }
}
