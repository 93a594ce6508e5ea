//! `dyad-host info --json`.

use super::arguments::Info;
use crate::error::Result;
use crate::parent::{Host, Session, Setup};
use crate::scan::Entry;
use crate::target::Target;

/// Describes the plugin, or every plugin of the bundle, in one document.
pub(super) fn run(host: &Host, command: &Info, target: &Target) -> Result<bool> {
    let open = || host.open(target, Setup::default());
    let mut session = open()?;
    let class = command.plugin.class.as_deref();
    let plugins = if class.is_some() { vec![] } else { session.scan()? };
    let mut entries = Vec::new();
    let mut good = true;
    if plugins.len() <= 1 {
        entries.push(describe(target, session, class)?);
    } else {
        drop(session);
        for plugin in &plugins {
            // A fresh process each: one plugin's crash is not the next one's.
            match open().and_then(|session| describe(target, session, Some(&plugin.id))) {
                Ok(entry) => entries.push(entry),
                Err(error) => {
                    super::complain(&error);
                    good = false;
                }
            }
        }
    }
    super::say(&super::scan::document("dyad-host info", None, &entries)?)?;
    Ok(good)
}

fn describe(target: &Target, session: Session, id: Option<&str>) -> Result<Entry> {
    let plugin = session.load(id)?;
    let entry = Entry::loaded(target.location(), plugin.info()).with_parameters(plugin.info());
    plugin.close()?;
    Ok(entry)
}
