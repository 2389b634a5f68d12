//! The columns of a question's table: everyone, then the groups of every grouping.

use crate::estimate::{Estimate, WholeColumn};
use crate::results::{Banner, BannerColumn, GroupResult, QuestionResult, Results, Standing};
use crate::workbook::published::{Mark, Value};
use crate::workbook::tables::grouping_label;

/// One column.
pub(super) struct Column<'a> {
    /// The heading above the groups of one grouping; empty in all but its first column.
    pub heading: &'a str,
    /// The group, or everyone.
    pub name: &'a str,
    /// Its results.
    pub group: &'a GroupResult,
    banner: &'a Banner,
    place: usize,
    lettered: bool,
}

/// The columns of a question. Everyone stands first; once, or before each grouping where everyone has a letter in it.
pub(super) fn columns<'a>(results: &'a Results, question: &'a QuestionResult) -> Vec<Column<'a>> {
    let repeated = results.comparing.is_some_and(|comparing| comparing.everyone == WholeColumn::Compared);
    let mut columns = Vec::new();
    for (number, banner) in super::banners(results, &question.id).enumerate() {
        let groups = question.groups.iter().filter(|group| group.by == banner.by);
        let all = std::iter::once(&question.overall).chain(groups);
        let first = if number == 0 || repeated { 0 } else { 1 };
        for (place, group) in all.enumerate().skip(first) {
            let heads = place == usize::from(!repeated);
            columns.push(Column {
                heading: if heads { grouping_label(results, &banner.by) } else { "" },
                name: if place == 0 { "Everyone" } else { &group.group },
                group,
                banner,
                place,
                lettered: place > 0 || repeated,
            });
        }
    }
    columns
}

impl Column<'_> {
    fn of_banner(&self) -> &BannerColumn {
        &self.banner.columns[self.place]
    }

    /// Its letter, or why it has none.
    pub fn letter(&self) -> &str {
        match self.of_banner().standing {
            Standing::Compared => &self.of_banner().letter,
            Standing::LowBase => "low base",
            Standing::Suppressed => Mark::Suppressed.symbol(),
            Standing::LeftOut | Standing::NotAsked => "",
        }
    }

    /// The letters of the columns that are lower in a row.
    pub fn lower(&self, row: usize) -> String {
        if self.lettered { self.banner.letters(row, self.place) } else { String::new() }
    }

    /// The effective base.
    pub fn effective(&self) -> Value {
        if self.group.suppressed {
            return Mark::Suppressed.into();
        }
        Value::number(self.of_banner().effective, 1)
    }

    /// Whether the columns are compared in a row: medians and places of what was put in order are not.
    pub fn compares(&self, row: usize) -> bool {
        row < self.banner.rows.len()
    }

    /// The standard deviation behind a mean, in a row that is [compared](Self::compares).
    pub fn deviation(&self, row: usize, mean: &Estimate) -> Value {
        if self.group.suppressed || mean.is_suppressed() {
            return Mark::Suppressed.into();
        }
        Value::number(self.banner.rows[row].deviations[self.place], 2)
    }
}
