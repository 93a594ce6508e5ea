//! What was found, for people and for programs.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::finding::{Finding, Severity};
use super::supervise::Tried;

/// All plugins of one place.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    /// As the user named it.
    pub(crate) target: String,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    pub(crate) plugins: Vec<Plugin>,
}

/// One plugin.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Plugin {
    pub(crate) format: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether it could be loaded at all.
    pub(crate) loads: bool,
    pub(crate) trials: Vec<Entry>,
}

/// One trial.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<String>,
    pub(crate) findings: Vec<Finding>,
}

impl Plugin {
    pub(crate) fn add(&mut self, tried: Tried) {
        let Tried { name, mut findings, skipped, took } = tried;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let seconds = (took.as_secs_f64() * 1000.0).round() / 1000.0;
        self.trials.push(Entry { name, seconds, skipped, findings });
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.trials.iter().flat_map(|entry| &entry.findings)
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|finding| finding.severity == severity).count()
    }
}

impl Report {
    pub(crate) fn add(&mut self, plugin: Plugin) {
        self.errors += plugin.count(Severity::Error);
        self.warnings += plugin.count(Severity::Warning);
        self.notes += plugin.count(Severity::Note);
        self.plugins.push(plugin);
    }

    /// The last line.
    pub(crate) fn summary(&self) -> String {
        let tried: usize = self.plugins.iter().map(|plugin| plugin.trials.len()).sum();
        let plugins = self.plugins.len();
        format!(
            "{plugins} {}, {tried} {}: {}",
            plural(plugins, "plugin"),
            plural(tried, "trial"),
            counts(self.errors, self.warnings, self.notes)
        )
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.into() } else { format!("{word}s") }
}

fn counts(errors: usize, warnings: usize, notes: usize) -> String {
    let one = |count, word| format!("{count} {}", plural(count, word));
    [one(errors, "error"), one(warnings, "warning"), one(notes, "note")].join(", ")
}

/// One plugin's part of the text.
pub(crate) fn text(plugin: &Plugin) -> String {
    let mut text = format!("{} ({} {})\n", plugin.name, plugin.format.to_uppercase(), plugin.id);
    let width = plugin.trials.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let rules = plugin.findings().map(|finding| finding.rule.len()).max().unwrap_or(0);
    // Writing to a string never fails.
    for entry in &plugin.trials {
        let outcome = match (&entry.skipped, entry.findings.len()) {
            (_, 1..) => {
                let of = |severity| entry.findings.iter().filter(|f| f.severity == severity).count();
                counts(of(Severity::Error), of(Severity::Warning), of(Severity::Note))
            }
            (Some(reason), 0) => format!("skipped: {reason}"),
            (None, 0) => "ok".into(),
        };
        let _ = writeln!(text, "  {:width$}  {outcome}", entry.name);
        for Finding { severity, rule, text: seen, expected, reference } in &entry.findings {
            let _ = writeln!(text, "    {severity:7}  {rule:rules$}  {seen}");
            let _ = writeln!(text, "    {:7}  {:rules$}  expected: {expected} [{reference}]", "", "");
        }
    }
    text
}

/// The same as JUnit's XML: a suite for each plugin, a case for each trial. Errors fail a case, and
/// warnings too where `strict` says so.
pub(crate) fn junit(report: &Report, strict: bool) -> Result<String, String> {
    let mut all = Junit::new(format!("dyad-host check {}", report.target));
    for plugin in &report.plugins {
        let mut suite = TestSuite::new(format!("{} {}", plugin.format, plugin.id));
        for entry in &plugin.trials {
            suite.add_test_case(case(plugin, entry, strict));
        }
        all.add_test_suite(suite);
    }
    all.to_string().map_err(|e| e.to_string())
}

fn case(plugin: &Plugin, entry: &Entry, strict: bool) -> TestCase {
    let fails = |finding: &&Finding| {
        finding.severity == Severity::Error || (strict && finding.severity == Severity::Warning)
    };
    let lines = |list: &[&Finding]| {
        let lines = list
            .iter()
            .map(|f| format!("{} {}: {} (expected: {})", f.severity, f.rule, f.text, f.expected));
        lines.collect::<Vec<_>>().join("\n")
    };
    let all: Vec<_> = entry.findings.iter().collect();
    let status = match (entry.findings.iter().find(fails), &entry.skipped) {
        (Some(first), _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(&*first.text).set_type(&*first.rule).set_description(lines(&all));
            status
        }
        (None, Some(reason)) if all.is_empty() => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(&**reason);
            status
        }
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(entry.name, status);
    case.set_classname(&*plugin.name).set_time(std::time::Duration::from_secs_f64(entry.seconds));
    if !all.is_empty() {
        case.set_system_out(lines(&all));
    }
    case
}
