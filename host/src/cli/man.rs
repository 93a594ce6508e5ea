//! `dyad-host man`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man as Page;

use super::exit::Exit;
use crate::atomic;
use crate::error::{Error, Result, why};

/// The command's arguments.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write the pages of the program and of all its commands to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(command: &Man) -> Result<bool> {
    let mut root = super::usage::shown_command().disable_help_subcommand(true);
    root.build();
    match &command.out {
        None => super::say(&page(&root, &root)?)?,
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::file(folder, format_args!("cannot make the folder: {}", why(&e))))?;
            write_all(&root, &root, folder)?;
        }
    }
    Ok(true)
}

/// The page of a command and those of all commands below it.
fn write_all(root: &Command, command: &Command, folder: &Path) -> Result<()> {
    let path = folder.join(format!("{}.1", name(command)));
    let pending = atomic::create(&path)?;
    let written = pending.file().write_all(page(root, command)?.as_bytes());
    written.map_err(|e| Error::file(&path, format_args!("cannot write: {}", why(&e))))?;
    pending.finish()?;
    command.get_subcommands().try_for_each(|below| write_all(root, below, folder))
}

/// `dyad-host-state-save` for `dyad-host state save`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(root: &Command, command: &Command) -> Result<String> {
    let manual = Page::new(command.clone());
    // Not the library's: it leaves out the day where there is none, and what follows takes its place.
    let (title, version) = (name(command).to_uppercase(), env!("CARGO_PKG_VERSION"));
    let mut bytes = format!(".TH \"{title}\" \"1\" \"\" \"dyad-host {version}\" \"Dyad\"\n").into_bytes();
    let rendered = manual
        .render_name_section(&mut bytes)
        .and_then(|()| manual.render_synopsis_section(&mut bytes))
        .and_then(|()| manual.render_description_section(&mut bytes))
        .and_then(|()| manual.render_options_section(&mut bytes));
    rendered.map_err(Error::system("make a man page"))?;
    // An empty line between two breaks is more than readers take without a word.
    let mut text = String::from_utf8_lossy(&bytes).replace("\n.br\n\n.br\n", "\n.sp\n");
    if command.has_subcommands() {
        let below = command.get_subcommands();
        let about = |c: &Command| c.get_about().map(ToString::to_string).unwrap_or_default();
        let below = below.map(|c| (format!("{}(1)", name(c)), about(c)));
        section(&mut text, "COMMANDS", below);
    }
    let codes = Exit::ALL.map(|exit| (exit.code().to_string(), exit.meaning().to_owned()));
    section(&mut text, "EXIT STATUS", codes);
    section(&mut text, "ENVIRONMENT", ENVIRONMENT.map(owned));
    section(&mut text, "FILES", FILES.map(owned));
    let others = std::iter::once(root).chain(root.get_subcommands()).map(name);
    let others: Vec<_> =
        others.filter(|other| *other != name(command)).map(|n| format!("{n}(1)")).collect();
    // Writing to a string never fails.
    let _ = writeln!(text, ".SH \"SEE ALSO\"\n{}", escape(&others.join(", ")));
    Ok(text)
}

const ENVIRONMENT: [(&str, &str); 8] = [
    ("LV2_PATH", "Folders with LV2 bundles, with colons between them, instead of the standard ones."),
    ("VST3_PATH", "Folders that scan searches for VST3 bundles, instead of the standard ones."),
    ("XDG_CACHE_HOME", "Where the cache of scan is; ~/.cache unless set."),
    ("XDG_DATA_HOME", "Where files lie that plugins make; ~/.local/share unless set."),
    ("HOME", "The home folder, in which the folders above and the user's plugins are."),
    ("DISPLAY", "The X11 display for editors."),
    ("JACK_DEFAULT_SERVER", "The JACK server that play is a client of; default unless set."),
    ("NO_COLOR", "Help without colours."),
];

const FILES: [(&str, &str); 5] = [
    (
        "~/.cache/dyad-host/scan-v1.json",
        "What scans have found out, and the plugins that are blocked. It may be deleted at any time.",
    ),
    ("~/.local/share/dyad-host/files", "Files of plugins, named in states that were saved."),
    ("~/.lv2, /usr/local/lib/lv2, /usr/lib/lv2", "The standard folders of LV2."),
    ("~/.vst3, /usr/local/lib/vst3, /usr/lib/vst3", "The standard folders of VST3."),
    (
        "*.state",
        "States, by any name: a MessagePack document that holds an LV2 plugin's port values and properties, or \
         a VST3 plugin's streams.",
    ),
];

fn owned((name, text): (&str, &str)) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn section(page: &mut String, title: &str, entries: impl IntoIterator<Item = (String, String)>) {
    // Writing to a string never fails.
    let _ = writeln!(page, ".SH \"{title}\"");
    for (name, text) in entries {
        let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{}", escape(&name), escape(&text));
    }
}

/// Text that roff takes as it is.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // A point or apostrophe at the beginning would be a request.
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roff_is_escaped() {
        assert_eq!(escape(".a\\b-c"), "\\&.a\\eb\\-c");
        assert_eq!(escape("a.b"), "a.b");
    }
}
