//! What edit rules look at in the frame.
//!
//! Columns of the strata, and no others. The log of edits lists every return that a rule applied to, so that a condition over a
//! column tells what the frame says of the unit. A unit's stratum stands beside its answers in any case; its groups are withheld
//! there where they would single a person out (`micro_below`), and the log would give them away. What identifies people is
//! nobody's to look at.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Definition;
use crate::error::{Error, Result};
use crate::expression::{Way, What};
use crate::files::read_file;
use crate::frame::Frame;
use crate::instrument::{EditCondition, EditSlot, EditTest, Instrument, nearest, underline};

impl Definition {
    /// Refuses conditions over columns that a rule may not see, and over values that the frame does not have.
    pub(super) fn examine_edit_columns(&self, instrument: &Instrument, frame: &Frame) -> Result<()> {
        for rule in &instrument.edits {
            let EditTest::When(condition) = &rule.test else { continue };
            for (slot, name) in condition.slots.iter().zip(condition.expression.names()) {
                let EditSlot::Frame(column) = slot else { continue };
                if !self.frame.strata.contains(column) {
                    return Err(self.no_stratum(&rule.id, column, frame, self.within(condition, &name.span)?));
                }
            }
            for compared in condition.expression.compared() {
                for (name, value) in [(&compared.left, &compared.right), (&compared.right, &compared.left)] {
                    let (What::Name(slot), What::Text(text)) = (&name.what, &value.what) else { continue };
                    let EditSlot::Frame(column) = &condition.slots[*slot] else { continue };
                    let Some(at) = frame.position(column).filter(|_| compared.way != Way::Order) else { continue };
                    let known: BTreeSet<&str> = frame.groups(at);
                    if known.contains(text) {
                        continue;
                    }
                    let (path, file, span) = self.within(condition, &value.span)?;
                    let problem = format!("nobody in the frame has this value in the column \"{column}\"");
                    let error = underline(&path, &file, span, problem, "no such value");
                    let error = error.expected(known.iter().copied().collect::<Vec<_>>().join(", "));
                    return Err(match nearest(text, known) {
                        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                        None => error,
                    });
                }
            }
        }
        Ok(())
    }

    fn no_stratum(
        &self,
        rule: &str,
        column: &str,
        frame: &Frame,
        place: (std::path::PathBuf, String, Range<usize>),
    ) -> Error {
        let (path, file, span) = place;
        let strata = &self.frame.strata;
        let known = frame.position(column).is_some();
        let problem = match known {
            true => format!("edit rule \"{rule}\" looks at a column of the frame that is none of the strata"),
            false => format!("edit rule \"{rule}\" looks at a column that the frame does not have"),
        };
        let error = underline(&path, &file, span, problem, "this column");
        let error = error.expected(match strata.as_slice() {
            [] => "a column of the strata; the study has none".to_owned(),
            strata => strata.iter().map(|name| format!("frame.{name}")).collect::<Vec<_>>().join(", "),
        });
        match nearest(column, strata.iter().map(String::as_str)).filter(|_| !known) {
            Some(near) => error.hint(format!("did you mean frame.{near}?")),
            None if known => {
                error.hint("the log of edits lists single returns, and would tell what is withheld of them elsewhere")
            }
            None => error,
        }
    }

    /// A part of a condition in the instrument's file.
    fn within(
        &self,
        condition: &EditCondition,
        part: &Range<usize>,
    ) -> Result<(std::path::PathBuf, String, Range<usize>)> {
        let path = self.resolve(self.study.instrument.get_ref());
        let text = String::from_utf8_lossy(&read_file(&path)?).into_owned();
        let whole = condition.span.clone();
        // A condition with escapes in it is underlined as a whole.
        let plain = text.get(whole.clone()) == Some(condition.expression.text());
        let span = if plain { whole.start + part.start..whole.start + part.end } else { whole };
        Ok((path, text, span))
    }
}
