//! The child's command line.

use super::Exit;
use super::confine::Confines;
use crate::info::Format;
use crate::shared::MAX_BLOCK;

pub(super) const USAGE: &str = "\
usage: dyad-host child --format lv2|vst3 [--plugin LOCATION] --rate HZ --block FRAMES [--files FOLDER]
                       [--memory BYTES] [--tied PROCESS] [--cores yes|no] [--realtime PRIORITY]
Started by dyad-host itself, with the control channel as standard input.";

/// The sample rates that make sense, in Hz.
pub(crate) const RATES: std::ops::RangeInclusive<u32> = 1..=1_536_000;

/// The priorities of real-time threads.
pub(crate) const PRIORITIES: std::ops::RangeInclusive<u32> = 1..=99;

/// What the child is told at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) format: Format,
    /// The place of the plugins; it can be told later.
    pub(crate) plugin: Option<String>,
    pub(crate) rate: u32,
    pub(crate) max_block: u32,
    /// Where the plugin may make files; the folder need not be there.
    pub(crate) files: Option<String>,
    /// The audio thread's priority among real-time threads, where it is to be one.
    pub(crate) realtime: Option<u8>,
    pub(crate) confines: Confines,
}

impl Arguments {
    /// As a command line for [`parse`](Self::parse).
    pub(crate) fn to_command_line(&self) -> Vec<String> {
        let mut words = vec![
            "--format".into(),
            self.format.tag().into(),
            "--rate".into(),
            self.rate.to_string(),
            "--block".into(),
            self.max_block.to_string(),
        ];
        if let Some(plugin) = &self.plugin {
            words.extend(["--plugin".into(), plugin.clone()]);
        }
        if let Some(files) = &self.files {
            words.extend(["--files".into(), files.clone()]);
        }
        if let Some(priority) = self.realtime {
            words.extend(["--realtime".into(), priority.to_string()]);
        }
        words.extend(self.confines.to_command_line());
        words
    }

    pub(super) fn parse(words: &[String]) -> Result<Self, (Exit, String)> {
        let usage = |reason: String| (Exit::Usage, reason);
        let (mut format, mut plugin, mut rate, mut block, mut files) = (None, None, None, None, None);
        let (mut memory, mut tied, mut cores, mut realtime) = (None, None, None, None);
        let mut words = words.iter();
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| usage(format!("{name} needs a value")))?;
            let slot = match name.as_str() {
                "--format" => &mut format,
                "--plugin" => &mut plugin,
                "--rate" => &mut rate,
                "--block" => &mut block,
                "--files" => &mut files,
                "--memory" => &mut memory,
                "--tied" => &mut tied,
                "--cores" => &mut cores,
                "--realtime" => &mut realtime,
                _ => return Err(usage(format!("unknown argument {name}"))),
            };
            if slot.replace(value).is_some() {
                return Err(usage(format!("{name} is given twice")));
            }
        }
        let need = |value: Option<&'_ String>, name: &str| {
            value.cloned().ok_or_else(|| usage(format!("{name} is missing")))
        };
        let number = |text: String, name: &str, range: std::ops::RangeInclusive<u32>| {
            text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| {
                usage(format!(
                    "{name} must be a whole number from {} to {}, not {text:?}",
                    range.start(),
                    range.end()
                ))
            })
        };
        let tag = need(format, "--format")?;
        let rate = number(need(rate, "--rate")?, "--rate", RATES)?;
        let max_block = number(need(block, "--block")?, "--block", 1..=MAX_BLOCK)?;
        let format = Format::from_tag(&tag)
            .ok_or_else(|| (Exit::UnknownFormat, format!("unknown plugin format {tag:?}")))?;
        let confines = Confines::parse(memory, tied, cores).map_err(usage)?;
        let realtime = realtime.map(|text| number(text.clone(), "--realtime", PRIORITIES)).transpose()?;
        let realtime = realtime.and_then(|priority| u8::try_from(priority).ok());
        Ok(Self {
            format,
            plugin: plugin.cloned(),
            rate,
            max_block,
            files: files.cloned(),
            realtime,
            confines,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let confines = Confines { memory: Some(1 << 30), tied: Some(17), cores: true };
        for (files, realtime, confines) in
            [(None, None, Confines::default()), (Some("/a b/files".to_owned()), Some(60), confines)]
        {
            for plugin in [None, Some("/a b/c.vst3".to_owned())] {
                let (format, files) = (Format::Vst3, files.clone());
                let arguments = Arguments {
                    format,
                    plugin,
                    rate: 44_100,
                    max_block: 512,
                    files,
                    realtime,
                    confines: confines.clone(),
                };
                assert_eq!(Arguments::parse(&arguments.to_command_line()), Ok(arguments));
            }
        }
    }

    #[test]
    fn nothing_is_guessed() {
        let plugin = Some("x".into());
        let confines = Confines::default();
        let (format, realtime) = (Format::Lv2, Some(60));
        let good = Arguments { format, plugin, rate: 1, max_block: 1, files: None, realtime, confines };
        for (at, bad, exit) in [
            (1, "clap", Exit::UnknownFormat),
            (3, "0", Exit::Usage),
            (3, "48k", Exit::Usage),
            (5, "8193", Exit::Usage),
            (5, "-1", Exit::Usage),
            (4, "--blocks", Exit::Usage),
            (4, "--rate", Exit::Usage),
            (9, "0", Exit::Usage),
            (9, "100", Exit::Usage),
        ] {
            let mut words = good.to_command_line();
            words[at] = bad.into();
            assert_eq!(Arguments::parse(&words).unwrap_err().0, exit, "{bad}");
        }
        let words = good.to_command_line();
        for len in 0..6 {
            assert_eq!(Arguments::parse(&words[..len]).unwrap_err().0, Exit::Usage);
        }
    }
}
