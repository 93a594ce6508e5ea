//! The main thread: takes requests one by one and answers each; in between the plugin has its turns.

use std::os::fd::{AsRawFd as _, RawFd};
use std::time::Duration;

use super::control::Requests;
use super::stage::Stage;
use super::start::Failure;
use super::{Arguments, Exit, Hosted, Room, probe};
use crate::gui::{self, EditorSetup, Event};
use crate::info::Format;
use crate::poll;
use crate::protocol::{Notice, Reply, Request};
use crate::{lv2, vst3};

/// How often a live plugin has its turn: 30 times in a second.
const TURN: Duration = Duration::from_millis(33);

pub(super) fn run(arguments: &Arguments, requests: &Requests, stage: Stage) -> Result<(), Failure> {
    let place = arguments.plugin.clone().map(|location| (arguments.format, location));
    let mut served = Served { arguments, requests, stage, plugin: None, room: None, place };
    let mut next = None;
    loop {
        let request = next.take().unwrap_or_else(|| served.next());
        let last = request == Request::Shutdown;
        let loading = matches!(request, Request::Load { .. });
        let reply = match request {
            Request::OpenEditor { setup } => {
                next = served.editor(&setup);
                continue;
            }
            request => served.answer(request).unwrap_or_else(Reply::Failed),
        };
        if matches!(reply, Reply::Loaded(_)) {
            eprintln!("dyad-host child: ready");
        }
        let failure = match &reply {
            Reply::Failed(reason) if loading => Some(reason.clone()),
            _ => None,
        };
        served.stage.telling().answer(reply);
        match failure {
            Some(reason) => return Err((Exit::Load, reason)),
            None if last => return Ok(()),
            None => {}
        }
    }
}

/// Fields drop in this order: the audio thread before the plugin, the plugin before the room it came from.
struct Served<'a> {
    arguments: &'a Arguments,
    requests: &'a Requests,
    stage: Stage,
    plugin: Option<Box<dyn Hosted>>,
    room: Option<Box<dyn Room>>,
    /// Where the plugins lie.
    place: Option<(Format, String)>,
}

impl Served<'_> {
    /// Waits for a request, and gives the plugin its turns meanwhile.
    fn next(&mut self) -> Request {
        loop {
            if let Some(request) = self.requests.next() {
                return request;
            }
            let requests = self.requests.socket().as_raw_fd();
            let Some(plugin) = self.plugin.as_deref_mut() else {
                poll::readable(&[requests], None);
                continue;
            };
            let mut all: Vec<RawFd> = vec![requests];
            all.extend(plugin.sockets());
            let turn = self.stage.is_live().then_some(TURN);
            let limit = [turn, plugin.due()].into_iter().flatten().min();
            let poll::Ready { ready, lost } = poll::readable(&all, limit);
            lost.iter().for_each(|fd| plugin.lose(*fd));
            for deed in plugin.serve(&ready) {
                self.stage.follow(plugin, deed);
            }
            if self.stage.is_live() {
                self.stage.turn(plugin);
            }
        }
    }

    fn answer(&mut self, request: Request) -> Result<Reply, String> {
        match request {
            Request::Open { format, location } => {
                if self.place.replace((format, location)).is_some() {
                    return Err("the place of the plugins is open already".into());
                }
                self.room()?;
                Ok(Reply::Done)
            }
            Request::Scan => Ok(Reply::Listing(self.room()?.scan()?)),
            Request::Load { id } => {
                if self.plugin.is_some() {
                    return Err("a plugin is loaded already".into());
                }
                let arguments = self.arguments;
                let mut plugin = self.room()?.load(id.as_deref(), arguments)?;
                let info = plugin.info();
                self.plugin = Some(plugin);
                Ok(Reply::Loaded(Box::new(info)))
            }
            // No editor is open.
            Request::HideEditor | Request::CloseEditor => Ok(Reply::Done),
            Request::Shutdown => {
                if let Some(plugin) = self.plugin.as_deref_mut() {
                    self.stage.deactivate(plugin);
                }
                self.plugin = None;
                self.room = None;
                Ok(Reply::Done)
            }
            request => {
                let plugin = self.plugin.as_deref_mut().ok_or("no plugin is loaded")?;
                Ok(self.stage.answer(plugin, request))
            }
        }
    }

    fn room(&mut self) -> Result<&dyn Room, String> {
        let room = match self.room.take() {
            Some(room) => room,
            None => open(self.place.as_ref().ok_or("no place of plugins was named")?)?,
        };
        Ok(&**self.room.insert(room))
    }

    /// Shows the editor until it is closed. What can't be done beside it is returned, to be done after it.
    fn editor(&mut self, setup: &EditorSetup) -> Option<Request> {
        let Some(plugin) = self.plugin.as_deref_mut() else {
            self.stage.telling().answer(Reply::Failed("no plugin is loaded".into()));
            return None;
        };
        let around = Around { requests: self.requests, stage: &mut self.stage, opened: false };
        gui::run(plugin, setup, around)
    }
}

/// What the editor's loop needs of everything else.
pub(crate) struct Around<'a> {
    requests: &'a Requests,
    stage: &'a mut Stage,
    opened: bool,
}

impl Around<'_> {
    /// Readable when the parent may want something.
    pub(crate) fn socket(&self) -> RawFd {
        self.requests.socket().as_raw_fd()
    }

    pub(crate) fn request(&self) -> Option<Request> {
        self.requests.next()
    }

    /// Answers a request that has nothing to do with the editor.
    pub(crate) fn answer(&mut self, plugin: &mut dyn Hosted, request: Request) {
        let reply = self.stage.answer(plugin, request);
        self.reply(reply);
    }

    pub(crate) fn reply(&self, reply: Reply) {
        self.stage.telling().answer(reply);
    }

    pub(crate) fn turn(&mut self, plugin: &mut dyn Hosted) {
        self.stage.turn(plugin);
    }

    pub(crate) fn follow(&mut self, plugin: &mut dyn Hosted, deed: gui::Deed) {
        self.stage.follow(plugin, deed);
    }

    pub(crate) fn tell(&self, event: Event) {
        self.stage.telling().tell(Notice::Editor(event));
    }

    /// The editor is open: so the request for it is answered.
    pub(crate) fn opened(&mut self, size: [u32; 2]) {
        self.opened = true;
        self.reply(Reply::Done);
        self.tell(Event::Opened(size));
    }

    /// It is closed, or did not open.
    pub(crate) fn closed(self, result: Result<(), gui::NoView>) {
        match result {
            Ok(()) => self.tell(Event::Closed),
            Err(reason) if self.opened => self.tell(Event::Refused(reason)),
            Err(reason) => self.reply(Reply::NoEditor(reason)),
        }
    }
}

fn open((format, location): &(Format, String)) -> Result<Box<dyn Room>, String> {
    if let Some(room) = probe::open(location) {
        return Ok(room);
    }
    Ok(match format {
        Format::Lv2 => Box::new(lv2::Bundle::open(location)?),
        Format::Vst3 => Box::new(vst3::Module::open(location)?),
    })
}
