//! What the program says to a person: on standard error, never mixed with data.
#![allow(clippy::print_stderr, reason = "the one place that speaks to a person")]

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::Common;
use crate::error::Error;

/// The voice of the program, as loud as was asked.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    level: Level,
    terminal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Quiet,
    Normal,
    Verbose,
}

impl Talk {
    /// A voice as loud as the common flags say.
    pub fn new(common: &Common) -> Self {
        let level = match (common.quiet, common.verbose) {
            (true, _) => Level::Quiet,
            (_, true) => Level::Verbose,
            _ => Level::Normal,
        };
        Talk { level, terminal: std::io::stderr().is_terminal() }
    }

    /// Says a line, unless quiet.
    pub fn say(&self, line: impl AsRef<str>) {
        if self.level >= Level::Normal {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Says a line only when asked for more.
    pub fn detail(&self, line: impl AsRef<str>) {
        if self.level >= Level::Verbose {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Says a line whatever was asked: for concerns that must not be missed.
    pub fn insist(&self, line: impl AsRef<str>) {
        eprintln!("{}", line.as_ref());
    }

    /// A progress bar for `length` steps; shows itself on a terminal only, and only when the work lasts.
    pub fn progress(&self, length: u64, what: &str) -> ProgressBar {
        if !self.terminal || self.level == Level::Quiet {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{msg:<24} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    }

    /// Prints an error: with the passage underlined where there is one.
    pub fn error(&self, error: &Error) {
        let Some(excerpt) = &error.excerpt else {
            eprintln!("error: {error}");
            return;
        };
        let mut report = miette::MietteDiagnostic::new(error.problem.clone())
            .with_label(miette::LabeledSpan::at(excerpt.span.clone(), excerpt.label.clone()));
        let mut help = Vec::new();
        if let Some(found) = &error.found {
            help.push(format!("found: {found}"));
        }
        if let Some(expected) = &error.expected {
            help.push(format!("expected: {expected}"));
        }
        if let Some(hint) = &error.hint {
            help.push(format!("hint: {hint}"));
        }
        if !help.is_empty() {
            report = report.with_help(help.join("\n"));
        }
        let report = miette::Report::from(report)
            .with_source_code(miette::NamedSource::new(&excerpt.name, excerpt.text.clone()));
        eprintln!("{report:?}");
    }
}
