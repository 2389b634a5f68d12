//! The rules for published statistics in spreadsheets, checked on any xlsx or ods, whoever made it.
//!
//! The rules are those that the UK Government Analysis Function asks of official statistics, so that a workbook can be
//! read with a screen reader, by a program, and by someone who has never seen it. Each broken rule is a finding with the
//! first place where it is broken and how often; `quorate explain X001` says why it matters. Workbooks for analysts and lists to work
//! through say so of themselves, and are judged by the rules that hold for them too ([`Style`]).

use std::path::Path;

use crate::error::Result;
use crate::finding::{Finding, sort};

mod facts;
mod letters;
mod ods;
mod sheets;
mod whole;

/// For whom a workbook is, and so which rules hold. It says so in its property `category`; what says nothing is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For everybody: all rules.
    Published,
    /// For analysts: groups as columns, several blocks and charts on a sheet, headers that stay in sight.
    Analyst,
    /// A list to work through: filters, headers that stay in sight, cells to leave empty.
    WorkingList,
}

impl Style {
    const ALL: [Style; 3] = [Style::Published, Style::Analyst, Style::WorkingList];

    /// What a workbook of the style says of itself.
    pub fn category(self) -> &'static str {
        match self {
            Style::Published => "Published statistics",
            Style::Analyst => "Tables for analysts",
            Style::WorkingList => "List to work through",
        }
    }

    /// What a workbook of the style is.
    pub fn words(self) -> &'static str {
        match self {
            Style::Published => "a published workbook, by the rules for published statistics",
            Style::Analyst => "an analyst's workbook, by the rules for analysts' tables",
            Style::WorkingList => "a list to work through, by the rules for such lists",
        }
    }

    /// Whether a rule holds: those about layout are for readers of one table a sheet.
    fn has(self, code: &str) -> bool {
        // Merges, one marked table from the first column, no gaps, filters or panes, empty cells, charts on their own sheets, a cover.
        const OF_LAYOUT: [&str; 12] =
            ["X001", "X002", "X003", "X004", "X006", "X007", "X008", "X009", "X012", "X019", "X026", "X031"];
        // Whose author is the program, with sheets too few to list, and cells that hold what somebody wrote.
        const OF_STATISTICS: [&str; 5] = ["X018", "X020", "X021", "X025", "X027"];
        match self {
            Style::Published => true,
            // Headers that stay in sight keep the cursor below them, and a letter is no symbol: X034 asks that letters be explained.
            Style::Analyst => !OF_LAYOUT.contains(&code) && !["X013", "X025"].contains(&code),
            Style::WorkingList => !OF_LAYOUT.contains(&code) && code != "X013" && !OF_STATISTICS.contains(&code),
        }
    }
}

/// Checks a workbook by the rules of the style that it says it has; no findings if it keeps them all.
///
/// # Errors
/// When the file is missing, is neither an xlsx nor an ods, is locked, damaged, or larger than is safe to read.
pub fn judge(path: &Path) -> Result<(Style, Vec<Finding>)> {
    let facts = facts::read(path)?;
    let file = path.display().to_string().replace('\\', "/");
    let says = |style: &&Style| facts.category.eq_ignore_ascii_case(style.category());
    let style = Style::ALL.iter().find(says).copied().unwrap_or(Style::Published);
    let mut findings = whole::check(&facts, &file);
    for sheet in facts.sheets.iter().filter(|sheet| !sheet.is_chart) {
        findings.extend(sheets::check(&facts, sheet, &file));
        if style == Style::Analyst {
            findings.extend(letters::check(sheet, &file));
        }
    }
    findings.retain(|finding| style.has(&finding.code));
    sort(&mut findings);
    Ok((style, findings))
}

/// The findings of [`judge`].
///
/// # Errors
/// As [`judge`].
pub fn lint(path: &Path) -> Result<Vec<Finding>> {
    judge(path).map(|(_, findings)| findings)
}

/// A few of many, for a finding's text.
fn some(items: &[String]) -> String {
    const SHOWN: usize = 4;
    let list = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match items.len() {
        0..=SHOWN => list,
        many => format!("{list} and {} more", many - SHOWN),
    }
}
