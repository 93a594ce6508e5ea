//! The plugins of a chain on the command line: what is said of a plugin stands after its name.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::error::Result;
use crate::play;
use crate::render::{Assignment, Automation, Stage};
use crate::target::Target;

/// All of them, in order.
#[derive(Debug)]
pub(super) struct Stages(Vec<Words>);

/// The same where nothing can be set at a moment, and where there need not be a plugin.
#[derive(Debug)]
pub(super) struct LiveStages(Vec<Words>);

/// What is said of one plugin.
#[derive(Clone, Debug, Default)]
struct Words {
    plugin: String,
    class: Option<String>,
    set: Vec<String>,
    automate: Vec<String>,
    automation: Vec<PathBuf>,
    sidechain: Option<PathBuf>,
    state: Option<PathBuf>,
    save_state: Option<PathBuf>,
}

/// The words of all plugins as the parser collects them, each option's by itself.
#[derive(Debug, Args)]
struct All {
    /// LV2 bundle (NAME.lv2), LV2 URI, VST3 bundle (NAME.vst3) or VST3 module (.so)
    #[arg(value_name = "PLUGIN")]
    plugin: String,
    /// Another plugin, for what comes out of the one before. The options below that stand after it
    /// are its own. May be repeated
    #[arg(long, value_name = "PLUGIN")]
    then: Vec<String>,
    /// Which plugin of the bundle: LV2 URI, or VST3 class id or name
    #[arg(long, value_name = "ID", help_heading = ITS_OWN)]
    class: Vec<String>,
    /// Set a parameter from the start on, in plain units
    #[arg(long, value_name = "ID=VALUE", allow_hyphen_values = true, help_heading = ITS_OWN)]
    set: Vec<String>,
    /// State file to load first
    #[arg(long, value_name = "FILE", help_heading = ITS_OWN)]
    state: Vec<PathBuf>,
    /// State file to write in the end
    #[arg(long, visible_alias = "save", value_name = "FILE", help_heading = ITS_OWN)]
    save_state: Vec<PathBuf>,
}

/// Words about moments.
#[derive(Debug, Args)]
struct Timed {
    /// Set a parameter at a moment
    #[arg(long, value_name = "ID@SECONDS=VALUE", allow_hyphen_values = true, help_heading = ITS_OWN)]
    automate: Vec<String>,
    /// Set parameters at moments that a file tells: lines of seconds,parameter,value[,ramp]
    #[arg(long, value_name = "FILE", help_heading = ITS_OWN)]
    automation: Vec<PathBuf>,
    /// WAV or FLAC file for its sidechain, at the rate of the input
    #[arg(long, value_name = "FILE", help_heading = ITS_OWN)]
    sidechain: Vec<PathBuf>,
}

const ITS_OWN: &str = "Options of the plugin named last";

impl Stages {
    pub(super) fn stages(&self) -> Result<Vec<Stage>> {
        let stage = |words: &Words| {
            let Words { plugin, class, set, automate, automation, sidechain, state, save_state } =
                words.clone();
            Ok(Stage {
                target: Target::parse(&plugin)?,
                class,
                set: set.iter().map(|text| Assignment::parse(text)).collect::<Result<_>>()?,
                automate: automate.iter().map(|text| Automation::parse(text)).collect::<Result<_>>()?,
                automation,
                state,
                sidechain,
                save_state,
            })
        };
        self.0.iter().map(stage).collect()
    }
}

impl LiveStages {
    pub(super) fn stages(&self) -> Result<Vec<play::Stage>> {
        let stage = |words: &Words| {
            let Words { plugin, class, set, state, save_state, .. } = words.clone();
            Ok(play::Stage {
                target: Target::parse(&plugin)?,
                class,
                set: set.iter().map(|text| Assignment::parse(text)).collect::<Result<_>>()?,
                state,
                save_state,
            })
        };
        self.0.iter().map(stage).collect()
    }
}

impl Args for Stages {
    fn augment_args(command: Command) -> Command {
        Timed::augment_args(All::augment_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl Args for LiveStages {
    fn augment_args(command: Command) -> Command {
        All::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The number of the plugin that each of an option's words belongs to.
fn owners(matches: &ArgMatches, id: &str) -> Vec<usize> {
    let places = |id| matches.indices_of(id).into_iter().flatten().collect::<Vec<_>>();
    let starts = places("then");
    let owner = |at: usize| starts.partition_point(|start| *start < at);
    places(id).into_iter().map(owner).collect()
}

/// The words, each with its plugin.
fn words(matches: &ArgMatches) -> Result<Vec<Words>, clap::Error> {
    let All { plugin, then, class, set, state, save_state } = All::from_arg_matches(matches)?;
    let owners = |id| owners(matches, id);
    let names = std::iter::once(plugin).chain(then);
    let mut all: Vec<Words> = names.map(|plugin| Words { plugin, ..Words::default() }).collect();
    for (owner, word) in owners("set").into_iter().zip(set) {
        all[owner].set.push(word);
    }
    for (owner, word) in owners("class").into_iter().zip(class) {
        once("--class", &mut all[owner], |words| &mut words.class, word)?;
    }
    for (owner, word) in owners("state").into_iter().zip(state) {
        once("--state", &mut all[owner], |words| &mut words.state, word)?;
    }
    for (owner, word) in owners("save_state").into_iter().zip(save_state) {
        once("--save-state", &mut all[owner], |words| &mut words.save_state, word)?;
    }
    Ok(all)
}

impl FromArgMatches for Stages {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Timed { automate, automation, sidechain } = Timed::from_arg_matches(matches)?;
        let mut all = words(matches)?;
        for (owner, word) in owners(matches, "automate").into_iter().zip(automate) {
            all[owner].automate.push(word);
        }
        for (owner, word) in owners(matches, "automation").into_iter().zip(automation) {
            all[owner].automation.push(word);
        }
        for (owner, word) in owners(matches, "sidechain").into_iter().zip(sidechain) {
            once("--sidechain", &mut all[owner], |words| &mut words.sidechain, word)?;
        }
        Ok(Self(all))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl FromArgMatches for LiveStages {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // The command says where there must be one.
        if !matches.contains_id("plugin") {
            return Ok(Self(vec![]));
        }
        words(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Puts a word where only one may be.
fn once<T>(
    option: &str,
    words: &mut Words,
    slot: impl FnOnce(&mut Words) -> &mut Option<T>,
    word: T,
) -> Result<(), clap::Error> {
    let plugin = words.plugin.clone();
    match slot(words).replace(word) {
        None => Ok(()),
        Some(_) => Err(clap::Error::raw(
            ErrorKind::ArgumentConflict,
            format!("{option} is there twice for {plugin}; expected it once for each plugin\n"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        stages: Stages,
        #[arg(long)]
        out: Option<String>,
    }

    fn parse(line: &str) -> Result<Line, clap::Error> {
        Line::try_parse_from(std::iter::once("x").chain(line.split_whitespace()))
    }

    #[test]
    fn options_belong_to_the_plugin_before_them() {
        let line =
            "a --set x=1 --class=A --then b --set y=-2 --then=c --out o --set z=3 --set z=4 --state s";
        let Stages(all) = parse(line).unwrap().stages;
        let names: Vec<_> = all.iter().map(|words| words.plugin.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(all[0].set, ["x=1"]);
        assert_eq!(all[0].class.as_deref(), Some("A"));
        assert_eq!((&all[1].set, &all[1].class), (&vec!["y=-2".to_owned()], &None));
        assert_eq!(all[2].set, ["z=3", "z=4"]);
        assert_eq!(all[2].state, Some("s".into()));
    }

    #[test]
    fn mistakes() {
        for (line, reason) in [
            ("a --then", "--then"),
            ("a --then --set x=1", "--then"),
            ("a --class A --class B", "twice for a"),
            ("--then b", "PLUGIN"),
        ] {
            let error = parse(line).unwrap_err().to_string();
            assert!(error.contains(reason), "{line}: {error}");
        }
        assert!(parse("a --state s --then b --state t").is_ok());
    }
}
