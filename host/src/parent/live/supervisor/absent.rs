//! What a plugin that failed too often, or is about to be tried again, can still be asked for.

use super::Supervisor;
use crate::error::{Error, Result};
use crate::protocol::{Reply, Request};
use crate::state::PluginState;

impl Supervisor {
    /// A plugin that stays away still has a state, and takes one for its return.
    pub(super) fn ask_the_absent(&mut self, request: Request) -> Result<Reply> {
        match request {
            Request::SaveState => self.state_of_the_absent().map(Reply::State),
            Request::LoadState { state } => {
                self.held.give_out(&state, None);
                self.state = Some(state);
                self.ways.shared.values.forget();
                Ok(Reply::Done)
            }
            _ => Err(self.absent()),
        }
    }

    /// What a replacement would begin with: told by one that processes nothing, since it is there that most plugins
    /// fail; or else the last state as it was.
    fn state_of_the_absent(&mut self) -> Result<PluginState> {
        let values = self.ways.shared.values.known();
        let result = self.recipe.quiet().bring_up(self.state.as_ref(), &values).and_then(|mut up| match up
            .process
            .ask(&Request::SaveState)?
        {
            Reply::State(state) => {
                self.held.give_out(&state, up.process.files());
                Ok(state)
            }
            other => Err(up.process.unexpected(&other)),
        });
        match (result, &self.state) {
            (Err(_), Some(state)) => {
                self.held.give_out(state, None);
                Ok(state.clone())
            }
            (result, _) => result,
        }
    }

    fn absent(&self) -> Error {
        Error::Plugin {
            plugin: self.recipe.target.spec().to_owned(),
            reason: "the plugin's process has failed too often and is not running".into(),
        }
    }
}
