//! `dyad-host gui`.

use std::io::Write as _;

use super::arguments::Gui;
use super::interrupt::Interrupt;
use super::missing;
use crate::atomic;
use crate::error::{Error, Result, one_line};
use crate::gui::{EditorSetup, Event};
use crate::parameter;
use crate::parent::{Host, Instance, Setup};
use crate::render::Assignment;
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
    let class = command.plugin.class.as_deref();
    let loaded = host.open(&target, Setup::default())?.load(class);
    let mut plugin = loaded.map_err(|e| missing::or_failed(host, &target, class, e))?;
    if let (Some(container), Some(path)) = (state, &command.state) {
        let fitted =
            fit(container, plugin.info()).map_err(|reason| Error::State { path: path.clone(), reason })?;
        plugin.load_state(fitted.state)?;
        fitted.lost.iter().for_each(|line| super::complain(line));
    }
    let setup = EditorSetup {
        title: one_line(&plugin.info().name),
        size: command.size,
        scale: command.scale,
        picture: command.screenshot.is_some(),
        stopped: command.stopped,
        changes: values(&mut plugin, &set)?,
        seconds: command.seconds,
    };
    plugin.edit(setup, interrupt.socket(), &mut |event| {
        match event {
            Event::Opened([width, height]) if verbose => tell(&format!("open {width}x{height}")),
            Event::Detail(text) if verbose => tell(&text),
            Event::Remark(text) => super::complain(&text),
            Event::Picture(png) => {
                if let (Some(pending), Some(path)) = (file.take(), &command.screenshot) {
                    pending.file().write_all(&png.0).map_err(|e| Error::file(path, e))?;
                    pending.finish()?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some(path) = &command.save_state {
        let state = plugin.save_state()?;
        Container { plugin: plugin.info().id.clone(), state }.prepare(path)?.finish()?;
    }
    plugin.close()?;
    Ok(true)
}

/// Looks up the values to set, and tells the plugin's main-thread side.
fn values(plugin: &mut Instance, set: &[Assignment]) -> Result<Vec<(u32, f64)>> {
    let mut values = Vec::new();
    for Assignment { name, value } in set {
        let value = parameter::resolve(plugin, name, value)?;
        values.push((value.index, value.native));
    }
    if !values.is_empty() {
        plugin.set(&values)?;
    }
    Ok(values)
}

/// One line on standard error.
fn tell(text: &str) {
    super::tell(&one_line(text));
}
