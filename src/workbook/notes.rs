//! The notes of the published workbook: each is written once, numbered in the order of use, and referred to by number.

use std::collections::BTreeMap;

use crate::results::Results;
use crate::terms::StudyKind;

/// What a note explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Note {
    /// What a positive share is.
    Positive,
    /// The margin and the interval.
    Margin,
    /// The guide's rule.
    Rule,
    /// Unweighted base.
    Base,
    /// Weighted base.
    WeightedBase,
    /// Design effect.
    DesignEffect,
    /// Comparison with a published figure.
    Comparison,
    /// More returns needed.
    MoreReturns,
    /// Strength of evidence.
    Strength,
    /// Readers' agreement.
    Agreement,
    /// Missing answers.
    Missing,
    /// Weights of strata.
    Weight,
    /// What people wrote.
    Words,
    /// Many tests at once.
    ManyTests,
    /// Control charts.
    Control,
    /// Funnel plots.
    Funnel,
    /// Power after the fact.
    Detectable,
    /// Kish's effective size and the loss.
    Loss,
}

impl Note {
    /// The note's text for these results.
    pub fn text(self, results: &Results) -> String {
        let level = percent(results.level);
        let rule = percent(results.rule);
        let (_, units) = results.instrument.kind.unit();
        match self {
            Note::Positive => {
                "The positive share is the percentage of all valid answers that are one of the responses \
                which the form counts as good; what it is called is stated beside it."
                    .to_owned()
            }
            Note::Margin => format!(
                "The margin of error is the critical value of the {level}% confidence level times the standard error. \
                 The lower and upper limits are the {level}% confidence interval by the method named; it need not be \
                 symmetrical about the estimate. Both allow for stratification, weighting and the size of the \
                 population."
            ),
            Note::Rule => format!(
                "The rule of the self-evaluation guide: a result is generally reliable if it is known to within \
                 plus or minus {rule} percentage points."
            ),
            Note::Base => format!(
                "The base is the number of {units} with a valid answer, unweighted. Missing answers of every kind are \
                 left out."
            ),
            Note::WeightedBase => format!(
                "The weighted base is the sum of the weights of those who are counted: how many {units} of the \
                 population they stand for."
            ),
            Note::DesignEffect => "The design effect is the variance of the estimate over that of a simple random \
                sample with the same number of answers. Above 1, weighting or design has cost precision."
                .to_owned(),
            Note::Comparison => format!(
                "A difference is called higher or lower only if it is larger than chance explains at the {level}% \
                 level. A published figure without a base is treated as exact. Many comparisons are made: about one \
                 in {} would look different by chance alone.",
                one_in(results.level)
            ),
            Note::MoreReturns => format!(
                "How many more returns would bring the margin within {rule} percentage points, if the answers stay as \
                 they are."
            ),
            Note::Strength => format!(
                "How far a figure can carry a judgement: firm, if known to within {rule} percentage points; \
                 indicative, if known less well; too few, if nothing can be said. It is evidence for a professional \
                 judgement on the six-point scale and never a computed rating."
            ),
            Note::Agreement => {
                "Agreement is measured on files that two readers read without knowledge of each other's \
                answers. The coefficient is corrected for the agreement that chance would bring; 1 is perfect, 0 is no \
                better than chance."
                    .to_owned()
            }
            Note::Missing => "Answers are missing in different ways, counted apart: the respondent did not know, the \
                question did not apply, was refused, was not asked because of an earlier answer, could not be read, or \
                was left empty."
                .to_owned(),
            Note::Weight => format!(
                "The weight is how many {units} of the population each {} stands for.",
                match results.instrument.kind {
                    StudyKind::Survey => "return",
                    StudyKind::FileAudit => "file read",
                }
            ),
            Note::ManyTests => format!(
                "P-values are adjusted for the number of tests that count together, as stated above the table. A difference \
                 is called higher or lower only if the adjusted p-value is below {}.",
                ((1.0 - results.level) * 1000.0).round() / 1000.0
            ),
            Note::Control => "From ten waves on, a control chart of individual values: limits are the mean of the waves plus and \
                minus 2.66 times the mean difference between neighbouring waves. Waves outside them, or eight in a row on one side of \
                the mean, are signals. Waves before a break in the series are left out."
                .to_owned(),
            Note::Funnel => "The base divided by the design effect; of published figures their base, or what follows from their 95% margin, \
                p(1 - p) over the squared standard error. The limits are those within which 95% and 99.8% of groups with so many answers \
                would lie if all had the baseline as their true share."
                .to_owned(),
            Note::Detectable => format!(
                "The smallest true gap that a two-sided test at the {level}% level, standing alone, finds with a probability of 80%: \
                 the critical value and the quantile of the power, together, times the standard error. Between groups: the middle one \
                 of the groups against the others."
            ),
            Note::Loss => "Kish's effective size is the square of the sum of the weights over the sum of their squares; the loss is by \
                how much unequal weights raise the variance of answers that have nothing to do with them."
                .to_owned(),
            Note::Words => {
                "What people wrote is shown as they wrote it, in an order that does not follow the returns, \
                without names that are known from the frame."
                    .to_owned()
            }
        }
    }
}

/// A share as per cent, with as few decimals as it needs.
pub(crate) fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    tenths.to_string()
}

fn one_in(level: f64) -> String {
    let one_in = 1.0 / (1.0 - level);
    if one_in.is_finite() { format!("{:.0}", one_in.round()) } else { "many".to_owned() }
}

/// The numbers of the notes that are referred to.
#[derive(Debug, Default)]
pub(crate) struct Numbering(BTreeMap<Note, usize>);

impl Numbering {
    /// Numbers the notes in the order in which they are first referred to.
    pub fn new(used: impl Iterator<Item = Note>) -> Numbering {
        let mut numbers = BTreeMap::new();
        for note in used {
            let next = numbers.len() + 1;
            numbers.entry(note).or_insert(next);
        }
        Numbering(numbers)
    }

    /// The reference as it stands in a header, with a space before it; empty for a note without a number.
    pub fn reference(&self, note: Note) -> String {
        self.0.get(&note).map_or(String::new(), |number| format!(" [note {number}]"))
    }

    /// The notes in the order of their numbers.
    pub fn in_order(&self) -> Vec<(usize, Note)> {
        let mut list: Vec<(usize, Note)> = self.0.iter().map(|(note, number)| (*number, *note)).collect();
        list.sort_unstable_by_key(|(number, _)| *number);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_numbered_in_order_of_use() {
        let numbering = Numbering::new([Note::Margin, Note::Base, Note::Margin, Note::Positive].into_iter());
        assert_eq!(numbering.reference(Note::Base), " [note 2]");
        assert_eq!(numbering.reference(Note::Weight), "");
        assert_eq!(numbering.in_order(), vec![(1, Note::Margin), (2, Note::Base), (3, Note::Positive)]);
    }

    #[test]
    fn percentages_carry_no_needless_decimals() {
        assert_eq!(percent(0.1), "10");
        assert_eq!(percent(0.95), "95");
        assert_eq!(percent(0.998), "99.8");
        assert_eq!(one_in(0.95), "20");
    }
}
