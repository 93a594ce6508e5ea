//! Bringing a live plugin's process up, the first time and every other time.

use super::super::Host;
use super::super::instance::{Active, activated};
use super::super::link::Link;
use super::super::process::Process;
use super::Options;
use crate::error::Result;
use crate::info::PluginInfo;
use crate::protocol::{Reply, Request};
use crate::state::PluginState;
use crate::target::Target;

/// All that is needed to bring it up.
pub(super) struct Recipe {
    pub(super) host: Host,
    pub(super) target: Target,
    pub(super) options: Options,
}

/// A process with its plugin.
pub(super) struct Up {
    pub(super) process: Process,
    pub(super) info: PluginInfo,
    pub(super) active: Option<(Active, Box<Link>)>,
}

impl Recipe {
    /// The same for a plugin that does not process.
    pub(super) fn quiet(&self) -> Self {
        let (host, target) = (self.host.clone(), self.target.clone());
        Self { host, target, options: Options { active: false, ..self.options.clone() } }
    }

    /// Starts a process, loads the plugin, gives it its state and its values, and activates it.
    pub(super) fn bring_up(&self, state: Option<&PluginState>, values: &[(u32, f64)]) -> Result<Up> {
        let Options { setup, class, inputs, mode, spin, active, .. } = &self.options;
        // The thread that starts it lives as long as it is needed.
        let mut process = self.host.clone().tied(true).process(&self.target, *setup)?;
        let info = match process.ask(&Request::Load { id: class.clone() })? {
            Reply::Loaded(info) => *info,
            other => return Err(process.unexpected(&other)),
        };
        let mut done = |request: Request| match process.ask(&request)? {
            Reply::Done => Ok(()),
            other => Err(process.unexpected(&other)),
        };
        if let Some(state) = state {
            done(Request::LoadState { state: state.clone() })?;
        }
        if !values.is_empty() {
            done(Request::Set { values: values.to_vec() })?;
        }
        let active = if *active {
            let request = Request::Activate { inputs: *inputs, mode: *mode, spin: *spin };
            let active = activated(&mut process, &request)?;
            let parameters = info.parameters.len() as u32;
            let link = Link::new(process.memory(), &active, parameters, *spin);
            Some((active, Box::new(link)))
        } else {
            None
        };
        Ok(Up { process, info, active })
    }
}
