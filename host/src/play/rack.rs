//! The plugins of a chain, for everything but audio. `[main-thread]`

use std::path::PathBuf;

use super::driver::Wires;
use super::engine::Engine;
use super::loading::{Loading, Manner, extras, sides};
use crate::atomic;
use crate::error::{Error, Result};
use crate::gui::Refusal;
use crate::info::main_channels;
use crate::parent::{Active, Counters, EditorPlace, Host, Live, LiveEvent};
use crate::render::{self, Assignment};
use crate::state::Container;
use crate::target::Target;

/// One plugin of a chain.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) target: Target,
    /// Which one, where the target holds several.
    pub(crate) class: Option<String>,
    /// Values from the start on.
    pub(crate) set: Vec<Assignment>,
    /// A state to load first.
    pub(crate) state: Option<PathBuf>,
    /// Where to save the state in the end.
    pub(crate) save_state: Option<PathBuf>,
}

/// All of them, in order.
pub(super) struct Rack {
    stages: Vec<Stage>,
    seats: Vec<Seat>,
    /// Counters of those that were there before.
    before: Vec<Counters>,
    /// The user has closed the last editor.
    closed: bool,
}

/// One of them.
pub(super) struct Seat {
    live: Live,
    active: Active,
    editor: Editor,
    /// Its process has failed and was not replaced yet.
    failed: bool,
    given_up: bool,
}

impl Seat {
    pub(super) fn new(live: Live, active: Active) -> Self {
        Self { live, active, editor: Editor::None, failed: false, given_up: false }
    }

    pub(super) fn active(&self) -> &Active {
        &self.active
    }
}

/// What a plugin's editor is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Editor {
    /// There is none, or nobody wants it.
    None,
    Open,
    /// The user has closed it.
    Closed,
    /// It went away by itself, or could not be shown again.
    Lost,
}

/// All of them, what plays them, and lines about what of their states could not be carried over.
pub(super) type Loaded = (Rack, Box<Engine>, Vec<String>);

/// Something to be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// A line for the user.
    Line(String),
    /// Something for those who want to know everything.
    Detail(String),
    /// The latency may be another one.
    Latency,
}

/// What is read from files before anything is started.
pub(super) fn read_states(stages: &[Stage]) -> Result<Vec<Option<Container>>> {
    stages.iter().map(|stage| stage.state.as_deref().map(Container::read).transpose()).collect()
}

impl Rack {
    /// Loads all of them; the lines say what of the states could not be carried over. Nothing where `goes_on`,
    /// asked before each, does not say so.
    ///
    /// # Errors
    /// Where one can't be loaded, or does not suit the one before.
    pub(super) fn load(
        host: &Host,
        stages: &[Stage],
        states: Vec<Option<Container>>,
        manner: Manner,
        goes_on: impl Fn() -> bool,
    ) -> Result<Option<Loaded>> {
        let mut lost = Vec::new();
        let mut loading = Loading::new(host, stages, manner);
        for (number, (stage, container)) in stages.iter().zip(states).enumerate() {
            if !goes_on() {
                return Ok(None);
            }
            let added = loading.add(stage, container, &mut lost);
            added.map_err(|error| within(error, stages, number))?;
        }
        let (seats, engine) = loading.finish();
        let before = vec![Counters::default(); stages.len()];
        Ok(Some((Self { stages: stages.to_vec(), seats, before, closed: false }, engine, lost)))
    }

    /// Loads all of them once more, with the states that they have now, and lets the old ones go once `swap` has
    /// put the new engine in the place of theirs. The lines say which editors did not open again.
    ///
    /// # Errors
    /// Where one does not give its state, or can't be loaded again; then all stay as they are. What `swap` says.
    pub(super) fn reload(
        &mut self,
        host: &Host,
        manner: Manner,
        swap: impl FnOnce(Box<Engine>) -> Result<()>,
    ) -> Result<Vec<String>> {
        let mut loading = Loading::new(host, &self.stages, manner);
        for number in 0..self.seats.len() {
            let seat = &mut self.seats[number];
            let class = seat.live.info().id.clone();
            let again = |state| loading.again(&self.stages[number], class, state);
            let added = seat.live.save_state().and_then(again);
            added.map_err(|error| within(error, &self.stages, number))?;
        }
        let (seats, engine) = loading.finish();
        swap(engine)?;
        let old = std::mem::replace(&mut self.seats, seats);
        let mut wanted = Vec::new();
        for (before, seat) in self.before.iter_mut().zip(old) {
            add(before, &seat.live.counters());
            wanted.push(seat.editor);
            // It has played to its end; how it goes is its own affair.
            let _ = seat.live.close();
        }
        let mut lines = Vec::new();
        for (number, editor) in wanted.into_iter().enumerate() {
            self.seats[number].editor = editor;
            lines.extend(self.show_again(number));
        }
        Ok(lines)
    }

    /// What a driver connects to.
    pub(super) fn wires(&self) -> Wires {
        let (Some(first), Some(last)) = (self.seats.first(), self.seats.last()) else {
            return Wires::default();
        };
        let main = |channels: u32| channels as usize;
        let mut inputs = vec![main(main_channels(&first.active.inputs))];
        inputs.extend(sides(&first.active));
        let mut outputs = vec![main(main_channels(&last.active.outputs))];
        outputs.extend(extras(&last.active).into_iter().map(|(_, channels)| channels));
        Wires {
            inputs,
            outputs,
            midi_in: self.seats.iter().any(|seat| !seat.live.info().event_inputs.is_empty()),
            midi_out: self.seats.iter().any(|seat| !seat.live.info().event_outputs.is_empty()),
            latency: self.latency(),
        }
    }

    /// Frames by which all of them are late.
    pub(super) fn latency(&self) -> u32 {
        self.seats.iter().fold(0, |sum, seat| sum.saturating_add(seat.active.timing.latency))
    }

    /// What priority each plugin's audio thread has, in words.
    pub(super) fn priorities(&self) -> Vec<String> {
        let line = |(number, seat): (usize, &Seat)| {
            let priority = seat.active.priority.as_ref()?;
            Some(format!("{}: audio thread: {priority}", name(&self.stages, number)))
        };
        self.seats.iter().enumerate().filter_map(line).collect()
    }

    /// Opens the editors of all that have one.
    ///
    /// # Errors
    /// Where none has one, or one does not open.
    pub(super) fn open_editors(&mut self) -> Result<Vec<String>> {
        let mut without = Vec::new();
        for number in 0..self.seats.len() {
            match self.open_editor(number) {
                Err(error @ Error::Editor { .. }) if has_none(&error) => without.push(error),
                other => other?,
            }
        }
        if self.shows_one() {
            return Ok(without.iter().map(ToString::to_string).collect());
        }
        without.into_iter().next().map_or(Ok(vec![]), Err)
    }

    fn open_editor(&mut self, number: usize) -> Result<()> {
        let seat = &mut self.seats[number];
        let shown = seat.live.show_editor(&EditorPlace::default());
        shown.map_err(|error| within(error, &self.stages, number))?;
        seat.editor = Editor::Open;
        Ok(())
    }

    /// Shows an editor once more that the user has not closed; what is wrong where that fails.
    fn show_again(&mut self, number: usize) -> Vec<String> {
        if !matches!(self.seats[number].editor, Editor::Open | Editor::Lost) {
            return vec![];
        }
        match self.open_editor(number) {
            Ok(()) => vec![],
            Err(error) => [error.to_string()].into_iter().chain(self.lose_editor(number)).collect(),
        }
    }

    /// An editor is gone, and not because the user has closed it; a line where it was the last one.
    fn lose_editor(&mut self, number: usize) -> Option<String> {
        let shown = self.shows_one();
        self.seats[number].editor = Editor::Lost;
        (shown && !self.shows_one()).then(|| "no editor is left; it plays on until Ctrl-C".into())
    }

    /// Whether the user has closed the last editor.
    pub(super) fn editors_are_closed(&self) -> bool {
        self.closed
    }

    fn shows_one(&self) -> bool {
        self.seats.iter().any(|seat| seat.editor == Editor::Open)
    }

    /// What has happened since the last time.
    pub(super) fn news(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        for number in 0..self.seats.len() {
            while let Some(event) = self.seats[number].live.event() {
                self.happened(number, event, &mut news);
            }
        }
        news
    }

    fn happened(&mut self, number: usize, event: LiveEvent, news: &mut Vec<News>) {
        let name = name(&self.stages, number);
        let seat = &mut self.seats[number];
        match event {
            LiveEvent::Failed(error) => {
                seat.failed = true;
                let error = within(error, &self.stages, number);
                news.push(News::Line(format!("{error}; the sound passes dry")));
            }
            LiveEvent::Replaced => {
                seat.failed = false;
                news.push(News::Line(format!("{name}: replaced, with its last state")));
                news.extend(self.show_again(number).into_iter().map(News::Line));
            }
            LiveEvent::GivenUp => {
                seat.given_up = true;
                let had_editor = seat.editor == Editor::Open;
                news.push(News::Line(format!("{name}: it failed too often and stays away")));
                if had_editor {
                    news.extend(self.lose_editor(number).map(News::Line));
                }
            }
            LiveEvent::EditorClosed if !seat.failed && seat.editor == Editor::Open => {
                seat.editor = Editor::Closed;
                self.closed = !self.shows_one();
            }
            LiveEvent::EditorLost(reason) => {
                let error = Error::Editor { plugin: name, reason };
                news.push(News::Line(error.to_string()));
                news.extend(self.lose_editor(number).map(News::Line));
            }
            LiveEvent::Timing(timing) => {
                seat.active.timing = timing;
                news.push(News::Latency);
            }
            LiveEvent::Ports(active) => {
                seat.active = active;
                news.push(News::Latency);
            }
            LiveEvent::Remark(text) => news.push(News::Line(format!("{name}: {text}"))),
            LiveEvent::EditorOpened([width, height]) => {
                news.push(News::Detail(format!("{name}: open {width}x{height}")));
            }
            LiveEvent::Edited(edit) => news.push(News::Detail(format!("{name}: edit {}", edit.text))),
            LiveEvent::Detail(text) => news.push(News::Detail(format!("{name}: {text}"))),
            _ => {}
        }
    }

    /// Counters of each plugin, with its name.
    pub(super) fn counters(&self) -> Vec<(String, Counters)> {
        let all = self.seats.iter().zip(&self.before).enumerate();
        let sum = |(number, (seat, before)): (usize, (&Seat, &Counters))| {
            let mut sum = *before;
            add(&mut sum, &seat.live.counters());
            (name(&self.stages, number), sum)
        };
        all.map(sum).collect()
    }

    /// Whether one of them is not there any more.
    pub(super) fn lacks_one(&self) -> bool {
        self.seats.iter().any(|seat| seat.given_up)
    }

    /// Writes the states that were asked for.
    ///
    /// # Errors
    /// Where one does not give its state, or a file can't be written; the others are written all the same.
    pub(super) fn save_states(&mut self) -> Result<()> {
        let mut result = Ok(());
        for (number, (stage, seat)) in self.stages.iter().zip(&mut self.seats).enumerate() {
            let Some(path) = &stage.save_state else { continue };
            let saved = seat.live.save_state().and_then(|state| {
                Container { plugin: seat.live.info().id.clone(), state }.prepare(path)?.finish()
            });
            result = result.and(saved.map_err(|error| within(error, &self.stages, number)));
        }
        result
    }

    /// Lets all of them go.
    ///
    /// # Errors
    /// Where one fails on the way.
    pub(super) fn close(self) -> Result<()> {
        let mut result = Ok(());
        for (number, seat) in self.seats.into_iter().enumerate() {
            let given_up = seat.given_up;
            let closed = seat.live.close();
            if !given_up {
                result = result.and(closed.map_err(|error| within(error, &self.stages, number)));
            }
        }
        result
    }
}

/// Refuses one file for two states, and places that can't be written to.
pub(super) fn check_places(stages: &[Stage]) -> Result<()> {
    let places: Vec<_> = stages.iter().filter_map(|stage| stage.save_state.as_ref()).collect();
    for (at, path) in places.iter().enumerate() {
        if places[..at].iter().any(|other| atomic::same(path, other)) {
            let both = "--save-state is the same file for two plugins; expected two";
            return Err(Error::Usage(format!("{}: {both}", path.display())));
        }
        drop(atomic::create(path)?);
    }
    Ok(())
}

fn name(stages: &[Stage], number: usize) -> String {
    let spec = stages.get(number).map_or("", |stage| stage.target.spec());
    render::place_in_chain(spec, number, stages.len())
}

fn within(error: Error, stages: &[Stage], number: usize) -> Error {
    match stages {
        [_, _, ..] => render::about(error, &name(stages, number)),
        _ => error,
    }
}

fn has_none(error: &Error) -> bool {
    matches!(error, Error::Editor { reason, .. } if matches!(reason.refusal, Refusal::None | Refusal::Foreign))
}

fn add(sum: &mut Counters, more: &Counters) {
    let Counters { processed, late, dropped, behind, paused, refused, absent, lost_events, replaced } =
        more;
    sum.processed += processed;
    sum.late += late;
    sum.dropped += dropped;
    sum.behind += behind;
    sum.paused += paused;
    sum.refused += refused;
    sum.absent += absent;
    sum.lost_events += lost_events;
    sum.replaced += replaced;
}
