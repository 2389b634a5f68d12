//! Units left out before the draw, by rule: each for one reason, counted by reason, and remembered by name.

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Frame, Unit};
use crate::error::{Error, Result};
use crate::expression::{Expression, Lookup, Value, underlined};

/// A rule by which units are left out before the draw, and the reason for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionRule {
    /// Why, in a few words ("audited within 12 months"); empty where only the rule was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The condition over the frame's columns; see [`crate::expression`].
    pub rule: String,
}

impl ExclusionRule {
    /// Reads `REASON: CONDITION`, or a condition alone.
    ///
    /// ```
    /// use quorate::frame::ExclusionRule;
    /// let rule = ExclusionRule::from_argument("audited within 12 months: last_audit >= '2025-03-16'");
    /// assert_eq!((rule.reason.as_str(), rule.rule.as_str()), ("audited within 12 months", "last_audit >= '2025-03-16'"));
    /// assert_eq!(ExclusionRule::from_argument("note = 'moved: no address'").reason, "");
    /// ```
    pub fn from_argument(text: &str) -> Self {
        let alone = || ExclusionRule { reason: String::new(), rule: text.to_owned() };
        if Expression::parse(text).is_ok() {
            return alone();
        }
        let splits = || text.match_indices(':').map(|(at, _)| (text[..at].trim(), text[at + 1..].trim()));
        let sound = splits().find(|(reason, rule)| !reason.is_empty() && Expression::parse(rule).is_ok());
        // Where nothing reads as a condition, what stands behind the first colon is what was meant as one.
        match sound.or_else(|| splits().find(|(reason, _)| !reason.is_empty() && !reason.contains(['\'', '"', '`']))) {
            Some((reason, rule)) => ExclusionRule { reason: reason.to_owned(), rule: rule.to_owned() },
            None => alone(),
        }
    }

    /// What reports call it: the reason, or the rule where no reason was given.
    pub fn label(&self) -> &str {
        if self.reason.trim().is_empty() { &self.rule } else { self.reason.trim() }
    }

    /// Where its condition was given, for messages.
    fn place(&self, given: &str) -> String {
        if self.reason.is_empty() { given.to_owned() } else { format!("{given}, {:?}", self.reason) }
    }
}

/// Reads `exclude = "CONDITION"` or `[[frame.exclude]]` with a reason and a rule each.
///
/// # Errors
/// When it is neither.
pub fn deserialize_rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ExclusionRule>, D::Error> {
    struct Rules;
    impl<'de> Visitor<'de> for Rules {
        type Value = Vec<ExclusionRule>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a condition in quotes, or [[frame.exclude]] with reason and rule")
        }

        fn visit_str<E: de::Error>(self, rule: &str) -> Result<Self::Value, E> {
            Ok(vec![ExclusionRule { reason: String::new(), rule: rule.to_owned() }])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut rules = Vec::new();
            while let Some(rule) = list.next_element()? {
                rules.push(rule);
            }
            Ok(rules)
        }
    }
    deserializer.deserialize_any(Rules)
}

/// What a rule left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The rule.
    pub rule: ExclusionRule,
    /// The units that it left out, of those that earlier rules had left.
    pub rows: usize,
    /// Units that stayed in because a value that the rule asks for is missing.
    pub undecided: usize,
}

impl Frame {
    /// Leaves out the units for which a rule holds; they no longer count in the population. The first rule that holds
    /// counts a unit, so that each is counted once. `given` says in messages where the rules stand (`--exclude`).
    ///
    /// # Errors
    /// When a rule cannot be read or names a column that the frame does not have; then nothing is left out.
    pub fn exclude(&mut self, rules: &[ExclusionRule], given: &str) -> Result<()> {
        let sound =
            rules.iter().map(|rule| self.condition(&rule.rule, &rule.place(given))).collect::<Result<Vec<_>>>()?;
        for (rule, (condition, columns)) in rules.iter().zip(sound) {
            let place = self.exclusions.len();
            let mut undecided = 0;
            let mut left_out = Vec::new();
            self.units.retain(|unit| match condition.evaluate(&Row { unit, columns: &columns }) {
                Some(true) => {
                    left_out.push(unit.id.clone());
                    false
                }
                Some(false) => true,
                None => {
                    undecided += 1;
                    true
                }
            });
            self.exclusions.push(Excluded { rule: rule.clone(), rows: left_out.len(), undecided });
            self.left_out.extend(left_out.into_iter().map(|id| (id, place)));
        }
        Ok(())
    }

    /// Whether a condition holds of each unit, in their order. `given` says in messages where it stands.
    ///
    /// # Errors
    /// As [`Frame::exclude`].
    pub fn holding(&self, condition: &str, given: &str) -> Result<Vec<bool>> {
        let (condition, columns) = self.condition(condition, given)?;
        Ok(self.units.iter().map(|unit| condition.holds(&Row { unit, columns: &columns })).collect())
    }

    /// A condition, with the column of each name in it.
    fn condition(&self, text: &str, place: &str) -> Result<(Expression, Vec<usize>)> {
        let condition = Expression::parse(text).map_err(|error| error.into_error(place, text))?;
        let column = |name: &crate::expression::Name| {
            self.position(&name.name).ok_or_else(|| {
                let error = Error::usage("the condition names a column that the frame does not have")
                    .expected(self.columns.join(", "));
                underlined(place, text, name.span.clone(), "no such column", error)
            })
        };
        let columns = condition.names().iter().map(column).collect::<Result<_>>()?;
        Ok((condition, columns))
    }

    /// The rows left out by rule.
    pub fn excluded(&self) -> usize {
        self.exclusions.iter().map(|excluded| excluded.rows).sum()
    }

    /// The rows left out, by reason, in the order of the rules; rules of one reason are counted together.
    pub fn excluded_by_reason(&self) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for excluded in &self.exclusions {
            match counts.iter_mut().find(|(reason, _)| reason == excluded.rule.label()) {
                Some((_, count)) => *count += excluded.rows,
                None => counts.push((excluded.rule.label().to_owned(), excluded.rows)),
            }
        }
        counts
    }

    /// The rule that left out the unit with this identifier, if one did.
    pub fn excluded_by(&self, id: &str) -> Option<&ExclusionRule> {
        self.left_out.get(id).map(|&place| &self.exclusions[place].rule)
    }
}

/// One unit as a rule sees it: every value is a text, or missing.
struct Row<'a> {
    unit: &'a Unit,
    /// The column of each name in the rule.
    columns: &'a [usize],
}

impl Lookup for Row<'_> {
    fn value(&self, slot: usize, _: &str) -> Value<'_> {
        match self.unit.values[self.columns[slot]].as_str() {
            "" => Value::Missing,
            text => Value::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::frame::{Reading, TextTable};

    fn frame() -> Frame {
        let rows = [["1", "yes", "3"], ["2", "yes", "14"], ["3", "", "2"], ["4", "no", "30"], ["5", "no", ""]];
        let table = TextTable {
            sheet: String::new(),
            columns: ["id", "deceased", "months"].map(str::to_owned).into(),
            first_column: 0,
            rows: rows.iter().enumerate().map(|(i, row)| (i as u32 + 1, row.map(str::to_owned).into())).collect(),
        };
        Frame::from_table(Path::new("f.csv"), table, &Reading { id: "id".into(), ..Reading::default() }).expect("sound")
    }

    fn rule(reason: &str, rule: &str) -> ExclusionRule {
        ExclusionRule { reason: reason.into(), rule: rule.into() }
    }

    #[test]
    fn the_first_rule_that_holds_counts_a_unit_once() {
        let mut frame = frame();
        let rules =
            [rule("deceased", "deceased = 'yes'"), rule("", "months < 1"), rule("audited lately", "months <= 12")];
        frame.exclude(&rules, "exclude").expect("sound rules");
        let counted: Vec<(usize, usize)> = frame.exclusions.iter().map(|e| (e.rows, e.undecided)).collect();
        assert_eq!(counted, [(2, 1), (0, 1), (1, 1)]);
        assert_eq!((frame.excluded(), frame.units.len()), (3, 2));
        assert_eq!(frame.excluded_by("1").map(ExclusionRule::label), Some("deceased"));
        assert_eq!(frame.excluded_by("3").map(ExclusionRule::label), Some("audited lately"));
        assert_eq!(frame.excluded_by("4"), None);
        let counts = [("deceased", 2), ("months < 1", 0), ("audited lately", 1)].map(|(r, n)| (r.to_owned(), n));
        assert_eq!(frame.excluded_by_reason(), counts);
    }

    #[test]
    fn a_rule_that_does_not_hold_together_leaves_the_frame_alone() {
        let mut frame = frame();
        let rules = [rule("deceased", "deceased = 'yes'"), rule("moved", "address is missing")];
        let error = frame.exclude(&rules, "--exclude").expect_err("no such column");
        assert_eq!(error.place.as_deref(), Some("--exclude, \"moved\""));
        assert_eq!((frame.units.len(), frame.exclusions.len()), (5, 0));
    }

    #[test]
    fn a_reason_stands_before_the_first_colon_that_leaves_a_condition() {
        for (text, reason, condition) in [
            ("months < 12", "", "months < 12"),
            ("audited: months < 12", "audited", "months < 12"),
            ("person's wish: `opted: out` = 'yes'", "person's wish", "`opted: out` = 'yes'"),
            ("left: at 17:00: months < 12", "left: at 17:00", "months < 12"),
            ("audited: months <", "audited", "months <"),
            ("months <", "", "months <"),
        ] {
            let rule = ExclusionRule::from_argument(text);
            assert_eq!((rule.reason.as_str(), rule.rule.as_str()), (reason, condition), "{text}");
        }
    }
}
