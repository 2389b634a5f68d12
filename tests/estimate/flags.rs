//! What to beware of: every flag, where it belongs and where it does not.

use super::*;

fn flags(csv: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == "flags").expect("the column");
    reader.records().map(|row| row.expect("a row")[at].to_owned()).collect()
}

/// Both roads: the quick one, and the general one that a report of the weights makes the program take.
fn both(path: &Path, args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.csv").display().to_string();
    let quick = csv(path, args);
    let general = csv(path, &[args, &["--weights-report", &report]].concat());
    assert_eq!(flags(&quick), flags(&general));
    near(&quick, &general, &["n", "estimate", "se", "df", "ci_low", "ci_high", "moe"], 1.0);
    quick
}

#[test]
fn one_unit_has_no_error() {
    let args = ["--mean", "cost", "--total", "cost", "--proportion", "q1", "--where", "id = 'C0001'"];
    let rows = both(&data("carers.csv"), &args);
    let found = flags(&rows);
    assert!(found[..5].iter().all(|flag| flag == "zero-cell; one-unit" || flag == "all-same; one-unit"), "{found:?}");
    assert_eq!(found[5..], ["one-unit", ""]);
    let se = numbers(&rows, "se");
    assert!(se[..6].iter().all(|se| se.is_nan()) && se[6] > 0.0);
    assert!(numbers(&rows, "ci_low")[5].is_nan());
    let quantile = csv(&data("carers.csv"), &["--quantile", "cost", "--ratio", "cost/age", "--where", "id = 'C0001'"]);
    assert_eq!(flags(&quantile), ["one-unit", "one-unit"]);
}

#[test]
fn a_census_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "s,N,y,z\na,2,1,4\na,2,1,5\nb,9,1,6\nb,9,0,7\n";
    let path = written(&folder, "census.csv", text);
    let args = ["--strata", "s", "--fpc", "N", "--by", "s", "--proportion", "y", "--mean", "z"];
    let rows = both(&path, &args);
    // Everyone: two shares; a: two shares; b: two shares; then the three means.
    assert_eq!(flags(&rows), ["", "", "census", "census", "", "", "", "census", ""]);
    assert_eq!(numbers(&rows, "se")[7], 0.0);
    assert_eq!((numbers(&rows, "ci_low")[3], numbers(&rows, "ci_high")[3]), (1.0, 1.0));
}

#[test]
fn the_rule_at_the_ends_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "same.csv", &format!("y,x\n{}", "1,3\n".repeat(30)));
    let rows = both(&path, &["--proportion", "y", "--mean", "x"]);
    says(&rows, &["wilson, at 0 and 1 exact one-sided on n"]);
    assert_eq!(flags(&rows), ["all-same", "all-same"]);
    assert!((numbers(&rows, "ci_low")[0] - 0.05f64.powf(1.0 / 30.0)).abs() < 1e-12);
    let rows = both(&path, &["--proportion", "y", "--interval", "korn-graubard"]);
    says(&rows, &["korn-graubard, at 0 and 1 exact binomial on n"]);
    // R: binom.test(30, 30)$conf.int[1]
    assert!((numbers(&rows, "ci_low")[0] - 0.025f64.powf(1.0 / 30.0)).abs() < 1e-12);
}

#[test]
fn strata_and_denominators() {
    let lonely = data("lonely.csv");
    let with =
        |policy: &str| csv(&lonely, &["--weight", "w", "--strata", "stratum", "--single-psu", policy, "--mean", "y"]);
    assert_eq!(flags(&with("average")), ["single-psu"]);
    assert_eq!(flags(&with("collapse")), ["collapsed-strata"]);
    says(&with("collapse"), &["single-psu=collapse"]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "zero.csv", "a,b\n1,0\n2,0\n3,0\n");
    assert_eq!(flags(&csv(&path, &["--ratio", "a/b"])), ["undefined"]);
    let alone = written(&folder, "alone.csv", "a\n5\n");
    says(&fault(&alone, &["--mean", "a"]), &["only one sampling unit", "--single-psu certainty"]);
    says(&fault(&alone, &["--mean", "a", "--single-psu", "collapse"]), &["only one sampling unit"]);
    assert_eq!(flags(&both(&alone, &["--mean", "a", "--single-psu", "certainty"])), ["one-unit; single-psu; no-df"]);
    let nobody = written(&folder, "nobody.csv", "a,b\n,1\n,2\n");
    assert_eq!(flags(&both(&nobody, &["--mean", "a"])), ["empty"]);
}
