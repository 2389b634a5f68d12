//! Columns against R survey (tests/reference/banner.R), and what letters may not say.

use super::*;
use crate::estimate::{Basis, protect};
use crate::results::Grouping;
use crate::statistics::Method;
use crate::weights::SingleAnswer;

fn choices() -> Choices {
    Choices {
        basis: Basis::PerUnit,
        single: SingleAnswer::Collapse,
        interval: Method::Wilson,
        level: 0.95,
        critical: Critical::T(0.95),
        rule: 0.10,
        suppress_below: 1,
        suppress_cells_below: 0,
    }
}

fn comparing() -> Comparing {
    Comparing { level: 0.999, adjust: Adjust::None, minimum: 1, everyone: WholeColumn::Compared }
}

/// Two strata of 100 and 60, of which 12 and 8 answered; three groups across both.
fn people() -> Respondents {
    Respondents {
        strata: vec!["h".into(), "k".into()],
        populations: vec![100, 60],
        stratum_of: (0..20).map(|unit| usize::from(unit >= 12)).collect(),
        groupings: vec![Grouping {
            by: "g".into(),
            label: "Group".into(),
            groups: ["a", "b", "c"].map(str::to_owned).to_vec(),
        }],
        group_of: vec![(0..20).map(|unit| Some(unit % 3)).collect()],
        ..Respondents::default()
    }
}

const NONE: f64 = f64::NAN;
const X: [f64; 20] = [1., 0., 1., 1., 0., 1., 1., NONE, 1., 0., 1., 0., 0., 1., 0., 0., NONE, 1., 0., 0.];
const M: [f64; 20] = [3., 5.5, NONE, 2., 7., 4., 4., 1., 6., 2.5, 3., 8., 1., 0., 5., 6., 2., 3.5, NONE, 4.];

/// The results of one number for each person, and its banner.
fn compared(values: &[f64], comparing: Option<&Comparing>, hide: impl Fn(&mut QuestionResult)) -> Banner {
    let (respondents, choices) = (people(), choices());
    let valid: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
    let weighted = respondents.weighted("q", &valid, &choices).expect("a sound design");
    let estimator = super::super::estimator::Estimator {
        id: "q",
        valid: &valid,
        weighted: &weighted,
        choices: &choices,
        unit_of: None,
    };
    let numbers = estimator.values(|unit| values[unit]);
    let of = |by: &str, name: &str, place: Option<usize>| {
        let domain = estimator.domain(|unit| place.is_none() || respondents.group_of[0][unit] == place);
        let mut result = GroupResult::of(by, name, domain.iter().filter(|inside| **inside).count());
        result.mean = Some(estimator.estimate(Statistic::Mean, &domain, &numbers));
        result
    };
    let groups = ["a", "b", "c"].iter().enumerate().map(|(place, name)| of("g", name, Some(place))).collect();
    let overall = of("", "", None);
    let mut result =
        QuestionResult { id: "q".into(), overall, groups, missing: Vec::new(), more_returns: None, words: Vec::new() };
    hide(&mut result);
    banners(&result, &valid, &[values.to_vec()], &respondents, &choices, comparing, 1)
        .expect("a sound design")
        .remove(0)
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
}

/// The difference of two columns, whichever is higher.
fn difference(banner: &Banner, one: usize, other: usize) -> ColumnDifference {
    let is = |d: &&ColumnDifference| [d.column, d.than] == [one, other] || [d.column, d.than] == [other, one];
    *banner.rows[0].differences.iter().find(is).expect("at a level of nearly 1 every difference is told")
}

#[test]
fn differences_of_columns_are_as_in_r() {
    let (x, m) = (compared(&X, Some(&comparing()), |_| {}), compared(&M, Some(&comparing()), |_| {}));
    assert_eq!((x.rows[0].compared, m.rows[0].compared), (6, 6));
    // Columns, difference, standard error, p-value; everyone is column 0.
    for (banner, one, other, expected) in [
        (&x, 1, 2, (0.051_927_860_696_517_4, 0.266_862_376_322_127, 0.847_895_896_853_924)),
        (&x, 3, 1, (0.224_652_599_073_597, 0.258_363_920_221_096, 0.396_009_949_007_822)),
        (&x, 3, 2, (0.276_580_459_770_115, 0.283_052_410_212_579, 0.341_452_968_196_78)),
        (&m, 2, 1, (0.199_691_199_176_531, 1.016_864_526_996_84, 0.846_513_394_897_178)),
        (&m, 3, 1, (2.274_784_482_758_62, 0.907_222_165_827_727, 0.021_966_570_106_189_9)),
        (&m, 3, 2, (2.075_093_283_582_09, 1.119_232_845_310_1, 0.080_195_445_693_452_1)),
        (&m, 0, 1, (0.708_491_130_157_464, 0.579_992_795_516_4, 0.237_635_326_979_024)),
    ] {
        let found = difference(banner, one, other);
        assert_eq!((found.column, found.than), (one, other));
        near(found.test.difference, expected.0);
        near(found.test.se, expected.1);
        near(found.test.p_value, expected.2);
        assert_eq!(found.test.df, 18.0);
    }
}

#[test]
fn deviations_and_effective_bases_are_as_in_r() {
    let (x, m) = (compared(&X, None, |_| {}), compared(&M, None, |_| {}));
    for (banner, column, deviation, effective) in [
        (&x, 1, 0.537_106_095_983_48, 6.981_337_480_559_88),
        (&x, 2, 0.546_750_978_000_446, 4.987_012_987_012_99),
        (&x, 3, 0.514_128_564_405_069, 5.985_765_124_555_16),
        (&m, 1, 1.697_203_407_217_2, 5.985_765_124_555_16),
        (&m, 2, 2.492_101_579_573_71, 6.981_337_480_559_88),
        (&m, 3, 1.801_172_397_414_62, 4.987_012_987_012_99),
    ] {
        near(banner.rows[0].deviations[column], deviation);
        near(banner.columns[column].effective, effective);
    }
    assert!(m.columns.iter().all(|column| column.standing == Standing::NotAsked && column.letter.is_empty()));
    assert_eq!((m.rows[0].compared, m.rows[0].differences.len()), (0, 0));
}

/// R: p.adjust of the three p-values of m between the groups.
#[test]
fn letters_follow_the_adjusted_p_values() {
    let of = |level: f64, adjust: Adjust| {
        let choice = Comparing { level, adjust, everyone: WholeColumn::LeftOut, ..comparing() };
        compared(&M, Some(&choice), |_| {})
    };
    let plain = of(0.05, Adjust::None);
    let letters: Vec<&str> = plain.columns.iter().map(|column| column.letter.as_str()).collect();
    assert_eq!(letters, ["", "A", "B", "C"]);
    assert_eq!(plain.columns[0].standing, Standing::LeftOut);
    assert_eq!([1, 2, 3].map(|column| plain.letters(0, column)), ["", "", "A"]);
    assert_eq!(of(0.10, Adjust::None).letters(0, 3), "A B");
    for (adjust, expected) in [(Adjust::Bonferroni, 0.065_899_710_318_569_8), (Adjust::Holm, 0.065_899_710_318_569_8)] {
        assert_eq!(of(0.05, adjust).letters(0, 3), "", "{adjust:?}");
        let banner = of(0.10, adjust);
        assert_eq!(banner.letters(0, 3), "A", "{adjust:?}");
        near(difference(&banner, 3, 1).adjusted, expected);
    }
}

#[test]
fn what_is_not_shown_has_no_letter_and_is_named_by_none() {
    let hide_group = |result: &mut QuestionResult| protect::hide(&mut result.groups[0]);
    let banner = compared(&M, Some(&comparing()), hide_group);
    assert_eq!(banner.columns[1].standing, Standing::Suppressed);
    assert!(banner.columns[1].effective.is_nan() && banner.rows[0].deviations[1].is_nan());
    assert!(banner.rows[0].differences.iter().all(|d| d.column != 1 && d.than != 1));
    assert_eq!(banner.rows[0].compared, 3);
    // A cell that is hidden in a group that is not.
    let hide_cell = |result: &mut QuestionResult| {
        result.groups[0].mean.as_mut().expect("a mean").flags.push(Flag::Suppressed);
    };
    let banner = compared(&M, Some(&comparing()), hide_cell);
    assert_eq!(banner.columns[1].standing, Standing::Compared);
    assert!(banner.rows[0].deviations[1].is_nan() && banner.columns[1].effective.is_finite());
    assert!(banner.rows[0].differences.iter().all(|d| d.column != 1 && d.than != 1));
}

#[test]
fn low_bases_and_answers_all_the_same_are_not_compared() {
    let least = Comparing { minimum: 6, ..comparing() };
    let banner = compared(&M, Some(&least), |_| {});
    let standings: Vec<Standing> = banner.columns.iter().map(|column| column.standing).collect();
    assert_eq!(standings, [Standing::Compared, Standing::Compared, Standing::Compared, Standing::LowBase]);
    assert_eq!(banner.rows[0].compared, 3);
    let same: Vec<f64> = (0..20).map(|unit| if unit % 3 == 0 { 1.0 } else { X[unit] }).collect();
    let banner = compared(&same, Some(&comparing()), |_| {});
    assert!(banner.rows[0].differences.iter().all(|d| d.column != 1 && d.than != 1));
    let nobody = compared(&[NONE; 20], Some(&comparing()), |_| {});
    assert_eq!((nobody.rows[0].compared, nobody.rows[0].differences.len()), (0, 0));
    assert!(nobody.columns.iter().all(|column| column.effective.is_nan()));
}

#[test]
fn without_groupings_there_is_everyone() {
    let respondents = Respondents { groupings: Vec::new(), group_of: Vec::new(), ..people() };
    let (valid, choices) = (vec![true; 20], choices());
    let overall = GroupResult::of("", "", 20);
    let (missing, words) = (Vec::new(), Vec::new());
    let result = QuestionResult { id: "q".into(), overall, groups: Vec::new(), missing, more_returns: None, words };
    let found = banners(&result, &valid, &[], &respondents, &choices, Some(&comparing()), 1).expect("a sound design");
    assert_eq!((found.len(), found[0].columns.len()), (1, 1));
    // R: (100 + 60)^2 / (12 (100 / 12)^2 + 8 (60 / 8)^2)
    near(found[0].columns[0].effective, 25_600.0 / (10_000.0 / 12.0 + 3_600.0 / 8.0));
}
