//! The program against R's survey package: every value of `tests/reference/expected-*.csv`.
//!
//! The scripts beside those files make data and values; the versions that made them stand in every row.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[path = "coverage/simulation.rs"]
mod simulation;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

struct Expected {
    line: usize,
    statistic: String,
    variable: String,
    response: String,
    by: String,
    group: String,
    column: String,
    value: f64,
    tolerance: f64,
    call: String,
}

/// The expected values of a file, by run: data and arguments.
fn expected(path: &Path) -> BTreeMap<(String, String), Vec<Expected>> {
    let mut runs: BTreeMap<(String, String), Vec<Expected>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(path).expect("the expected values are there");
    for (line, row) in reader.records().enumerate() {
        let row = row.expect("sound csv");
        let text = |i: usize| row[i].to_owned();
        runs.entry((text(0), text(1))).or_default().push(Expected {
            line: line + 2,
            statistic: text(2),
            variable: text(3),
            response: text(4),
            by: text(5),
            group: text(6),
            column: text(7),
            value: row[8].parse().unwrap_or(f64::NAN),
            tolerance: row[9].parse().expect("a tolerance"),
            call: text(10),
        });
    }
    runs
}

fn run(data: &str, args: &str) -> Result<Vec<Value>, String> {
    let folder = folder().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .arg("estimate")
        .arg(folder.join(format!("{data}.csv")))
        .args(args.split(' ').map(|arg| arg.replace("%20", " ").replace("{data}", &folder.display().to_string())))
        .args(["--format", "json"])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

fn found(rows: &[Value], expected: &Expected) -> Option<f64> {
    let is = |row: &Value, column: &str, text: &str| row[column].as_str().unwrap_or_default() == text;
    let row = rows.iter().find(|row| {
        is(row, "statistic", &expected.statistic)
            && is(row, "variable", &expected.variable)
            && is(row, "response", &expected.response)
            && is(row, "by", &expected.by)
            && is(row, "group", &expected.group)
    })?;
    if ["p", "holm", "bh"].contains(&expected.column.as_str()) {
        // The p-values of a difference stand among the words of its method.
        let named = |word: &str| word.strip_prefix(&expected.column)?.strip_prefix('=')?.parse().ok();
        return row["method"].as_str()?.split("; ").find_map(named);
    }
    Some(row[&expected.column].as_f64().unwrap_or(f64::NAN))
}

/// Compares all values of a theme; tells all that differ, not only the first.
fn check(theme: &str, at_least: usize) {
    let runs = expected(&folder().join(format!("expected-{theme}.csv")));
    let (mut compared, mut faults) = (0, Vec::new());
    for ((data, args), values) in &runs {
        let rows = match run(data, args) {
            Ok(rows) => rows,
            Err(error) => {
                faults.push(format!("{data} {args}\n{error}"));
                continue;
            }
        };
        for expected in values {
            compared += 1;
            let found = found(&rows, expected);
            let near = match found {
                None => false,
                Some(found) if expected.value.is_nan() => found.is_nan(),
                Some(found) => {
                    // Relative; where R's own zero is some 1e-17 the difference itself must be nothing.
                    let scale = expected.value.abs().max(1e-6);
                    (found - expected.value).abs() <= expected.tolerance * scale
                }
            };
            if !near {
                faults.push(format!(
                    "line {}: {data} {args}: {} {} {} {} {} is {found:?}, expected {} ({})",
                    expected.line,
                    expected.variable,
                    expected.response,
                    expected.group,
                    expected.statistic,
                    expected.column,
                    expected.value,
                    expected.call,
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {compared} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(compared >= at_least, "only {compared} values were compared");
}

#[test]
fn designs_as_in_r() {
    check("designs", 300);
}

#[test]
fn domains_as_in_r() {
    check("domains", 150);
}

#[test]
fn intervals_as_in_r() {
    check("intervals", 150);
}

#[test]
fn weights_as_in_r() {
    check("weights", 150);
}

#[test]
fn comparisons_as_in_r() {
    check("comparisons", 300);
}

#[test]
fn homes_as_in_r() {
    check("homes", 1390);
}

#[test]
fn adjustments_as_in_r() {
    check("adjustments", 400);
}
