//! A plugin's editor, seen from the parent: it hears what happens until the editor is closed.

use std::os::fd::BorrowedFd;

use super::Instance;
use crate::error::{Error, Result};
use crate::gui::{EditorSetup, Event};
use crate::protocol::{Reply, Request};

impl Instance {
    /// Opens the plugin's editor and stays until it is closed; `hear` gets all that happens. Once `close`
    /// can be read, the editor is asked to go.
    pub(crate) fn edit(
        &mut self,
        setup: EditorSetup,
        close: BorrowedFd<'_>,
        hear: &mut dyn FnMut(Event) -> Result<()>,
    ) -> Result<()> {
        let request = Request::OpenEditor { setup };
        let mut doing = request.doing();
        self.process.send(&request)?;
        let mut close = Some(close);
        loop {
            let Some(reply) = self.process.hear(doing, close)? else {
                close = None;
                let request = Request::CloseEditor;
                doing = request.doing();
                self.process.send(&request)?;
                continue;
            };
            match reply {
                Reply::Editor(Event::Closed) => return Ok(()),
                Reply::Editor(Event::Refused(reason)) => {
                    return Err(Error::Editor { plugin: self.name().to_owned(), reason });
                }
                Reply::Editor(event) => {
                    if matches!(event, Event::Opened(_)) && close.is_some() {
                        doing = "its editor was open";
                    }
                    hear(event)?;
                }
                Reply::Failed(reason) => {
                    return Err(Error::Plugin { plugin: self.name().to_owned(), reason });
                }
                other => return Err(self.process.unexpected(&other)),
            }
        }
    }
}
