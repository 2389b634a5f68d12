//! The rules for published statistics in spreadsheets, checked on any xlsx or ods, whoever made it.
//!
//! The rules are those that the UK Government Analysis Function asks of official statistics, so that a workbook can be
//! read with a screen reader, by a program, and by someone who has never seen it. Each broken rule is a finding with the
//! first place where it is broken and how often; `quorate explain X001` says why it matters.

use std::path::Path;

use crate::error::Result;
use crate::finding::{Finding, sort};

mod facts;
mod ods;
mod sheets;
mod whole;

/// Checks a published workbook; no findings if it keeps all rules.
///
/// # Errors
/// When the file is missing, is neither an xlsx nor an ods, is locked, damaged, or larger than is safe to read.
pub fn lint(path: &Path) -> Result<Vec<Finding>> {
    let facts = facts::read(path)?;
    let file = path.display().to_string().replace('\\', "/");
    let mut findings = whole::check(&facts, &file);
    for sheet in facts.sheets.iter().filter(|sheet| !sheet.is_chart) {
        findings.extend(sheets::check(&facts, sheet, &file));
    }
    sort(&mut findings);
    Ok(findings)
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
