//! The checks of the survey's "Validation Tables" on a return that is beyond all of them.

use std::collections::BTreeSet;

use super::Clone;
use super::ascs_rules::{Layout, PIPELINE, RETURN, Row, SEVERAL, community, easy_read, rules, serials, singles, with};

/// The rows of a return in which nothing is within its limits.
fn beyond(serials: Vec<String>) -> Vec<(String, Row)> {
    let mut rows = Vec::new();
    for (at, serial) in serials.into_iter().enumerate() {
        // Both forms, and of each three in ten who answer one question only, or leave that one out.
        let mut row = if at % 2 == 0 { community() } else { easy_read() };
        row = with(row, &[("age", "80"), ("method", "2")]);
        if at % 20 < 6 {
            row.extend(singles().filter(|id| *id != "q13").map(|id| (id.to_owned(), "-9".to_owned())));
            row.extend(
                SEVERAL.iter().flat_map(|(_, columns)| columns.iter()).map(|id| ((*id).to_owned(), "-9".to_owned())),
            );
        } else if at % 20 < 12 {
            row = with(row, &[("q13", "-9")]);
        }
        if at % 2 == 1 {
            row = with(row, &[("q2c", "")]);
        }
        if at % 8 == 0 {
            row = with(row, &[("advocate", "1"), ("interpreter", "1"), ("language", "2")]);
        }
        if at % 50 == 1 {
            row = with(row, &[("autism", ""), ("asperger", ""), ("language", "")]);
        }
        rows.push((serial, row));
    }
    rows
}

#[test]
fn a_return_beyond_all_limits_is_told_each_of_them_and_nothing_else() {
    let clone = Clone::new();
    let layout = Layout::read(&clone);
    let rows = beyond(serials(&clone));
    layout.write(&clone.path(RETURN), &rows);
    // What the sample cannot be beyond, the limits are made narrower for.
    clone.edit(PIPELINE, "sample = 70", "sample = 40");
    clone.edit(PIPELINE, "before = 2930", "before = 2399");
    clone.edit(PIPELINE, "stratum_of_sample = [15, 50]", "stratum_of_sample = [22, 30]");
    let ended = clone.quorate(&["run", PIPELINE]);
    assert!(ended.code < 2, "{}{}", ended.out, ended.talk);
    let results = clone.path("output/adult-social-care/results.xlsx");
    let book = quorate::sheet::read(&results, &quorate::sheet::Limits::default()).expect("it reads");
    let sheet = book.sheet("Checks").expect("there are checks");
    let head = sheet.rows().find(|(row, _)| sheet.text(*row, 0) == "Check").map(|(row, _)| row).expect("a heading");
    let found: BTreeSet<String> = sheet
        .rows()
        .filter(|(row, _)| *row > head)
        .map(|(row, _)| sheet.text(row, 0))
        .filter(|id| !id.is_empty())
        .map(|id| if id.starts_with("sample-") { "sample-*".to_owned() } else { id })
        .collect();
    let listed: BTreeSet<String> = rules()
        .iter()
        .flat_map(|rule| {
            rule["by"]
                .split_whitespace()
                .filter_map(|by| by.strip_prefix("check:"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    // The return adds both forms up for the measures, and so does the study.
    let together = ["item-response-q1", "item-response-q2a"].map(str::to_owned);
    let expected: BTreeSet<String> = listed.into_iter().chain(together).collect();
    let (missing, more): (Vec<_>, Vec<_>) =
        (expected.difference(&found).collect(), found.difference(&expected).collect());
    assert!(missing.is_empty() && more.is_empty(), "not told: {missing:?}; told beside: {more:?}");
}
