//! Automation files: values of parameters over time, one point a line.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::schedule::{Ramp, Schedule};
use crate::error::{Error, Result, why};
use crate::parameter;
use crate::parent::Instance;
use crate::step::Step;

/// More than any song needs, in bytes.
const MAX_SIZE: u64 = 256 << 20;

const SHORT_HEAD: [&str; 3] = ["seconds", "parameter", "value"];
const LONG_HEAD: [&str; 4] = ["seconds", "parameter", "value", "ramp"];

/// An automation file's content.
#[derive(Debug)]
pub(super) struct Sheet {
    path: PathBuf,
    points: Vec<Point>,
}

#[derive(Debug, PartialEq)]
struct Point {
    line: usize,
    seconds: f64,
    name: String,
    value: String,
    ramp: bool,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::File`], naming the line and what was expected there.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let (file, len) = crate::input::open(path, "an automation file")?;
        if len > MAX_SIZE {
            let reason = format!("{len} bytes; expected an automation file of at most {MAX_SIZE} bytes");
            return Err(Error::file(path, reason));
        }
        let mut bytes = Vec::new();
        file.take(MAX_SIZE)
            .read_to_end(&mut bytes)
            .map_err(|e| Error::file(path, format_args!("cannot read: {}", why(&e))))?;
        let points = parse(&bytes).map_err(|reason| Error::file(path, reason))?;
        Ok(Self { path: path.to_owned(), points })
    }

    /// Looks up all values and puts them into `schedule`; all times must lie within `frames`.
    ///
    /// # Errors
    /// [`Error::File`], naming the line and what was expected there, or where the plugin fails.
    pub(super) fn resolve(
        &self,
        plugin: &mut Instance,
        rate: u32,
        frames: u64,
        schedule: &mut Schedule,
    ) -> Result<()> {
        let refuse = |point: &Point, reason: String| {
            Err(Error::file(&self.path, format_args!("line {}: {reason}", point.line)))
        };
        let mut points: Vec<_> =
            self.points.iter().map(|point| ((point.seconds * f64::from(rate)).round(), point)).collect();
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        // The point before, of each parameter.
        let mut last: Vec<Option<(u64, f64)>> = vec![None; plugin.info().parameters.len()];
        for (frame, point) in points {
            if frame >= frames as f64 {
                let length = frames as f64 / f64::from(rate);
                let reason = format!(
                    "{} s lies after the end of the input, which is {length} s long",
                    point.seconds
                );
                return refuse(point, reason);
            }
            let frame = frame as u64;
            let value = match parameter::resolve(plugin, &point.name, &point.value) {
                Err(Error::Parameter(reason)) => return refuse(point, reason),
                other => other?,
            };
            if !plugin.info().parameters[value.index as usize].flags.automatable {
                return refuse(point, format!("parameter {} can't be automated", point.name));
            }
            let before = last[value.index as usize].replace((frame, value.plain));
            schedule.change(frame, value.index, value.native);
            if !point.ramp {
                continue;
            }
            let Some((from, start)) = before else {
                return refuse(
                    point,
                    format!(
                        "a ramp of {} has nowhere to begin; expected an earlier point of it",
                        point.name
                    ),
                );
            };
            if plugin.step(value.index, f64::midpoint(start, value.plain))? != Step::Free {
                return refuse(
                    point,
                    format!("parameter {} takes certain values only; expected no ramp", point.name),
                );
            }
            schedule.ramp(Ramp { index: value.index, from, to: frame, start, end: value.plain });
        }
        Ok(())
    }
}

fn parse(bytes: &[u8]) -> Result<Vec<Point>, String> {
    let mut columns = 0;
    let mut points = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let wrong = |reason: &str| format!("line {number}: {reason}");
        let line = std::str::from_utf8(line).map_err(|_| wrong("not text; expected UTF-8"))?;
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields = fields(line).ok_or_else(|| wrong("a quotation mark without its other half"))?;
        if columns == 0 {
            if !(fields == SHORT_HEAD || fields == LONG_HEAD) {
                return Err(wrong(
                    "expected the heads seconds,parameter,value or seconds,parameter,value,ramp",
                ));
            }
            columns = fields.len();
            continue;
        }
        let (seconds, name, value, ramp) = match fields.as_slice() {
            [seconds, name, value] => (seconds, name, value, ""),
            [seconds, name, value, ramp] if columns == LONG_HEAD.len() => {
                (seconds, name, value, ramp.as_str())
            }
            other => {
                let reason = format!("{} fields; expected {columns}", other.len());
                return Err(wrong(&reason));
            }
        };
        let time = seconds.parse().ok().filter(|time: &f64| time.is_finite() && *time >= 0.0);
        let Some(time) = time else {
            return Err(wrong(&format!("{seconds:?}: expected a time of 0 seconds or later")));
        };
        if name.is_empty() || value.is_empty() {
            return Err(wrong("expected a parameter and a value"));
        }
        let ramp = match ramp {
            "" | "no" => false,
            "yes" => true,
            other => return Err(wrong(&format!("{other:?}: expected yes or no for a ramp"))),
        };
        points.push(Point { line: number, seconds: time, name: name.clone(), value: value.clone(), ramp });
    }
    if columns == 0 {
        return Err("the file is empty; expected the heads seconds,parameter,value".into());
    }
    Ok(points)
}

/// The fields of a line; quotation marks keep commas within, and a doubled one stands for itself.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                fields.last_mut()?.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut()?.push(other),
        }
    }
    for field in &mut fields {
        *field = field.trim().to_owned();
    }
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let text = "\u{feff}# a song\r\nseconds, parameter ,value,ramp\r\n\r\n1.5,gain,-6 dB,yes\n0,\"a, \"\"b\"\"\",on\n";
        let point = |line, seconds, name: &str, value: &str, ramp| Point {
            line,
            seconds,
            name: name.into(),
            value: value.into(),
            ramp,
        };
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            [point(4, 1.5, "gain", "-6 dB", true), point(5, 0.0, "a, \"b\"", "on", false)]
        );
        assert_eq!(parse(b"seconds,parameter,value").unwrap(), []);
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, reason) in [
            (&b""[..], "empty"),
            (b"# nothing\n", "empty"),
            (b"0,gain,1\n", "line 1: expected the heads"),
            (b"seconds,parameter,value\n0,gain\n", "line 2: 2 fields; expected 3"),
            (b"seconds,parameter,value\n0,gain,1,yes\n", "line 2: 4 fields; expected 3"),
            (b"seconds,parameter,value,ramp\n#\n0,gain,1,2\n", "line 3: \"2\": expected yes or no"),
            (b"seconds,parameter,value\n-1,gain,1\n", "line 2: \"-1\": expected a time"),
            (b"seconds,parameter,value\nNaN,gain,1\n", "expected a time"),
            (b"seconds,parameter,value\n1,,1\n", "expected a parameter"),
            (b"seconds,parameter,value\n1,\"gain,1\n", "quotation mark"),
            (b"seconds,parameter,value\n\xff\xfe", "line 2: not text"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(reason), "{error:?} should mention {reason:?}");
        }
    }
}
