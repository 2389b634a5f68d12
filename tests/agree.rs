//! Agreement between readers: reference values, properties, and the command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use quorate::agreement::{Inclusion, Rating, design, tabulate};
use quorate::statistics::agreement::{
    Agreement, Coefficient, Ratings, RatingsError, Scale, Settings, Undefined, Weighting, drift, drift_in_design,
    measure, measure_in_design,
};
use quorate::statistics::{Design, SinglePsu};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/agreement").join(name)
}

fn records(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(reference(name)).expect("a file");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn data(name: &str) -> Ratings {
    let rows: Vec<Rating> = records("ratings.csv")
        .into_iter()
        .enumerate()
        .filter(|(_, row)| row["data"] == name)
        .map(|(at, row)| Rating {
            row: at as u64,
            unit: row["unit"].clone(),
            rater: row["rater"].clone(),
            value: Some(row["value"].clone()),
        })
        .collect();
    tabulate(&rows, Scale::Interval, None).expect("a table").ratings
}

fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0)
}

#[test]
fn every_reference_value_is_met() {
    let mut tables: BTreeMap<String, Ratings> = BTreeMap::new();
    let mut compared = 0;
    for row in records("values.csv") {
        let name = &row["data"];
        let ratings = tables.entry(name.clone()).or_insert_with(|| data(name));
        let scale = match row["scale"].as_str() {
            "nominal" => Scale::Nominal,
            "ordinal" => Scale::Ordinal,
            _ => Scale::Interval,
        };
        let weighting = match row["weights"].as_str() {
            "linear" => Weighting::Linear,
            "quadratic" => Weighting::Quadratic,
            _ => Weighting::Unweighted,
        };
        let number = |column: &str| row[column].parse::<f64>().ok();
        let level = number("level").expect("a level");
        let settings = Settings { weighting, level, population: number("population") };
        let measured = measure(ratings, scale, &settings);
        let ours = measured.iter().find(|one| one.coefficient.name(weighting) == row["coefficient"]).expect("measured");
        let figures = ours.outcome.unwrap_or_else(|reason| panic!("{row:?}: {reason:?}"));
        let (low, high) = figures.interval.expect("an interval");
        for (ours, column) in
            [(Some(figures.estimate), "estimate"), (figures.se, "se"), (Some(low), "ci_low"), (Some(high), "ci_high")]
        {
            let Some(theirs) = number(column) else { continue };
            let ours = ours.expect("a number");
            assert!(near(ours, theirs), "{name} {} {column}: {ours} and {theirs}", row["coefficient"]);
            compared += 1;
        }
    }
    assert!(compared >= 800, "{compared}");
}

/// A table of the weighted reference with its design.
fn weighted(name: &str) -> (Ratings, Design) {
    let rows: Vec<BTreeMap<String, String>> =
        records("weighted-ratings.csv").into_iter().filter(|row| row["data"] == name).collect();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let rating = |(at, row): (usize, &BTreeMap<String, String>)| Rating {
        row: at as u64,
        unit: row["unit"].clone(),
        rater: row["rater"].clone(),
        value: Some(row["value"].clone()),
    };
    let inclusion = |(at, row): (usize, &BTreeMap<String, String>)| Inclusion {
        row: at as u64,
        unit: row["unit"].clone(),
        weight: some(&row["weight"]),
        stratum: some(&row["stratum"]),
        population: some(&row["population"]),
    };
    let ratings: Vec<Rating> = rows.iter().enumerate().map(rating).collect();
    let inclusions: Vec<Inclusion> = rows.iter().enumerate().map(inclusion).collect();
    let table = tabulate(&ratings, Scale::Interval, None).expect("a table");
    let design = design(&table.units, &inclusions, SinglePsu::Fail).expect("a design");
    (table.ratings, design)
}

#[test]
fn every_weighted_reference_value_is_met() {
    let mut tables: BTreeMap<String, (Ratings, Design)> = BTreeMap::new();
    let mut compared = 0;
    for row in records("weighted.csv") {
        let (ratings, design) = tables.entry(row["data"].clone()).or_insert_with(|| weighted(&row["data"]));
        let scale = match row["scale"].as_str() {
            "nominal" => Scale::Nominal,
            "ordinal" => Scale::Ordinal,
            _ => Scale::Interval,
        };
        let weighting = match row["weights"].as_str() {
            "linear" => Weighting::Linear,
            "quadratic" => Weighting::Quadratic,
            _ => Weighting::Unweighted,
        };
        let settings = Settings { weighting, ..Settings::default() };
        let measured = measure_in_design(ratings, design, scale, &settings).expect("a design of these units");
        let ours = measured.iter().find(|one| one.coefficient.name(weighting) == row["coefficient"]).expect("measured");
        let figures = ours.outcome.unwrap_or_else(|reason| panic!("{row:?}: {reason:?}"));
        let (low, high) = figures.interval.expect("an interval");
        for (ours, column) in
            [(figures.estimate, "estimate"), (figures.se.expect("an error"), "se"), (low, "ci_low"), (high, "ci_high")]
        {
            let theirs = row[column].parse::<f64>().expect("a number");
            assert!(near(ours, theirs), "{} {} {column}: {ours} and {theirs}", row["data"], row["coefficient"]);
            compared += 1;
        }
    }
    assert!(compared >= 200, "{compared}");
}

#[test]
fn every_weighted_reference_drift_is_met() {
    let mut compared = 0;
    for row in records("weighted-drift.csv") {
        let (ratings, design) = weighted(&row["data"]);
        let found = drift_in_design(&ratings, &design, 0.95).expect("a design of these units");
        let rater: usize = row["rater"].parse().expect("a number");
        let ours = found.iter().find(|drift| drift.rater == rater).expect("the rater");
        assert_eq!(ours.units.to_string(), row["units"]);
        let (low, high) = ours.interval.expect("an interval");
        for (ours, column) in [
            (ours.mean_difference, "difference"),
            (ours.se.expect("an error"), "se"),
            (ours.df.expect("degrees of freedom"), "df"),
            (low, "ci_low"),
            (high, "ci_high"),
            (ours.p_value.expect("a test"), "p_value"),
            (ours.agreement, "same"),
        ] {
            let theirs = row[column].parse::<f64>().expect("a number");
            assert!(near(ours, theirs), "{} {rater} {column}: {ours} and {theirs}", row["data"]);
            compared += 1;
        }
    }
    assert!(compared >= 60, "{compared}");
}

#[test]
fn equal_weights_give_the_unweighted_coefficients_with_their_errors() {
    let ratings = data("six-points-two-readers");
    let n = ratings.units();
    let design = Design::of(&vec![7.5; n]).population(&vec![400.0; n]).build().expect("a design");
    for (scale, weighting) in [
        (Scale::Nominal, Weighting::Unweighted),
        (Scale::Ordinal, Weighting::Linear),
        (Scale::Interval, Weighting::Quadratic),
    ] {
        let settings = Settings { weighting, level: 0.9, population: Some(400.0) };
        let plain = measure(&ratings, scale, &settings);
        let in_design = measure_in_design(&ratings, &design, scale, &settings).expect("a design of these units");
        for (one, other) in plain.iter().zip(&in_design) {
            let (a, b) = (one.outcome.expect("defined"), other.outcome.expect("defined"));
            assert!(near(a.estimate, b.estimate), "{one:?} {other:?}");
            let (Some(a), Some(b)) = (a.se, b.se) else { continue };
            // Cohen's is that of large samples, which divides by n.
            let by =
                if one.coefficient == Coefficient::CohenKappa { (n as f64 / (n as f64 - 1.0)).sqrt() } else { 1.0 };
            assert!(near(a * by, b), "{one:?} {other:?}");
        }
    }
    let (one, other) =
        (drift(&ratings, &Settings::default()), drift_in_design(&ratings, &design, 0.95).expect("drift"));
    assert!(near(one[0].mean_difference, other[0].mean_difference));
    assert!(near(one[0].se.expect("an error") * (1.0f64 - n as f64 / 400.0).sqrt(), other[0].se.expect("an error")));
}

#[test]
fn a_weight_counts_like_as_many_rows() {
    let rows: [(&[i32], usize); 6] =
        [(&[1, 2, 2], 3), (&[2, 2, 3], 1), (&[4, 4, -1], 2), (&[-1, 3, 3], 4), (&[1, 1, 2], 1), (&[4, 3, 4], 2)];
    let once: Vec<&[i32]> = rows.iter().map(|(row, _)| *row).collect();
    let again: Vec<&[i32]> = rows.iter().flat_map(|&(row, times)| std::iter::repeat_n(row, times)).collect();
    let weights: Vec<f64> = rows.iter().map(|&(_, times)| times as f64).collect();
    let design = Design::of(&weights).build().expect("a design");
    for scale in [Scale::Nominal, Scale::Ordinal] {
        let plain = measure(&table(&again), scale, &Settings::default());
        let weighted = measure_in_design(&table(&once), &design, scale, &Settings::default()).expect("a design");
        for (one, other) in plain.iter().zip(&weighted) {
            let (a, b) = (one.outcome.expect("defined").estimate, other.outcome.expect("defined").estimate);
            match one.coefficient {
                // What they take out for small samples counts the rows that were read, not those they stand for.
                Coefficient::Icc11 | Coefficient::Icc21 | Coefficient::Icc31 => {}
                Coefficient::KrippendorffAlpha => {
                    let raters = |row: &[i32]| row.iter().filter(|value| **value >= 0).count() as f64;
                    let sum: f64 = rows.iter().map(|(row, times)| *times as f64 * raters(row)).sum();
                    let squares: f64 = rows.iter().map(|(row, times)| (times * times) as f64 * raters(row)).sum();
                    let (of_rows, of_weights) = (1.0 - 1.0 / sum, 1.0 - squares / sum / sum);
                    assert!(near((1.0 - a) / of_rows, (1.0 - b) / of_weights), "{one:?} {other:?}");
                }
                _ => assert!(near(a, b), "{one:?} {other:?}"),
            }
        }
    }
}

#[test]
fn edge_cases_of_a_design_have_no_error_rather_than_a_wrong_one() {
    let one = Design::of(&[3.0]).single_psu(SinglePsu::Certainty).build().expect("a design");
    for measured in measure_in_design(&table(&[&[1, 2]]), &one, Scale::Ordinal, &Settings::default()).expect("a design")
    {
        if let Ok(figures) = measured.outcome {
            assert!(figures.estimate.is_finite() && figures.interval.is_none(), "{measured:?}");
        }
    }
    // A census has no sampling error.
    let rows: &[&[i32]] = &[&[1, 2], &[2, 2], &[3, 3], &[1, 1]];
    let census = Design::of(&[1.0; 4]).population(&[4.0; 4]).build().expect("a design");
    let measured = measure_in_design(&table(rows), &census, Scale::Nominal, &Settings::default()).expect("a design");
    assert_eq!(of(&measured, Coefficient::GwetAc).outcome.expect("defined").se, Some(0.0));
    assert_eq!(measure_in_design(&table(rows), &one, Scale::Nominal, &Settings::default()), Err(RatingsError::Design));
    // All the same: the interval of the shares does not shrink to a point, whatever the weights.
    let uneven = Design::of(&[1.0, 5.0, 2.0]).build().expect("a design");
    let same = table(&[&[3, 3], &[3, 3], &[3, 3]]);
    let measured = measure_in_design(&same, &uneven, Scale::Nominal, &Settings::default()).expect("a design");
    let exact = of(&measured, Coefficient::PercentExact).outcome.expect("defined");
    assert!(exact.estimate == 1.0 && exact.interval.is_some_and(|(low, high)| low < 0.5 && high == 1.0), "{exact:?}");
    assert_eq!(of(&measured, Coefficient::KrippendorffAlpha).outcome, Err(Undefined::OneAnswer));
    // A point of the scale that nobody used counts in Gwet's chance agreement and leaves alpha's metric alone.
    let used =
        Ratings::from_categories(2, &[Some(0), Some(0), Some(2), Some(3), Some(3), Some(3)], vec![1.0, 2.0, 3.0, 4.0]);
    let measured = measure_in_design(&used.expect("a table"), &uneven, Scale::Ordinal, &Settings::default());
    assert!(
        measured.expect("a design").iter().all(|one| one.outcome.is_ok_and(|figures| figures.estimate.is_finite()))
    );
}

#[test]
fn drift_has_an_interval_and_counts_the_readers_looked_at() {
    let rows: Vec<Vec<i32>> = (0..30).map(|i| vec![3 + i % 2, 3 + i % 2, 3 + (i + 1) % 3, 4 + i % 2]).collect();
    let rows: Vec<&[i32]> = rows.iter().map(Vec::as_slice).collect();
    let found = drift(&table(&rows), &Settings::default());
    assert_eq!(found.len(), 4);
    for one in &found {
        let (low, high) = one.interval.expect("an interval");
        assert!(low < one.mean_difference && one.mean_difference < high);
        assert!(one.p_adjusted >= one.p_value);
    }
    // The last reads a point higher than two of the others.
    assert!(found[3].interval.is_some_and(|(low, _)| low > 0.5) && found[3].p_adjusted.is_some_and(|p| p < 0.001));
    // Two readers are one comparison.
    let pair = drift(&table(&[&[1, 2], &[2, 2], &[3, 4], &[1, 1], &[2, 3]]), &Settings::default());
    assert_eq!(pair[0].p_adjusted, pair[0].p_value);
    assert!(near(pair[0].mean_difference, -pair[1].mean_difference));
}

fn of(measured: &[Agreement], wanted: Coefficient) -> &Agreement {
    measured.iter().find(|one| one.coefficient == wanted).expect("measured")
}

fn table(rows: &[&[i32]]) -> Ratings {
    let cells: Vec<Option<f64>> =
        rows.concat().into_iter().map(|value| (value >= 0).then_some(f64::from(value))).collect();
    Ratings::from_values(rows[0].len(), &cells).expect("a table")
}

#[test]
fn published_values_are_met_to_their_printed_digits() {
    let ordinal = measure(&data("krippendorff-2011"), Scale::Ordinal, &Settings::default());
    let alpha = of(&ordinal, Coefficient::KrippendorffAlpha).outcome.expect("defined").estimate;
    assert_eq!(format!("{alpha:.3}"), "0.815");
    let judges = measure(&data("shrout-fleiss-1979"), Scale::Interval, &Settings::default());
    for (coefficient, printed) in
        [(Coefficient::Icc11, "0.17"), (Coefficient::Icc21, "0.29"), (Coefficient::Icc31, "0.71")]
    {
        let estimate = of(&judges, coefficient).outcome.expect("defined").estimate;
        assert_eq!(format!("{estimate:.2}"), printed);
    }
}

#[test]
fn where_all_answers_are_the_same_kappa_is_undefined_and_ac1_is_one() {
    let ratings = table(&[&[3, 3], &[3, 3], &[3, 3]]);
    let measured = measure(&ratings, Scale::Nominal, &Settings::default());
    for undefined in
        [Coefficient::CohenKappa, Coefficient::CongerKappa, Coefficient::FleissKappa, Coefficient::KrippendorffAlpha]
    {
        assert_eq!(of(&measured, undefined).outcome, Err(Undefined::OneAnswer));
    }
    assert_eq!(of(&measured, Coefficient::GwetAc).outcome.map(|figures| figures.estimate), Ok(1.0));
    let exact = of(&measured, Coefficient::PercentExact).outcome.expect("defined");
    // Three units that agree show little: the interval does not shrink to a point.
    let (low, high) = exact.interval.expect("an interval");
    assert!(exact.estimate == 1.0 && low < 0.5 && high == 1.0, "{exact:?}");
}

#[test]
fn shares_within_reach_are_counted_by_hand() {
    // Unit 1: 1 2 2, one of three pairs equal, all within one. Unit 2: 1 4, none. Unit 3 has one rating only.
    let ratings = table(&[&[1, 2, 2], &[1, 4, -1], &[2, -1, -1]]);
    let measured = measure(&ratings, Scale::Ordinal, &Settings::default());
    let estimate = |wanted| of(&measured, wanted).outcome.expect("defined").estimate;
    assert!(near(estimate(Coefficient::PercentExact), 1.0 / 6.0));
    assert!(near(estimate(Coefficient::PercentWithinOne), 0.5));
    assert_eq!(of(&measured, Coefficient::PercentExact).units, 2);
    assert_eq!(of(&measured, Coefficient::FleissKappa).units, 3);
    assert_eq!(of(&measured, Coefficient::Icc31).outcome, Err(Undefined::TooFewUnits));
}

#[test]
fn one_unit_gives_a_value_without_error_and_no_pairs_none() {
    let one = measure(&table(&[&[1, 2]]), Scale::Ordinal, &Settings::default());
    let exact = of(&one, Coefficient::PercentExact).outcome.expect("defined");
    assert_eq!((exact.estimate, exact.se, exact.interval), (0.0, None, None));
    for measured in &one {
        if let Ok(figures) = measured.outcome {
            assert!(figures.estimate.is_finite(), "{measured:?}");
        }
    }
    let apart = measure(&table(&[&[1, -1], &[-1, 2]]), Scale::Nominal, &Settings::default());
    assert_eq!(of(&apart, Coefficient::FleissKappa).outcome, Err(Undefined::NoPairs));
    assert_eq!(of(&apart, Coefficient::KrippendorffAlpha).outcome, Err(Undefined::NoPairs));
}

#[test]
fn two_readers_are_a_case_of_many() {
    let ratings = data("six-points-two-readers");
    for weighting in [Weighting::Unweighted, Weighting::Linear, Weighting::Quadratic] {
        let settings = Settings { weighting, ..Settings::default() };
        let measured = measure(&ratings, Scale::Ordinal, &settings);
        let cohen = of(&measured, Coefficient::CohenKappa).outcome.expect("defined");
        let conger = of(&measured, Coefficient::CongerKappa).outcome.expect("defined");
        assert!(near(cohen.estimate, conger.estimate));
        // The one divides by n, the other by n - 1.
        let n = ratings.units() as f64;
        let ratio = conger.se.expect("an error") / cohen.se.expect("an error");
        assert!(near(ratio, (n / (n - 1.0)).sqrt()), "{ratio}");
    }
}

#[test]
fn the_order_of_units_and_raters_does_not_matter() {
    let rows: Vec<Vec<i32>> =
        vec![vec![1, 2, -1], vec![2, 2, 3], vec![4, 4, 4], vec![-1, 3, 3], vec![1, 1, 2], vec![5, 4, 5]];
    let turned: Vec<Vec<i32>> = rows.iter().rev().map(|row| vec![row[2], row[0], row[1]]).collect();
    let of_rows = |rows: &[Vec<i32>]| {
        let rows: Vec<&[i32]> = rows.iter().map(Vec::as_slice).collect();
        measure(&table(&rows), Scale::Interval, &Settings { weighting: Weighting::Linear, ..Settings::default() })
    };
    for (one, other) in of_rows(&rows).iter().zip(of_rows(&turned)) {
        match (one.outcome, other.outcome) {
            (Ok(a), Ok(b)) => {
                assert!(near(a.estimate, b.estimate), "{one:?} {other:?}");
                assert!(near(a.se.unwrap_or(0.0), b.se.unwrap_or(0.0)), "{one:?} {other:?}");
            }
            (a, b) => assert_eq!(a, b),
        }
    }
}

#[test]
fn drift_says_who_reads_higher() {
    let found = drift(&table(&[&[2, 1, 1], &[3, 2, 2], &[4, 3, -1], &[-1, -1, 5]]), &Settings::default());
    assert_eq!(found.iter().map(|d| d.units).collect::<Vec<_>>(), [3, 3, 2]);
    assert!(near(found[0].mean_difference, 1.0));
    assert!(near(found[0].se.expect("an error"), 0.0));
    // Differences from the mean of the others: 1 - 1.5, 2 - 2.5, 3 - 4.
    assert!(near(found[1].mean_difference, -2.0 / 3.0));
    assert!(near(found[1].agreement, (0.5 + 0.5) / 3.0));
}

// ---- the command --------------------------------------------------------------------------------------------------

fn agree(file: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("quorate").expect("the program");
    command.arg("agree").arg(file).args(["--unit", "file", "--rater", "reader", "--value", "rating"]).args(more);
    command.assert()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("text")
}

const READINGS: &str =
    "file,reader,rating\n01,x,4\n01,y,4\n02,x,3\n02,y,4\n03,x,5\n03,y,5\n04,x,2\n04,y,\n05,x,3\n05,y,2\n";

#[test]
fn the_command_gives_one_row_a_coefficient_in_every_form() {
    let folder = folder();
    let csv_file = folder.path().join("readings.csv");
    std::fs::write(&csv_file, READINGS).expect("written");
    let output = agree(&csv_file, &["--scale", "ordinal", "--weights", "linear", "--format", "csv"]).success();
    let lines = text(&output.get_output().stdout);
    let mut rows = lines.lines();
    assert_eq!(rows.next(), Some("coefficient,scale,weights,units,raters,estimate,se,ci_low,ci_high"));
    let names: Vec<&str> = rows.map(|row| row.split(',').next().unwrap_or_default()).collect();
    assert_eq!(
        names,
        [
            "percent-exact",
            "percent-within-1",
            "cohen-kappa",
            "conger-kappa",
            "fleiss-kappa",
            "gwet-ac2",
            "krippendorff-alpha",
            "icc-1-1",
            "icc-2-1",
            "icc-3-1"
        ]
    );
    assert!(lines.contains("\npercent-exact,ordinal,,4,2,0.5,"), "{lines}");
    let json = agree(&csv_file, &["--scale", "nominal", "--format", "json"]).success();
    let rows: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).expect("json");
    assert_eq!(rows[4]["coefficient"], "gwet-ac1");
    assert_eq!(rows[0]["units"], 4);
    assert!(rows[0]["weights"].is_null());

    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in READINGS.lines().enumerate() {
        for (column, field) in line.split(',').enumerate() {
            let (row, column) = (row as u32 + 3, column as u16 + 1);
            match field.parse::<f64>() {
                Ok(number) if column == 3 => sheet.write(row, column, number),
                _ => sheet.write(row, column, field),
            }
            .expect("a cell");
        }
    }
    let xlsx_file = folder.path().join("readings.xlsx");
    workbook.save(&xlsx_file).expect("saved");
    let other = agree(&xlsx_file, &["--scale", "ordinal", "--weights", "linear", "--format", "csv"]).success();
    assert_eq!(text(&other.get_output().stdout), lines);
}

#[test]
fn the_command_names_what_is_wrong_and_where() {
    let folder = folder();
    let file = folder.path().join("readings.csv");
    for (content, more, said) in [
        ("file,reader,rating\n01,x,4\n01,x,5\n01,y,4\n", vec!["--scale", "ordinal"], "rows 2 and 3"),
        ("file,reader,rating\n01,x,4\n02,x,5\n", vec!["--scale", "ordinal"], "two readers"),
        ("file,reader,rating\n01,x,good\n01,y,4\n", vec!["--scale", "interval"], "not a number"),
        (
            "file,reader,rating\n01,x,7\n01,y,4\n",
            vec!["--scale", "ordinal", "--categories", "1,2,3,4,5,6"],
            "not on the scale",
        ),
        ("file,reader,score\n01,x,7\n01,y,4\n", vec!["--scale", "ordinal"], "there is no column \"rating\""),
        ("file,reader,rating\n01,x,7\n01,y,4\n", vec!["--scale", "nominal", "--weights", "linear"], "points in order"),
        ("file,reader,rating\n01,x,7\n01,y,4\n", vec!["--scale", "ordinal", "--level", "95"], "between 0 and 1"),
        ("file,reader,rating\n,x,7\n01,y,4\n", vec!["--scale", "ordinal"], "no unit"),
    ] {
        std::fs::write(&file, content).expect("written");
        let output = agree(&file, &more).code(2);
        let said_there = text(&output.get_output().stderr);
        assert!(said_there.contains(said), "{said}: {said_there}");
        assert!(output.get_output().stdout.is_empty());
    }
}

#[test]
fn words_are_ratings_when_their_order_is_given_and_missing_ones_are_named() {
    let folder = folder();
    let file = folder.path().join("readings.csv");
    std::fs::write(&file, "file,reader,rating\n1,x,good\n1,y,fair\n2,x,poor\n2,y,NA\n3,x,poor\n3,y,poor\n")
        .expect("written");
    let more = ["--scale", "ordinal", "--categories", "poor, fair, good", "--missing", "NA", "--format", "csv"];
    let output = agree(&file, &more).success();
    let lines = text(&output.get_output().stdout);
    assert!(lines.contains("\npercent-within-1,ordinal,,2,2,1,"), "{lines}");
}

#[test]
fn one_answer_is_said_in_words_and_left_empty_in_data() {
    let folder = folder();
    let file = folder.path().join("readings.csv");
    std::fs::write(&file, "file,reader,rating\n1,x,Yes\n1,y,Yes\n2,x,Yes\n2,y,Yes\n").expect("written");
    let output = agree(&file, &["--scale", "nominal", "--format", "csv"]).success();
    let lines = text(&output.get_output().stdout);
    assert!(lines.contains("\ncohen-kappa,nominal,unweighted,2,2,,,,\n"), "{lines}");
    assert!(text(&output.get_output().stderr).contains("all ratings are the same"));
    assert!(!lines.contains("NaN"));
}

#[test]
fn weights_strata_and_counts_are_columns_of_the_data() {
    let folder = folder();
    let file = folder.path().join("readings.csv");
    let mut text = "file,reader,rating,w,service,files\n".to_owned();
    for file in 1..=12 {
        let (service, weight, files) = if file <= 8 { ("adults", 12.5, 100) } else { ("children", 5.0, 20) };
        for reader in ["x", "y"] {
            let rating = 1 + (file * 7 + usize::from(reader == "y" && file % 3 == 0)) % 6;
            text.push_str(&format!("f{file:02},{reader},{rating},{weight},{service},{files}\n"));
        }
    }
    std::fs::write(&file, &text).expect("written");
    let design = ["--strata", "service", "--fpc", "files", "--scale", "ordinal", "--format", "csv"];
    let by_weight = agree(&file, &[&design[..], &["--weight", "w"]].concat()).success();
    let by_count = agree(&file, &design).success();
    let of = |assert: &assert_cmd::assert::Assert| self::text(&assert.get_output().stdout);
    // Eight of 100 and four of 20: the counts give the weights.
    assert_eq!(of(&by_weight), of(&by_count));
    assert!(of(&by_weight).contains("\npercent-exact,ordinal,,12,2,0.7083333333333334,"), "{}", of(&by_weight));
    let said = self::text(&by_weight.get_output().stderr);
    assert!(said.contains("12 units in 2 strata, 10 degrees of freedom, with finite population correction"), "{said}");
    let drifts = agree(&file, &[&design[..], &["--drift"]].concat()).success();
    let lines = of(&drifts);
    assert!(lines.starts_with(
        "reader,scale,units,difference,se,df,ci_low,ci_high,p_value,p_adjusted,same_answer\nx,ordinal,12,"
    ));
    assert_eq!(lines.lines().count(), 3);
    for (from, to, said) in [
        ("f01,y,2,12.5", "f01,y,2,13.5", "differ in the weight"),
        ("f01,y,2,12.5,adults", "f01,y,2,12.5,justice", "differ in the stratum"),
        (",adults,100", ",adults,many", "not a number"),
    ] {
        assert!(text.contains(from), "{text}");
        std::fs::write(&file, text.replace(from, to)).expect("written");
        let output = agree(&file, &[&design[..], &["--weight", "w"]].concat()).code(2);
        let found = self::text(&output.get_output().stderr);
        assert!(found.contains(said) && found.contains("row "), "{found}");
    }
    let output = agree(&file, &["--scale", "ordinal", "--weight", "w", "--population", "200"]).code(2);
    assert!(self::text(&output.get_output().stderr).contains("--fpc"));
}

/// Every worked number of the section on agreement in `STATISTICS.md`.
#[test]
fn the_numbers_in_the_documentation_come_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("STATISTICS.md")).expect("the page");
    let (mut rows, mut compared) = (serde_json::Value::Null, 0);
    for line in page.lines() {
        if let Some(command) = line.strip_prefix("$ quorate agree ") {
            let mut program = Command::cargo_bin("quorate").expect("the program");
            program.current_dir(root).arg("agree").args(command.split_whitespace()).args(["--format", "json"]);
            let output = program.assert().success();
            rows = serde_json::from_slice(&output.get_output().stdout).expect("JSON");
        } else if let Some((chosen, numbers)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            let (column, name) = chosen.split_once('=').unwrap_or_default();
            if column != "coefficient" && column != "reader" {
                continue;
            }
            let row = rows.as_array().and_then(|rows| rows.iter().find(|row| row[column] == name)).expect("the row");
            for number in numbers.split(", ") {
                let (column, value) = number.split_once(' ').expect("a name and a number");
                let found = row[column].as_f64().expect("a number");
                assert!(near(found, value.parse().expect("a number")), "{line}: {column} is {found}");
                compared += 1;
            }
        }
    }
    assert!(compared > 10, "only {compared} numbers were found");
}
