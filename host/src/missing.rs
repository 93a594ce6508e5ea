//! Telling plugins that are not there from those that do not load.

use crate::error::Error;
use crate::parent::{Host, Setup};
use crate::target::Target;

/// What an error of loading means. The child only says that it could not load the plugin; whether there is
/// such a plugin at all, a second look tells, which costs time only where all has failed already.
pub(crate) fn or_failed(host: &Host, target: &Target, class: Option<&str>, error: Error) -> Error {
    let Error::Load { plugin, reason } = error else { return error };
    let listed = host.open(target, Setup::default()).and_then(|mut session| session.scan());
    let missing = match (listed, class) {
        // An LV2 URI that nobody has. No library is opened for the list.
        (Err(Error::Load { .. }), _) => !target.location().starts_with('/'),
        (Ok(plugins), Some(class)) => !plugins.iter().any(|plugin| plugin.is_named(class)),
        (Ok(plugins), None) => plugins.len() > 1,
        _ => false,
    };
    if missing { Error::Target { spec: plugin, reason } } else { Error::Load { plugin, reason } }
}
