//! The program that shows a web editor's page in a window of the host's. It is the only one that is linked
//! with WebKitGTK: the editor, in the host's process, starts it with one end of a socket as its standard
//! input, and the two speak `dyad-web-wire`. What page and editor say to each other it hands on unread.
//!
//! It ends when its socket, its window or its display does, whatever it is doing. How it ends:
//!
//! | code | |
//! |---|---|
//! | 0 | it was told to, or the editor, the window or the display has gone |
//! | 2 | it was not started by an editor |
//! | 3 | there is no display, or not that window |
//! | 4 | the web process is gone |
//! | 5 | there is no page |
//! | 6 | the editor speaks another protocol |
//! | 7 | the page can't be kept from the network: the kernel has no filters, or the display is on it |
//! | 101 | a bug |
//!
//! But for 0 and 2, the reason was said in the last frame. Variables of the environment:
//! `DYAD_WEBVIEW_LOG=1` shows the page's console on the standard error; `DYAD_A11Y` is in [`reader`].

mod assets;
mod confine;
mod keyboard;
mod link;
mod page;
mod parent;
mod program;
mod reader;
mod refuse;
mod symbols;

use std::process::ExitCode;
use std::rc::Rc;

use dyad_web_wire::{FromProgram, Hello, PROGRAM, PROTOCOL};

use crate::link::{Link, code};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if let Some(argument) = arguments.next() {
        return match (argument.to_str(), arguments.next()) {
            (Some("--version"), None) => {
                println!("{PROGRAM} {VERSION} (protocol {PROTOCOL}, {})", engine());
                ExitCode::SUCCESS
            }
            (Some("--help"), None) => {
                println!("{PROGRAM} shows the page of a plugin's editor. The editor starts it.");
                println!("{PROGRAM} --version says what it is.");
                ExitCode::SUCCESS
            }
            _ => {
                eprintln!("{PROGRAM}: no such argument; it is started by a plugin's editor");
                ExitCode::from(code::BY_HAND)
            }
        };
    }
    let socket = match confine::take_socket() {
        Ok(socket) => socket,
        Err(why) => {
            eprintln!("{PROGRAM}: it is started by a plugin's editor, not by hand: {why}");
            return ExitCode::from(code::BY_HAND);
        }
    };
    confine::set_environment();
    let link = Link::new(socket);
    link::tell_of_panics(&link);
    // What has no thread yet confines all that will be.
    let confined = confine::forbid_network();
    link.send(&FromProgram::Hello(Hello { protocol: PROTOCOL, version: VERSION.into(), engine: engine() }));
    if let Err(why) = confined {
        link.fail(code::NETWORK, &format!("a page can't be kept from the network {why}"));
    }
    let parent = match parent::Display::open() {
        Ok(display) => Rc::new(display),
        Err(why) => link.fail(code::DISPLAY, &format!("no display: {why}")),
    };
    reader::decide(&parent);
    if let Err(error) = gtk::init() {
        link.fail(code::DISPLAY, &format!("no display for GTK: {error}"));
    }
    program::run(link, parent)
}

/// What shows the page, and its version.
fn engine() -> String {
    format!("WebKitGTK {}", wry::webview_version().unwrap_or_default())
}
