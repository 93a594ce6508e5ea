//! Steps, presets, A and B, with a host that keeps what it is told.

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;

use super::*;

/// A host in memory, which rounds values as ports do.
struct Host {
    description: Arc<Description>,
    values: Vec<f64>,
    texts: Vec<String>,
    said: Vec<String>,
}

impl EditorHost for Host {
    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn begin(&mut self, index: usize) {
        self.said.push(format!("begin {}", self.description.params[index].info.id));
    }
    fn set(&mut self, index: usize, plain: f64) {
        let info = &self.description.params[index].info;
        if let Some(plain) = info.range.sanitize(plain) {
            self.values[index] = f64::from(plain as f32);
            self.said.push(format!("set {} {}", info.id, plain as f32));
        }
    }
    fn end(&mut self, index: usize) {
        self.said.push(format!("end {}", self.description.params[index].info.id));
    }
    fn meter(&self, index: usize) -> f64 {
        self.values[index]
    }
    fn resize(&mut self, _width: u32, _height: u32) -> bool {
        false
    }
    fn property(&self, index: usize) -> String {
        self.texts[index].clone()
    }
    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError> {
        self.description.properties[index].check(text)?;
        text.clone_into(&mut self.texts[index]);
        self.said.push(format!("property {index} {text}"));
        Ok(())
    }
    fn send(&mut self, _message: &[u8]) -> Result<(), SendError> {
        Ok(())
    }
    fn receive(&mut self, _message: &mut Vec<u8>) -> bool {
        false
    }
    fn browse(&mut self, _property: usize) -> bool {
        true
    }
}

/// An editor of the probe, and who uses it.
struct Desk {
    session: Session,
    host: Host,
    now: f64,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let lock = include_str!("../../../tests/probe/ports.lock");
        let description = Arc::new(Description::load::<probe::Probe>(lock).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let library = Library::of_factory(Arc::clone(&description)).within(folder.path());
        let host = Host {
            values: description.params.iter().map(|param| param.info.default).collect(),
            texts: description.properties.iter().map(|property| property.default.to_owned()).collect(),
            said: Vec::new(),
            description: Arc::clone(&description),
        };
        let mut new = Self { session: Session::new(description, library), host, now: 0.0, folder };
        new.look();
        new
    }

    fn index(&self, id: &str) -> usize {
        self.session.description.index_of(id).unwrap()
    }

    fn value(&self, id: &str) -> f64 {
        self.host.values[self.index(id)]
    }

    fn look(&mut self) {
        self.session.observe(&self.host, self.now);
    }

    /// Does something by hand.
    fn hand(&mut self, what: impl FnOnce(&mut dyn EditorHost)) {
        let mut edits = Vec::new();
        what(&mut Recorder { host: &mut self.host, edits: &mut edits });
        self.session.note(edits);
        self.look();
    }

    /// Turns a knob, a second after what was before.
    fn turn(&mut self, id: &str, to: f64) {
        self.now += 2.0;
        self.look();
        let index = self.index(id);
        self.hand(|host| {
            host.begin(index);
            host.set(index, to * 0.5);
            host.set(index, to);
            host.end(index);
        });
    }

    /// What automation does.
    fn automate(&mut self, id: &str, to: f64) {
        let index = self.index(id);
        self.host.values[index] = to;
        self.look();
    }

    fn run(&mut self, command: Command) {
        self.session.perform(command, &mut self.host).unwrap();
    }

    fn status(&self) -> &Status {
        self.session.status()
    }

    /// The preset's name, with its mark.
    fn shown(&self) -> String {
        let status = self.status();
        format!("{}{}", status.name, if status.changed { " \u{2022}" } else { "" })
    }

    fn undo(&self) -> &str {
        self.status().undo.as_deref().unwrap_or("")
    }

    fn redo(&self) -> &str {
        self.status().redo.as_deref().unwrap_or("")
    }

    fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.host.said)
    }

    fn names(&self) -> Vec<String> {
        let list = self.session.library().list().iter();
        list.map(|preset| format!("{}/{}", preset.group, preset.name)).collect()
    }

    fn save(&mut self, category: &str, name: &str, overwrite: bool) -> Result<(), Refused> {
        let (category, name) = (category.into(), name.into());
        self.session.perform(Command::Save { category, name, overwrite }, &mut self.host)
    }

    fn users(&self, name: &str) -> PresetId {
        let mut list = self.session.library().list().iter();
        list.find(|preset| preset.is_users() && preset.name == name).unwrap().id.clone()
    }
}

#[test]
fn a_gesture_is_a_step_and_its_way_back_one_gesture() {
    let mut desk = Desk::new();
    desk.turn("gain", -6.0);
    desk.turn("follow", 0.25);
    assert_eq!((desk.undo(), desk.redo()), ("Follow", ""));
    desk.said();
    desk.run(Command::Undo);
    assert_eq!(desk.said(), ["begin follow", "set follow 0", "end follow"]);
    assert_eq!((desk.undo(), desk.redo()), ("Gain", "Follow"));
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.undo(), desk.redo()), (0.0, "", "Gain"));
    desk.said();
    desk.run(Command::Undo);
    assert_eq!(desk.said(), [""; 0], "there is nothing more");
    desk.run(Command::Redo);
    desk.run(Command::Redo);
    assert_eq!((desk.value("gain"), desk.value("follow"), desk.redo()), (-6.0, 0.25, ""));
    desk.run(Command::Undo);
    desk.turn("gain", -12.0);
    assert_eq!((desk.undo(), desk.redo()), ("Gain", ""), "what was undone is forgotten");
    desk.run(Command::Undo);
    assert_eq!(desk.value("gain"), -6.0);
}

#[test]
fn automation_is_no_step_and_survives_an_undo() {
    let mut desk = Desk::new();
    desk.turn("gain", -6.0);
    desk.automate("follow", 0.75);
    desk.automate("gain", -3.0);
    assert_eq!(desk.undo(), "Gain");
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.value("follow")), (0.0, 0.75));
    assert_eq!(desk.undo(), "");
    desk.run(Command::Redo);
    assert_eq!((desk.value("gain"), desk.value("follow")), (-6.0, 0.75));
}

#[test]
fn gestures_that_overlap_are_one_step() {
    let mut desk = Desk::new();
    let (x, y) = (desk.index("gain"), desk.index("follow"));
    desk.hand(|host| {
        host.begin(x);
        host.begin(y);
        host.set(x, 3.0);
    });
    let refused = desk.session.perform(Command::Undo, &mut desk.host);
    assert_eq!(refused, Err(Refused::Other("a control is held".into())));
    desk.hand(|host| {
        host.set(y, 0.5);
        host.end(x);
        host.set(y, 1.0);
        host.end(y);
    });
    assert_eq!(desk.undo(), "Gain and Follow");
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.value("follow"), desk.undo()), (0.0, 0.0, ""));
    // Ended by somebody else.
    desk.hand(|host| {
        host.begin(x);
        host.set(x, 4.0);
    });
    desk.session.let_go();
    desk.run(Command::Undo);
    assert_eq!(desk.value("gain"), 0.0);
}

#[test]
fn what_changes_nothing_and_what_is_not_the_users_is_no_step() {
    let mut desk = Desk::new();
    for id in ["bypass", "press"] {
        let index = desk.index(id);
        desk.hand(|host| {
            host.begin(index);
            host.set(index, 1.0);
            host.end(index);
        });
        assert_eq!((desk.undo(), desk.shown().as_str()), ("", "Default"), "{id}");
    }
    let gain = desk.index("gain");
    desk.hand(|host| {
        host.begin(gain);
        host.set(gain, 5.0);
        host.set(gain, 0.0);
        host.end(gain);
    });
    assert_eq!(desk.undo(), "");
}

#[test]
fn notches_of_the_wheel_go_together_and_pauses_part_them() {
    let mut desk = Desk::new();
    let gain = desk.index("gain");
    let notch = |desk: &mut Desk, seconds: f64| {
        desk.now += seconds;
        desk.look();
        desk.hand(|host| {
            let now = host.value(gain);
            host.begin(gain);
            host.set(gain, now - 1.0);
            host.end(gain);
        });
    };
    (0..10).for_each(|_| notch(&mut desk, 0.2));
    notch(&mut desk, 3.0);
    assert_eq!(desk.value("gain"), -11.0);
    desk.run(Command::Undo);
    assert_eq!(desk.value("gain"), -10.0);
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.undo()), (0.0, ""));
    desk.run(Command::Redo);
    notch(&mut desk, 0.1);
    desk.run(Command::Undo);
    assert_eq!(desk.value("gain"), -10.0, "what was done again stands alone");
}

#[test]
fn texts_are_steps_and_so_is_a_file_that_the_host_has_chosen() {
    let mut desk = Desk::new();
    desk.hand(|host| host.set_property(0, "Verse").unwrap());
    assert_eq!((desk.undo(), desk.shown().as_str()), ("Title", "Default \u{2022}"));
    desk.hand(|host| assert!(host.browse(1)));
    assert_eq!(desk.undo(), "Title", "nothing is chosen yet");
    desk.host.texts[1] = "/a.wav".into();
    desk.look();
    assert_eq!(desk.undo(), "File");
    desk.host.texts[1] = "/b.wav".into();
    desk.look();
    desk.run(Command::Undo);
    assert_eq!(desk.host.texts, ["Verse", ""]);
    desk.run(Command::Undo);
    assert_eq!((desk.host.texts[0].as_str(), desk.undo()), ("", ""));
    desk.run(Command::Redo);
    desk.run(Command::Redo);
    assert_eq!(desk.host.texts, ["Verse", "/a.wav"]);
}

#[test]
fn presets_are_steps_that_leave_the_bypass_alone() {
    let mut desk = Desk::new();
    assert_eq!(desk.shown(), "Default");
    desk.automate("bypass", 1.0);
    desk.turn("follow", 0.5);
    assert_eq!(desk.shown(), "Default \u{2022}");
    desk.said();
    desk.run(Command::Load(PresetId::Factory(0)));
    let said = desk.said();
    assert_eq!(desk.shown(), "Loud");
    assert!(said.contains(&"property 0 Loud and clear".to_owned()), "{said:?}");
    let begins = said.iter().filter(|said| said.starts_with("begin")).count();
    assert_eq!(begins, 4, "gain, shape, a voice and what is back at its default: {said:?}");
    assert_eq!((desk.value("gain"), desk.value("follow"), desk.value("bypass")), (6.0, 0.0, 1.0));
    desk.turn("gain", 5.0);
    assert_eq!((desk.shown().as_str(), desk.status().changed), ("Loud \u{2022}", true));
    desk.run(Command::Undo);
    assert_eq!(desk.shown(), "Loud");
    assert_eq!(desk.undo(), "preset \u{201c}Loud\u{201d}");
    desk.run(Command::Undo);
    assert_eq!(
        (desk.shown().as_str(), desk.value("follow"), desk.value("gain")),
        ("Default \u{2022}", 0.5, 0.0)
    );
    assert_eq!(desk.host.texts[0], "");
    desk.run(Command::Redo);
    assert_eq!((desk.shown().as_str(), desk.value("bypass")), ("Loud", 1.0));
}

#[test]
fn what_a_host_loads_is_recognised() {
    let mut desk = Desk::new();
    desk.automate("gain", -7.0);
    assert_eq!(desk.shown(), "Custom", "nobody chose the defaults");
    // Rounded to 32 bits on its way.
    desk.automate("gain", f64::from(-12.000_001_f32));
    assert_eq!(desk.shown(), "Soft");
    desk.turn("gain", -13.0);
    assert_eq!(desk.shown(), "Soft \u{2022}");
    desk.automate("gain", 0.0);
    assert_eq!(desk.shown(), "Default");
}

#[test]
fn arrows_go_round_the_list() {
    let mut desk = Desk::new();
    let mut seen = Vec::new();
    for _ in 0..3 {
        desk.run(Command::Step(1));
        seen.push(desk.shown());
    }
    assert_eq!(seen, ["Loud", "Soft", "Default"]);
    desk.run(Command::Step(-1));
    assert_eq!(desk.shown(), "Soft");
    desk.turn("gain", -3.0);
    desk.run(Command::Step(-1));
    assert_eq!(desk.shown(), "Loud", "from the preset that was changed");
    desk.automate("gain", 1.0);
    desk.run(Command::Step(1));
    assert_eq!(desk.shown(), "Soft");
}

#[test]
fn a_and_b_are_kept_apart() {
    let mut desk = Desk::new();
    desk.run(Command::Load(PresetId::Factory(0)));
    desk.said();
    desk.run(Command::Select(Slot::B));
    assert_eq!((desk.said(), desk.shown().as_str()), (vec![], "Loud"), "B begins as what A is");
    desk.turn("gain", -20.0);
    desk.run(Command::Select(Slot::A));
    assert_eq!((desk.value("gain"), desk.shown().as_str(), desk.status().slot), (6.0, "Loud", Slot::A));
    desk.said();
    desk.run(Command::Select(Slot::B));
    assert_eq!(desk.said(), ["begin gain", "set gain -20", "end gain"], "only what is different");
    assert_eq!(desk.shown(), "Loud \u{2022}");
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.status().slot, desk.undo()), (6.0, Slot::A, "switch to A"));
    desk.run(Command::Redo);
    assert_eq!((desk.value("gain"), desk.status().slot), (-20.0, Slot::B));

    desk.run(Command::Copy);
    desk.run(Command::Select(Slot::A));
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-20.0, "Loud \u{2022}"));
    desk.run(Command::Undo);
    assert_eq!(desk.undo(), "copy of B to A");
    desk.run(Command::Undo);
    desk.run(Command::Select(Slot::A));
    assert_eq!(desk.value("gain"), 6.0, "the copy was undone");
}

#[test]
fn presets_are_saved_renamed_and_deleted() {
    let mut desk = Desk::new();
    desk.automate("bypass", 1.0);
    desk.turn("gain", -9.0);
    desk.hand(|host| host.set_property(1, "/x.wav").unwrap());
    desk.save(" Drums ", " Hall / dark ", false).unwrap();
    assert_eq!((desk.shown().as_str(), desk.status().category.as_str()), ("Hall / dark", "Drums"));
    assert_eq!(
        desk.names(),
        ["/Default", "Level/Loud", "Level/Soft", "My presets \u{b7} Drums/Hall / dark"]
    );
    desk.turn("gain", -8.0);
    assert_eq!(desk.shown(), "Hall / dark \u{2022}");
    assert_eq!(desk.save("Drums", "Hall / dark", false), Err(Refused::Exists("Hall / dark".into())));
    assert_eq!(desk.shown(), "Hall / dark \u{2022}", "nothing was saved");
    desk.save("Drums", "Hall / dark", true).unwrap();
    assert_eq!(desk.shown(), "Hall / dark");

    // Another editor finds it, with everything but the bypass.
    desk.run(Command::Load(PresetId::Default));
    let id = desk.users("Hall / dark");
    desk.run(Command::Load(id.clone()));
    assert_eq!((desk.value("gain"), desk.host.texts[1].as_str()), (-8.0, "/x.wav"));
    let PresetId::User(path) = &id else { panic!("a user's") };
    let bytes = std::fs::read(path).unwrap();
    let document = dyad_core::state::Document::parse(&bytes).unwrap();
    assert!(document.params.iter().all(|(id, _)| *id != "bypass"), "{document:?}");

    let (category, name) = (String::new(), "Room".to_owned());
    desk.run(Command::Rename { id, category, name, overwrite: false });
    assert_eq!((desk.shown().as_str(), desk.names()[3].as_str()), ("Room", "My presets/Room"));
    desk.run(Command::Delete(desk.users("Room")));
    assert_eq!((desk.shown().as_str(), desk.names().len()), ("Custom", 3));
    let said = desk.save("", "  ", false).unwrap_err().to_string();
    assert!(said.starts_with("A preset can't be called"), "{said}");
    let refused = desk.session.perform(Command::Delete(PresetId::Factory(0)), &mut desk.host);
    assert_eq!(refused.unwrap_err().to_string(), "Only presets of your own can be changed.");
}

#[test]
fn a_preset_is_what_its_file_holds_now() {
    let mut desk = Desk::new();
    desk.turn("gain", -9.0);
    desk.save("", "Mine", false).unwrap();
    desk.run(Command::Select(Slot::B));
    desk.turn("gain", -8.0);
    desk.save("", "Mine", true).unwrap();
    assert_eq!(desk.shown(), "Mine");
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-9.0, "Mine \u{2022}"), "overwritten since");
    desk.run(Command::Redo);
    assert_eq!(desk.shown(), "Mine");
    desk.run(Command::Select(Slot::A));
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-9.0, "Mine \u{2022}"));
    // By another editor.
    let mut library = Library::of_factory(Arc::clone(&desk.session.description)).within(desk.folder.path());
    library.save(&Snapshot::of(&desk.session.description, &desk.host), "", "Mine", true).unwrap();
    desk.run(Command::Refresh);
    assert_eq!(desk.shown(), "Mine");
    desk.run(Command::Select(Slot::B));
    assert_eq!(desk.shown(), "Mine \u{2022}");
}

#[test]
fn steps_and_slots_follow_a_preset_that_is_renamed_and_forget_one_that_is_deleted() {
    let mut desk = Desk::new();
    desk.turn("gain", -9.0);
    desk.save("", "One", false).unwrap();
    desk.run(Command::Select(Slot::B));
    desk.turn("gain", -8.0);
    assert_eq!(desk.shown(), "One \u{2022}");
    let (id, category, name) = (desk.users("One"), "Drums".into(), "Two".into());
    desk.run(Command::Rename { id, category, name, overwrite: false });
    assert_eq!(desk.shown(), "Two \u{2022}");
    desk.run(Command::Undo);
    assert_eq!((desk.shown().as_str(), desk.status().category.as_str()), ("Two", "Drums"));
    desk.run(Command::Redo);
    desk.run(Command::Step(-1));
    assert_eq!(desk.shown(), "Soft", "the one before it");
    desk.run(Command::Undo);
    desk.run(Command::Select(Slot::A));
    assert_eq!(desk.shown(), "Two");
    desk.run(Command::Select(Slot::B));
    desk.run(Command::Delete(desk.users("Two")));
    assert_eq!((desk.shown().as_str(), desk.status().preset.as_ref()), ("Custom", None));
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-9.0, "Custom"));
    desk.run(Command::Redo);
    desk.run(Command::Select(Slot::A));
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-9.0, "Custom"));
}

#[test]
fn the_users_file_stays_where_a_factory_preset_does_not_mention_it() {
    let mut desk = Desk::new();
    desk.hand(|host| {
        host.set_property(0, "Verse").unwrap();
        host.set_property(1, "/a.wav").unwrap();
    });
    desk.run(Command::Load(PresetId::Factory(1)));
    assert_eq!(desk.host.texts, ["", "/a.wav"], "a text is the preset's, and at its default there");
    assert_eq!(desk.shown(), "Soft", "which has no opinion about files");
    desk.hand(|host| host.set_property(1, "/b.wav").unwrap());
    assert_eq!(desk.shown(), "Soft");
    desk.save("", "Mine", false).unwrap();
    desk.run(Command::Step(-1));
    assert_eq!((desk.shown().as_str(), desk.host.texts[1].as_str()), ("Soft", "/b.wav"));
    desk.hand(|host| host.set_property(1, "/c.wav").unwrap());
    desk.run(Command::Load(desk.users("Mine")));
    assert_eq!(desk.host.texts[1], "/b.wav", "one of the user's mentions it");
    let library = Library::of_factory(Arc::clone(&desk.session.description)).within(desk.folder.path());
    let mut other = Session::new(Arc::clone(&desk.session.description), library);
    other.observe(&desk.host, 0.0);
    assert_eq!(other.status().name, "Mine", "which fits better than what fits all files");
    desk.run(Command::Load(PresetId::Default));
    assert_eq!((desk.shown().as_str(), desk.host.texts[1].as_str()), ("Default", ""));
    desk.run(Command::Undo);
    assert_eq!(desk.host.texts[1], "/b.wav");
}

#[test]
fn a_dialogue_that_was_left_without_a_choice_makes_no_step() {
    type Act = fn(&mut Desk);
    let acts: [(&str, Act); 4] = [
        ("a command", |desk| desk.run(Command::Refresh)),
        ("a knob", |desk| {
            desk.turn("gain", -1.0);
            desk.run(Command::Undo);
        }),
        ("a text", |desk| desk.hand(|host| host.set_property(0, "Verse").unwrap())),
        ("a preset of the host's", |desk| desk.host.texts[0] = "Host".into()),
    ];
    for (what, act) in acts {
        let mut desk = Desk::new();
        desk.hand(|host| assert!(host.browse(1)));
        act(&mut desk);
        let before = desk.undo().to_owned();
        desk.host.texts[1] = "/session.wav".into();
        desk.look();
        assert_eq!(desk.undo(), before, "{what}");
    }
    // What plays meanwhile does not matter.
    let mut desk = Desk::new();
    desk.hand(|host| assert!(host.browse(1)));
    desk.automate("gain", -3.0);
    desk.host.texts[1] = "/a.wav".into();
    desk.look();
    assert_eq!(desk.undo(), "File");
}

#[test]
fn presses_that_cancel_each_other_out_are_no_step() {
    let mut desk = Desk::new();
    let on = desk.index("voice_2_on");
    let press = |desk: &mut Desk, to: f64| {
        desk.now += 0.3;
        desk.look();
        desk.hand(|host| {
            host.begin(on);
            host.set(on, to);
            host.end(on);
        });
    };
    desk.turn("gain", -6.0);
    desk.now += 2.0;
    let before = desk.value("voice_2_on");
    press(&mut desk, 1.0 - before);
    press(&mut desk, before);
    assert_eq!(desk.undo(), "Gain");
    press(&mut desk, 1.0 - before);
    assert_eq!(desk.undo(), desk.session.description.params[on].info.name);
    desk.run(Command::Undo);
    assert_eq!((desk.value("voice_2_on"), desk.undo()), (before, "Gain"));
}

#[test]
fn what_was_done_again_is_marked_as_its_last_press_left_it() {
    let mut desk = Desk::new();
    let gain = desk.index("gain");
    let press = |desk: &mut Desk, to: f64| {
        desk.now += 0.3;
        desk.look();
        desk.hand(|host| host.set(gain, to));
    };
    desk.now += 2.0;
    press(&mut desk, -5.0);
    // Between two notches the wheel passes over a preset, which is the one that counts from there.
    press(&mut desk, -12.0);
    press(&mut desk, -13.0);
    assert_eq!(desk.shown(), "Soft \u{2022}");
    desk.run(Command::Undo);
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (0.0, "Default"));
    desk.run(Command::Redo);
    assert_eq!((desk.value("gain"), desk.shown().as_str()), (-13.0, "Soft \u{2022}"));
}

#[test]
fn files_that_are_no_presets_are_listed_and_not_loaded() {
    let mut desk = Desk::new();
    desk.turn("gain", -9.0);
    desk.save("", "Mine", false).unwrap();
    let PresetId::User(path) = desk.users("Mine") else { panic!("a user's") };
    std::fs::write(path.with_file_name("Broken.dyadpreset"), b"nothing").unwrap();
    desk.run(Command::Refresh);
    let id = desk.users("Broken");
    let refused = desk.session.perform(Command::Load(id), &mut desk.host).unwrap_err().to_string();
    assert_eq!(refused, "Not a Dyad state: it is cut off or damaged.");
    desk.run(Command::Load(desk.users("Mine")));
    desk.run(Command::Step(-1));
    assert_eq!(desk.shown(), "Soft", "the broken one is passed over");
    // Deleted by somebody else.
    let id = desk.users("Mine");
    std::fs::remove_file(path).unwrap();
    desk.run(Command::Refresh);
    let refused = desk.session.perform(Command::Load(id), &mut desk.host).unwrap_err().to_string();
    assert_eq!(refused, "This preset is not there any more.");
}

#[test]
fn fields_of_the_plugin_stay_in_a_file_that_is_overwritten() {
    let mut desk = Desk::new();
    desk.save("", "Words", false).unwrap();
    let PresetId::User(path) = desk.users("Words") else { panic!("a user's") };
    let fields = dyad_core::state::Fields::of(&std::collections::BTreeMap::from([("words", 3)])).unwrap();
    let document = dyad_core::state::write_preset(&desk.session.description, |_| 0.0, &[], &fields);
    std::fs::write(&path, document).unwrap();
    desk.turn("gain", -9.0);
    desk.save("", "Words", true).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let document = dyad_core::state::Document::parse(&bytes).unwrap();
    assert_eq!(document.fields, fields.as_bytes());
}

#[test]
fn the_history_is_bounded() {
    let mut desk = Desk::new();
    for n in 0..300 {
        desk.turn("gain", -f64::from(n % 50) - 1.0);
    }
    let mut undone = 0;
    while desk.status().undo.is_some() {
        desk.run(Command::Undo);
        undone += 1;
    }
    assert_eq!(undone, 256);
}
