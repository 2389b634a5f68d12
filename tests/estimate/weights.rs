//! Weights from step to step: non-response, figures met, trimming, what is written of them.

use super::*;

const ISSUED: [&str; 6] = ["--weight", "weight", "--strata", "area", "--responded", "responded"];

fn issued(way: &str, more: &[&str]) -> Output {
    quorate(&data("issued.csv"), &[&ISSUED[..], &["--nonresponse", way, "--mean", "cost"], more].concat())
}

/// The cells of a csv file below its header, and the header.
fn cells(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(path).expect("the file");
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    (header, rows.collect())
}

#[test]
fn margins_are_hit_and_every_step_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, report) = (folder.path().join("weights.csv"), folder.path().join("report.json"));
    let (out, report) = (out.display().to_string(), report.display().to_string());
    let margins = data("margins.csv").display().to_string();
    let args = ["--weight", "weight", "--rake", &margins, "--trim", "3,60", "--mean", "cost"];
    csv(&data("carers.csv"), &[&args[..], &["--weights-out", &out, "--weights-report", &report]].concat());
    let (header, rows) = cells(Path::new(&out));
    assert_eq!(header, ["row", "base", "raked", "trimmed", "weight"]);
    let (_, carers) = cells(&data("carers.csv"));
    assert_eq!(rows.len(), carers.len());
    let (names, _) = cells(&data("carers.csv"));
    for (variable, level, figure) in [("sex", "f", 3200.0), ("sex", "m", 1550.0), ("team", "green", 1400.0)] {
        let at = names.iter().position(|name| name == variable).expect("the column");
        let sum: f64 = rows
            .iter()
            .zip(&carers)
            .filter(|(_, unit)| unit[at] == level)
            .map(|(row, _)| row[2].parse::<f64>().expect("a weight"))
            .sum();
        assert!((sum - figure).abs() < 1e-8, "{variable} = {level}: {sum}");
    }
    assert!(rows.iter().all(|row| row[3] == row[4]));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).expect("the report")).expect("JSON");
    assert_eq!(report[0]["step"], "base");
    assert_eq!(report[1]["step"], "raked");
    assert!(report[1]["worst_off"].as_f64().expect("a number") <= 1e-12 && report[1]["rounds"].as_u64() > Some(1));
    let number = |step: usize, name: &str| report[step][name].as_f64().expect("a number");
    for step in 0..3 {
        assert!(number(step, "min") <= number(step, "quartile_1") && number(step, "median") <= number(step, "max"));
        let loss = 240.0 / number(step, "effective_n") - 1.0;
        assert!((number(step, "loss") - loss).abs() < 1e-12);
    }
    assert!((number(1, "sum") - number(2, "sum")).abs() < 1e-8, "trimming keeps the sum");
}

#[test]
fn nothing_is_written_where_a_file_is_in_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = written(&folder, "result.csv", "mine").display().to_string();
    let fresh = folder.path().join("weights.csv").display().to_string();
    let args = ["--mean", "cost", "--weights-out", &fresh, "--out", &taken];
    says(&fault(&data("carers.csv"), &args), &["there already", "--force"]);
    assert!(!Path::new(&fresh).exists());
    assert_eq!(std::fs::read_to_string(&taken).expect("the file"), "mine");
}

#[test]
fn respondents_stand_for_those_who_did_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("weights.csv").display().to_string();
    let output = issued("classes:area,team,sex:10", &["--weights-out", &out]);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{talk}");
    says(&talk, &["non-response", " with ", "responded, factor", "effective_n"]);
    let (header, rows) = cells(Path::new(&out));
    assert_eq!(header, ["row", "base", "non-response", "weight"]);
    let sum = |column: usize| rows.iter().filter_map(|row| row[column].parse::<f64>().ok()).sum::<f64>();
    assert!((sum(1) - sum(3)).abs() < 1e-8, "the respondents stand for all");
    let (names, units) = cells(&data("issued.csv"));
    let at = names.iter().position(|name| name == "responded").expect("the column");
    assert!(rows.iter().zip(&units).all(|(row, unit)| row[3].is_empty() == (unit[at] == "0")));
    // The class and the smallest count that were asked for stand in the method.
    let method =
        String::from_utf8_lossy(&issued("propensity:age,team:groups=4", &["--format", "csv"]).stdout).into_owned();
    says(&method, &["non-response propensity in 4 groups, at least 1 each"]);
}

#[test]
fn faults_of_non_response_are_placed() {
    let refused = |way: &str, more: &[&str], words: &[&str]| {
        let output = issued(way, more);
        assert_eq!(output.status.code(), Some(2), "{way}");
        says(&String::from_utf8_lossy(&output.stderr), words);
    };
    refused("classes:aera", &[], &["no column named \"aera\"", "did you mean \"area\"?"]);
    refused("classes:", &[], &["names no column"]);
    refused("weights:area", &[], &["no way to adjust", "classes:COL"]);
    refused("classes:area:few", &[], &["no rule", "minimum"]);
    refused("classes:area:groups=5", &[], &["no rule"]);
    refused("classes:area:largest=0.5", &[], &["at least 1"]);
    refused("classes:area:5000", &[], &["too few", "--nonresponse"]);
    refused("propensity:cost", &[], &["no value", "> cost"]);
    let folder = tempfile::tempdir().expect("a folder");
    let odd = written(&folder, "odd.csv", "r,c,y\n1,a,2\nmaybe,a,3\n");
    let args = ["--responded", "r", "--nonresponse", "classes:c", "--mean", "y"];
    says(&fault(&odd, &args), &["row 3 > r", "\"maybe\"", "yes or no"]);
    let all = written(&folder, "all.csv", "r,c,y\n1,1,2\n1,2,3\n");
    let args = ["--responded", "r", "--nonresponse", "propensity:c", "--mean", "y"];
    says(&fault(&all, &args), &["both people who responded"]);
}

/// Rows are named as they stand in the file, also after those who did not respond are gone.
#[test]
fn places_stay_those_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "r,c,s,y\n0,a,1,\n1,a,1,2\n1,a,1,3\n1,a,2,4\n1,a,2,x\n";
    let path = written(&folder, "data.csv", text);
    let args = ["--responded", "r", "--nonresponse", "classes:c", "--mean", "y"];
    says(&fault(&path, &args), &["row 6 > y", "\"x\""]);
    let single = written(&folder, "single.csv", "r,c,s,y\n1,a,1,1\n1,a,1,2\n0,a,2,\n1,a,2,3\n");
    let args = [&args[..], &["--strata", "s"]].concat();
    says(&fault(&single, &args), &["row 5 > s", "stratum 2", "collapse"]);
}

#[test]
fn bounds_of_trimming_are_checked() {
    let carers = data("carers.csv");
    let trim = |text: &str| fault(&carers, &["--weight", "weight", "--mean", "cost", "--trim", text]);
    says(&trim("mean+sd"), &["mean+3sd"]);
    says(&trim("5"), &["--trim LOW,HIGH"]);
    says(&trim("30,5"), &["two bounds"]);
    says(&trim("1000,2000"), &["cannot be trimmed", "1000 to 2000"]);
}

#[test]
fn figures_that_cannot_be_met_name_the_worst() {
    let folder = tempfile::tempdir().expect("a folder");
    // Only women in one team, only men in the other, and margins that this cannot give.
    let path = written(&folder, "data.csv", "sex,team,y\nf,a,1\nf,a,2\nm,b,3\nm,b,4\n");
    let text = "variable,level,population\nsex,f,10\nsex,m,10\nteam,a,5\nteam,b,15\n";
    let targets = written(&folder, "targets.csv", text).display().to_string();
    let found = fault(&path, &["--mean", "y", "--rake", &targets]);
    says(&found, &["cannot be made to meet", "targets.csv > sex = f", "still off by", "rounds"]);
}
