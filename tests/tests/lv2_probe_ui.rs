//! The test plugin and its editor in one LV2 host: texts, messages and triggers go both ways through the
//! host's atom ports, which the test carries by hand.
#![allow(unsafe_code)]

use dyad_core::state::Document;
use dyad_tests::lv2::{Event, Offers, Rig, StateStore, Value};
use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::probe;
use dyad_tests::x11::{Reference, Screen};

const PATCH: &str = "http://lv2plug.in/ns/ext/patch#";
const ATOM: &str = "http://lv2plug.in/ns/ext/atom#";
const TITLE: &str = "urn:dyad:probe#property/title";
const FILE: &str = "urn:dyad:probe#property/file";

/// A plugin that runs, with its editor open. The editor goes first.
struct Pair {
    editor: Editor,
    rig: Rig,
    _window: HostWindow,
}

impl Pair {
    fn new(screen: &Screen) -> Self {
        let rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, 64);
        rig.activate();
        let window = HostWindow::new(screen, 1300, 900);
        let offers = UiOffers::all(window.id);
        // SAFETY: fields are dropped in order, so the plugin's host outlives the editor.
        let editor = unsafe {
            Editor::beside(&rig.host, UiModule::probe(), &probe::description(), "stereo", &offers)
        };
        Self { editor, rig, _window: window }
    }

    /// Carries what both have to say, for one block; gives the editor's calls.
    fn carry(&mut self) -> Vec<Call> {
        assert!(self.editor.idle());
        let calls = self.editor.host.take();
        let events = self.editor.atoms(&calls);
        for call in &calls {
            if let Call::Set(port, value) = call {
                self.rig.numbers[*port as usize] = *value;
            }
        }
        let out = self.rig.cycle(64, &events);
        self.editor.hand_on(&out);
        self.rig.work();
        calls
    }

    /// Carries until something is there.
    #[track_caller]
    fn carry_until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self, &[Call]) -> Option<T>) -> T {
        let until = std::time::Instant::now() + dyad_tests::x11::SOON;
        loop {
            let calls = self.carry();
            if let Some(found) = look(self, &calls) {
                return found;
            }
            assert!(std::time::Instant::now() < until, "{what} did not come in time");
            dyad_tests::x11::pause();
        }
    }

    fn saved(&self, property: &str) -> String {
        let store = StateStore::save(self.rig.state(), self.rig.handle).expect("it saves");
        let document = Document::parse(&store.0[0].value).expect("a document");
        let mut properties = document.properties.iter();
        properties
            .find(|(id, _)| *id == property)
            .map(|(_, value)| value.expect("a text").text.to_owned())
            .unwrap_or_default()
    }

    fn set(&self, property: &str, value: Value) -> Event {
        let (key, content) = (format!("{PATCH}property"), format!("{PATCH}value"));
        self.rig.object(
            0,
            &format!("{PATCH}Set"),
            &[(&key, Value::Uri(property.into())), (&content, value)],
        )
    }
}

fn like() -> Reference {
    Reference::new(probe::description(), 1.0)
}

/// Sets what the ports hold, as the plugin left them.
fn tell_ports(pair: &Pair, like: &mut Reference) {
    for (index, port) in pair.rig.table.ports.iter().enumerate() {
        let value = pair.rig.numbers[index];
        if let dyad_ttl::PortKind::Param { param } | dyad_ttl::PortKind::Meter { param } = port.kind {
            pair.editor.event(index as u32, 0, &value.to_ne_bytes());
            like.set(&probe::description().params[param].info.id, f64::from(value));
        }
    }
}

#[test]
fn texts_that_the_plugin_has_are_asked_for_and_shown() {
    let (screen, _turn) = screen();
    let rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, 64);
    drop(rig);
    let mut pair = Pair::new(&screen);
    let mut like = like();
    // Before the editor is asked anything: as a session has it.
    let events = [pair.set(TITLE, Value::Text("Ünïtled".into()))];
    pair.rig.cycle(64, &events);
    pair.rig.work();
    pair.rig.cycle(64, &[]);
    pair.carry();
    pair.carry();
    pair.carry();
    tell_ports(&pair, &mut like);
    like.set_text(0, "Ünïtled");
    pair.editor.until_like("lv2 probe texts", &screen, &like.picture());
    // Somebody else changes it, and a session is loaded.
    let state = StateStore::save(pair.rig.state(), pair.rig.handle).expect("it saves");
    let events = [pair.set(TITLE, Value::Text("later".into()))];
    pair.rig.cycle(64, &events);
    pair.rig.work();
    pair.rig.cycle(64, &[]);
    assert_eq!(state.restore(pair.rig.state(), pair.rig.handle, std::ptr::null()), 0);
    like.set_text(0, "Ünïtled");
    pair.carry();
    pair.carry();
    tell_ports(&pair, &mut like);
    pair.editor.until_like("lv2 probe restored", &screen, &like.picture());
}

#[test]
fn puts_and_sets_of_a_host_are_shown_and_nonsense_is_not() {
    let (screen, _turn) = screen();
    let pair = Pair::new(&screen);
    let mut like = like();
    let rig = &pair.rig;
    let object = |kind: &str, properties: &[(&str, Value)]| {
        let keys: Vec<_> = properties.iter().map(|(key, _)| format!("{PATCH}{key}")).collect();
        let all = keys.iter().zip(properties).map(|(key, (_, value))| (key.as_str(), value.clone()));
        rig.object(0, &format!("{PATCH}{kind}"), &all.collect::<Vec<_>>())
    };
    let text = |text: &str| Value::Text(text.into());
    let uri = |uri: &str| Value::Uri(uri.into());
    let good = object("Set", &[("property", uri(TITLE)), ("value", text("from a host"))]);
    let cut = Event::new(0, good.kind, &good.body[..good.body.len() - 8]);
    let lie = Event { size: good.size + 400, ..good.clone() };
    let ours = ("subject", uri("urn:dyad:probe#stereo"));
    // A put of both, within the put's body.
    let both =
        rig.object(0, "urn:example:any", &[(TITLE, text("put")), (FILE, Value::Path("/a/file".into()))]);
    let mut put = [0, rig.urid(&format!("{PATCH}Put"))].map(u32::to_ne_bytes).concat();
    let head = [rig.urid(&format!("{PATCH}body")), 0, both.body.len() as u32, both.kind];
    put.extend(head.map(u32::to_ne_bytes).concat());
    put.extend(&both.body);
    let put = Event::new(0, both.kind, &put);
    pair.editor.hand_on(std::slice::from_ref(&good));
    like.set_text(0, "from a host");
    pair.editor.until_like("lv2 probe set", &screen, &like.picture());
    pair.editor.hand_on(&[put]);
    like.set_text(0, "put");
    like.set_text(1, "/a/file");
    pair.editor.until_like("lv2 probe put", &screen, &like.picture());
    pair.editor.hand_on(&[
        cut,
        lie,
        object(
            "Set",
            &[("subject", uri("urn:example:other")), ("property", uri(TITLE)), ("value", text("x"))],
        ),
        object("Set", &[("property", uri("urn:example:other")), ("value", text("x"))]),
        object("Set", &[("property", uri(TITLE)), ("value", Value::Int(7))]),
        object("Set", &[("value", text("x"))]),
        object("Get", &[("property", uri(TITLE))]),
        Event::new(0, 0, &[]),
    ]);
    pair.editor.event(pair.editor.port("notify"), 77, &[0; 24]);
    pair.editor.until_like("lv2 probe no texts", &screen, &like.picture());
    pair.editor.hand_on(&[object("Set", &[ours, ("property", uri(TITLE)), ("value", text("ours"))])]);
    like.set_text(0, "ours");
    pair.editor.until_like("lv2 probe subject", &screen, &like.picture());
}

#[test]
fn what_the_user_types_arrives_in_the_state() {
    let (screen, _turn) = screen();
    let mut pair = Pair::new(&screen);
    let mut like = like();
    pair.carry();
    tell_ports(&pair, &mut like);
    pair.editor.until_like("lv2 probe before typing", &screen, &like.picture());
    let [left, top, right, bottom] = like.field(0);
    let corner = pair.editor.place(&screen);
    screen.click((corner.x + (left + right) / 2, corner.y + (top + bottom) / 2));
    // A text field has the keyboard while it is typed into.
    pair.carry_until("the keyboard", |pair, _| {
        let focused = screen.focused();
        screen
            .windows()
            .iter()
            .any(|seen| {
                seen.id == focused
                    && (seen.id == pair.editor.widget || seen.above.contains(&pair.editor.widget))
            })
            .then_some(())
    });
    for letter in "words".bytes() {
        screen.keys(&[u32::from(letter)]);
    }
    screen.keys(&[0xff0d]);
    pair.carry_until("the text", |pair, _| (pair.saved("title") == "words").then_some(()));
}

#[test]
fn a_file_is_chosen_by_the_host() {
    let (screen, _turn) = screen();
    let mut pair = Pair::new(&screen);
    let mut like = like();
    pair.carry();
    tell_ports(&pair, &mut like);
    pair.editor.until_like("lv2 probe before browse", &screen, &like.picture());
    let [_, top, right, bottom] = like.field(1);
    let corner = pair.editor.place(&screen);
    screen.click((corner.x + right - 15, corner.y + (top + bottom) / 2));
    let wanted = Call::Request(pair.rig.urid(FILE), pair.rig.urid(&format!("{ATOM}Path")));
    let calls = pair.editor.until_called("the request", |call| matches!(call, Call::Request(..)));
    assert!(calls.contains(&wanted), "{calls:?}");
    screen.point_away();
    // What comes of it can be undone.
    like.browse(1);
    // The host sends the choice to the plugin, and the plugin's answer to the editor.
    let get = pair.rig.object(0, &format!("{PATCH}Get"), &[]);
    let events = [pair.set(FILE, Value::Path("/no/such/file.wav".into())), get];
    let _ = pair.rig.cycle(64, &events);
    pair.rig.work();
    pair.carry();
    like.set_text(1, "/no/such/file.wav");
    tell_ports(&pair, &mut like);
    pair.editor.until_like("lv2 probe file", &screen, &like.picture());
}

#[test]
fn sound_and_editor_talk() {
    let (screen, _turn) = screen();
    let mut pair = Pair::new(&screen);
    // The editor says hello, then asks for the stream, and for rest after three numbers.
    let mut heard = Vec::new();
    pair.carry_until("all words", |pair, calls| {
        let events = pair.editor.atoms(calls);
        for properties in pair.rig.objects(&events, dyad_ttl::MESSAGE) {
            heard.push(String::from_utf8(properties[0].2.clone()).expect("text"));
        }
        (heard.len() >= 3).then_some(())
    });
    assert_eq!(heard, ["hello", "stream", "rest"]);
    // It says again and again that it is there.
    let mut watches = 0;
    pair.carry_until("two more signs of life", |pair, calls| {
        let events = pair.editor.atoms(calls);
        watches += pair.rig.objects(&events, dyad_ttl::WATCH).len();
        (watches >= 2).then_some(())
    });
}

#[test]
fn a_trigger_is_pressed_as_often_as_it_is_clicked() {
    let (screen, _turn) = screen();
    let mut pair = Pair::new(&screen);
    let mut like = like();
    pair.carry();
    tell_ports(&pair, &mut like);
    pair.editor.until_like("lv2 probe before press", &screen, &like.picture());
    let (at, corner) = (like.place("press"), pair.editor.place(&screen));
    for presses in 1..=3 {
        screen.click((corner.x + at.0, corner.y + at.1));
        // The plugin counts them, on its main thread, which the worker is.
        pair.carry_until("the press", |pair, _| (pair.rig.get("told") == presses as f32).then_some(()));
    }
    pair.carry_until("the port's way back", |pair, _| (pair.rig.get("press") == 0.0).then_some(()));
    assert_eq!(pair.rig.get("told"), 3.0);
}

#[test]
fn notifications_are_asked_for() {
    let (screen, _turn) = screen();
    let pair = Pair::new(&screen);
    let calls = pair.editor.host.take();
    let wanted =
        Call::Subscribe(pair.editor.port("notify"), pair.rig.urid(&format!("{ATOM}eventTransfer")));
    assert!(calls.contains(&wanted), "{calls:?}");
    assert!(calls.contains(&Call::Subscribe(pair.editor.port("peak"), 0)), "meters too: {calls:?}");
}
