//! `dyad-host gui`.

use std::io::Write as _;
use std::time::Duration;

use super::arguments::Gui;
use super::interrupt::Interrupt;
use super::silence::{FRAMES, Silence};
use crate::atomic;
use crate::error::{Error, Result, one_line};
use crate::missing;
use crate::parameter;
use crate::parent::{EditorPlace, Host, Live, LiveEvent, Options, Setup};
use crate::render::Assignment;
use crate::shared::Change;
use crate::state::{Container, fit};
use crate::target::Target;

pub(super) const ABOUT: &str = "\
Open a plugin's editor in a window

The window is an X11 one, titled after the plugin, as large as the editor wants; both can change its size. \
Meanwhile the plugin processes silence in time with the clock, at 48 kHz in blocks of 256 frames. Closing the \
window, Ctrl-C and --seconds end it. With --verbose all that the editor does is told on standard error: \
`edit NAME begin`, `edit NAME value X` and `edit NAME end` for gestures, `wish WxH` for sizes.

The picture of --screenshot is taken once the editor has painted something and two looks, 0.3 seconds apart, \
are equal. After 10 seconds a picture that still moves is taken as it is, and one of a single colour is an error.

LV2 editors of the type X11UI can be shown, and VST3 editors for X11.";

pub(super) fn run(host: &Host, command: &Gui, verbose: bool) -> Result<bool> {
    let target = Target::parse(&command.plugin.plugin)?;
    let set = command.set.iter().map(|text| Assignment::parse(text)).collect::<Result<Vec<_>>>()?;
    let state = command.state.as_deref().map(Container::read).transpose()?;
    // Found out before the plugin is loaded rather than after it.
    let mut file = command.screenshot.as_deref().map(atomic::create).transpose()?;
    if let (Some(picture), Some(saved)) = (&command.screenshot, &command.save_state)
        && atomic::same(picture, saved)
    {
        let both = "--screenshot and --save-state are the same file; expected two";
        return Err(Error::Usage(format!("{}: {both}", saved.display())));
    }
    if let Some(saved) = &command.save_state {
        drop(atomic::create(saved)?);
    }
    let interrupt = Interrupt::new()?;
    let options = Options {
        setup: Setup { max_block: FRAMES, ..Setup::default() },
        class: command.plugin.class.clone(),
        // A song that stands still is in no hurry, and a plugin that fails is not to come again.
        patience: 4.0,
        tries: 0,
        snapshots: None,
        active: !command.stopped,
        ..Options::default()
    };
    let loaded = host.live(&target, options);
    let class = command.plugin.class.as_deref();
    let (mut plugin, audio) = loaded.map_err(|e| missing::or_failed(host, &target, class, e))?;
    if let (Some(container), Some(path)) = (state, &command.state) {
        let fitted =
            fit(container, plugin.info()).map_err(|reason| Error::State { path: path.clone(), reason })?;
        plugin.load_state(fitted.state)?;
        fitted.lost.iter().for_each(|line| super::complain(line));
    }
    let values = values(&mut plugin, &set)?;
    let silence = if command.stopped { None } else { Some(Silence::start(audio, &plugin, values)?) };
    let time = command.seconds.map(Duration::from_secs_f64);
    let place = EditorPlace {
        size: command.size,
        scale: command.scale,
        picture: command.screenshot.is_some(),
        time,
        ..EditorPlace::default()
    };
    plugin.show_editor(&place)?;
    let mut refused = false;
    let mut closing = false;
    loop {
        if !closing && interrupt.is_raised() {
            closing = true;
            plugin.close_editor()?;
        }
        if !refused && silence.as_ref().is_some_and(Silence::refused) {
            refused = true;
            super::complain(&"the plugin returned an error while processing");
        }
        let Some(event) = plugin.await_event(Duration::from_millis(50)) else { continue };
        match event {
            LiveEvent::EditorOpened([width, height]) if verbose => tell(&format!("open {width}x{height}")),
            LiveEvent::Edited(edit) if verbose => tell(&format!("edit {}", edit.text)),
            LiveEvent::Detail(text) if verbose => tell(&text),
            LiveEvent::Remark(text) => super::complain(&text),
            LiveEvent::Picture(png) => {
                if let (Some(pending), Some(path)) = (file.take(), &command.screenshot) {
                    pending.file().write_all(&png).map_err(|e| Error::file(path, e))?;
                    pending.finish()?;
                }
            }
            LiveEvent::EditorLost(reason) => {
                return Err(Error::Editor { plugin: plugin.name().to_owned(), reason });
            }
            LiveEvent::Failed(error) => return Err(error),
            LiveEvent::EditorClosed => break,
            _ => {}
        }
    }
    drop(silence);
    if let Some(path) = &command.save_state {
        let state = plugin.save_state()?;
        Container { plugin: plugin.info().id.clone(), state }.prepare(path)?.finish()?;
    }
    plugin.close()?;
    Ok(true)
}

/// Looks up the values to set, and tells the plugin's main-thread side.
fn values(plugin: &mut Live, set: &[Assignment]) -> Result<Vec<Change>> {
    let mut values = Vec::new();
    for Assignment { name, value } in set {
        let value = parameter::resolve(plugin, name, value)?;
        values.push((value.index, value.native));
    }
    if !values.is_empty() {
        plugin.set(&values)?;
    }
    Ok(values.into_iter().map(|(index, native)| Change { index, offset: 0, native }).collect())
}

/// One line on standard error.
fn tell(text: &str) {
    super::tell(&one_line(text));
}
