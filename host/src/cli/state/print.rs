//! `dyad-host state print`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::readable::readable;
use crate::error::{Result, one_line};
use crate::state::Container;

/// The command's arguments.
#[derive(Debug, Args)]
pub(super) struct Print {
    /// State file to read: this host's own, or a .vstpreset
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print JSON, as docs/scan.md describes it
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Print) -> Result<()> {
    let state = readable(&Container::read(&command.file)?);
    if command.json {
        return super::super::say(&super::super::pretty(&state)?);
    }
    let mut text = String::new();
    write(&mut text, &state, 0);
    super::super::say(&text)
}

/// The same as in JSON, without what only programs need.
fn write(text: &mut String, value: &Value, depth: usize) {
    let Value::Object(entries) = value else { return };
    let indent = "  ".repeat(depth);
    for (key, value) in entries {
        let key = one_line(key);
        // Writing to a string never fails.
        let _ = match value {
            Value::Object(inner) if !inner.is_empty() => {
                let _ = writeln!(text, "{indent}{key}:");
                write(text, value, depth + 1);
                Ok(())
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for item in items {
                    let _ = writeln!(text, "{indent}{key}:");
                    write(text, item, depth + 1);
                }
                Ok(())
            }
            Value::String(words) => writeln!(text, "{indent}{key}: {}", one_line(words)),
            Value::Null => Ok(()),
            other => writeln!(text, "{indent}{key}: {other}"),
        };
    }
}
