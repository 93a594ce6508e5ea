//! One editor, as its host sees it.

mod out;

use std::cell::RefCell;
use std::time::Instant;

use dyad_editor::{OpenError, Plugin, Request, Session};
use dyad_editor_abi::{Flags, ToEditor};
use dyad_lv2::atom::{Event, HEAD, number};
use dyad_lv2::object::Object;
use dyad_lv2::sys;
use dyad_ttl::PortTable;

use crate::host::{FLOAT, Host};
use crate::messages::Messages;
use crate::mirror::Mirror;
use crate::options::Options;
use crate::patch::Patch;
use crate::played::Played;
use crate::ports::Ports;
use crate::press::Presses;

/// What a handle points to.
pub(crate) struct Ui {
    plugin: &'static Plugin,
    host: Host,
    ports: Ports,
    /// Where the host maps URIs.
    atoms: Option<Atoms>,
    /// A host may call back while one of its functions runs, so none runs while this is borrowed.
    state: RefCell<State>,
}

struct Atoms {
    /// The number of `atom:eventTransfer`.
    transfer: u32,
    /// Only for plugins with properties.
    patch: Option<Patch>,
}

struct State {
    request: Request,
    /// None where there is no window yet, or none any more.
    session: Option<Session>,
    /// The window went without our doing.
    gone: bool,
    /// It can be seen: a window of its own is not before the host shows it.
    shown: bool,
    mirror: Mirror,
    presses: Presses,
    /// Only for plugins with messages, where the host maps URIs.
    messages: Option<Messages>,
    /// Likewise for plugins that take notes.
    played: Option<Played>,
    /// Whether the properties were asked for.
    asked: bool,
}

impl Ui {
    /// Opens the editor of the plugin with this URI: in the host's window, or, without one, in a window of its
    /// own, which is not seen before the host wants it shown.
    pub(crate) fn open(
        plugin: &'static Plugin,
        plugin_uri: &str,
        host: Host,
        options: Options,
    ) -> Result<Self, String> {
        let description = &plugin.description;
        let layout = description.layouts.iter().find(|layout| description.lv2_uri(layout) == plugin_uri);
        let layout = layout.ok_or_else(|| format!("it is not for a plugin {plugin_uri:?}"))?;
        let table = PortTable::new(description, layout);
        let ports = Ports::new(&table, description, &host);
        let atoms = host.map.and_then(|map| {
            let patch = Some(()).filter(|()| !description.properties.is_empty());
            Some(Atoms {
                transfer: map.0.fixed(sys::LV2_ATOM__eventTransfer)?,
                patch: patch.and_then(|()| Patch::new(description, plugin_uri, &map)),
            })
        });
        let mut flags = Flags::default();
        if host.can_resize() {
            flags = flags.with(Flags::RESIZE);
        }
        if host.can_request() && atoms.as_ref().is_some_and(|atoms| atoms.patch.is_some()) {
            flags = flags.with(Flags::BROWSE);
        }
        let messages = host.map.filter(|_| description.messages && atoms.is_some());
        let messages = messages.and_then(|map| Messages::new(&map));
        if messages.is_some() {
            flags = flags.with(Flags::MESSAGES);
        }
        let played = host.map.filter(|_| description.events.input && atoms.is_some());
        let played = played.and_then(|map| Played::new(&map));
        if played.is_some() {
            flags = flags.with(Flags::NOTES);
        }
        let request = Request {
            parent: host.parent,
            scale: options.scale,
            size: None,
            flags,
            colors: options.colors,
            rate: options.rate,
            title: Some(options.title.unwrap_or_else(|| description.info.name.to_owned())),
            hidden: host.parent.is_none(),
        };
        let session = match (Session::open(plugin, &request), host.parent) {
            (Err(error), Some(_)) => return Err(error.to_string()),
            // Showing it will say why.
            (opened, _) => opened.ok(),
        };
        let mirror = Mirror::new(description.params.len(), description.properties.len());
        let presses = Presses::default();
        let state = State {
            request,
            session,
            gone: false,
            shown: host.parent.is_some(),
            mirror,
            presses,
            messages,
            played,
            asked: false,
        };
        let ui = Self { plugin, host, ports, atoms, state: RefCell::new(state) };
        ui.subscribe();
        Ok(ui)
    }

    /// By the specification a host tells control inputs only, unless it is asked for more.
    fn subscribe(&self) {
        for meter in &self.ports.meters {
            self.host.subscribe(*meter, FLOAT);
        }
        if let (Some(atoms), Some(notify)) = (&self.atoms, self.ports.notify) {
            self.host.subscribe(notify, atoms.transfer);
        }
    }

    /// The window, 0 for none.
    pub(crate) fn window(&self) -> u32 {
        self.state.borrow().session.as_ref().map_or(0, Session::window)
    }

    /// Says how large the editor is that has just opened.
    pub(crate) fn tell_size(&self) {
        // Not while the host may call back.
        let size = self.state.borrow().session.as_ref().map(Session::size);
        let size = size.filter(|_| self.host.parent.is_some());
        if let Some([width, height]) = size {
            self.host.resize(width, height);
        }
    }

    pub(crate) fn log(&self, line: &str) {
        self.host.log(&format!("{}: {line}", self.plugin.description.info.id));
    }

    /// The host says what a port has.
    pub(crate) fn port_event(&self, port: u32, protocol: u32, bytes: &[u8]) {
        let Ok(mut state) = self.state.try_borrow_mut() else { return };
        if protocol == FLOAT {
            let Ok(value) = bytes.try_into().map(f32::from_ne_bytes) else { return };
            let Some((param, plain)) = self.ports.plain(port, value).filter(|_| value.is_finite()) else {
                return;
            };
            state.presses.heard(param as u32, plain, Instant::now());
            state.mirror.set(param, plain);
            state.tell(&ToEditor::Value { index: param as u32, plain });
            return;
        }
        let (Some(atoms), Some((_, urids))) = (&self.atoms, &self.host.map) else { return };
        if protocol != atoms.transfer || bytes.len() < HEAD {
            return;
        }
        let Some(body) = bytes[HEAD..].get(..number(bytes, 0) as usize) else { return };
        let event = Event { frame: 0, kind: number(bytes, 4), body };
        let Some(object) = Object::read(&event, urids) else { return };
        if let Some(patch) = &atoms.patch {
            patch.hear(&object, |index, text| {
                state.mirror.set_property(index, text);
                state.tell(&ToEditor::Property { index: index as u32, text });
            });
        }
        if let Some(message) = state.messages.as_ref().and_then(|messages| messages.hear(&object)) {
            state.tell(&ToEditor::Message(message));
        }
    }

    /// Does what there is to do; `false` once the window is gone.
    pub(crate) fn idle(&self) -> bool {
        self.ask();
        let due = self.state.try_borrow_mut().map(|mut state| state.presses.due(Instant::now()));
        for (param, pressed) in due.unwrap_or_default() {
            self.set(param, if pressed { self.max(param) } else { 0.0 });
        }
        let mut frames = Vec::new();
        let there = match self.state.try_borrow_mut() {
            Ok(mut state) => state.poll(&mut frames),
            // From within one of the host's own functions.
            Err(_) => true,
        };
        self.hear(&frames);
        self.send();
        there
    }

    /// The host gives the window another size; whether there is one.
    pub(crate) fn resize(&self, width: u32, height: u32) -> bool {
        let Ok(mut state) = self.state.try_borrow_mut() else { return false };
        state.tell(&ToEditor::Size { width, height });
        state.session.is_some()
    }

    /// Shows the editor in a window of its own, which is made anew where it was closed.
    pub(crate) fn show(&self) -> Result<(), String> {
        let Ok(mut state) = self.state.try_borrow_mut() else { return Ok(()) };
        if state.session.is_none() {
            let opened = Session::open(self.plugin, &state.request);
            let mut session = opened.map_err(|error: OpenError| format!("no editor: {error}"))?;
            state.mirror.tell(&mut session);
            state.session = Some(session);
            state.gone = false;
        }
        if let Some(session) = &mut state.session {
            session.show();
        }
        state.shown = true;
        Ok(())
    }

    /// Closes a window of its own; one in the host's window is shown and hidden with that.
    pub(crate) fn hide(&self) {
        if self.host.parent.is_none() {
            self.close();
            if let Ok(mut state) = self.state.try_borrow_mut() {
                state.shown = false;
            }
        }
    }

    /// Closes it. Gestures and notes that were under way are ended.
    pub(crate) fn close(&self) {
        let mut frames = Vec::new();
        let session = self.state.try_borrow_mut().ok().and_then(|mut state| state.session.take());
        if let Some(session) = session {
            session.close(&mut |frame| frame.encode(&mut frames));
        }
        self.hear(&frames);
        // Whatever the editor has said of it.
        self.play(|played| played.release_all(Instant::now()).into_iter().collect());
    }
}

impl State {
    fn tell(&mut self, frame: &ToEditor<'_>) {
        if let Some(session) = &mut self.session {
            session.tell(frame);
        }
    }

    /// Gathers what the editor says; `false` once its window is gone.
    fn poll(&mut self, frames: &mut Vec<u8>) -> bool {
        let Some(session) = &mut self.session else { return !self.gone };
        if session.poll(&mut |frame| frame.encode(frames)) {
            return true;
        }
        self.gone = true;
        if let Some(session) = self.session.take() {
            session.close(&mut |frame| frame.encode(frames));
        }
        false
    }
}
