//! `quorate estimate` from end to end: its columns, its faults, and properties that hold whatever the data.

mod comparisons;
mod flags;
mod weights;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/data").join(name)
}

fn quorate(file: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quorate")).arg("estimate").arg(file).args(args).output().expect("the program runs")
}

/// The rows as csv; fails with what the program said.
fn csv(file: &Path, args: &[&str]) -> String {
    let output = quorate(file, &[args, &["--format", "csv"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A column of the rows as numbers, NaN where empty.
fn numbers(csv: &str, column: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == column).expect("the column");
    reader.records().map(|row| row.expect("a row")[at].parse().unwrap_or(f64::NAN)).collect()
}

fn fault(file: &Path, args: &[&str]) -> String {
    let output = quorate(file, args);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty(), "no result beside a fault");
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn written(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("the file can be written");
    path
}

#[test]
fn the_columns_are_those_of_the_contract() {
    let rows = csv(&data("carers.csv"), &["--weight", "weight", "--strata", "area", "--mean", "cost"]);
    assert_eq!(
        rows.lines().next(),
        Some("statistic,variable,response,by,group,n,sum_weights,estimate,se,df,ci_low,ci_high,moe,deff,method,flags")
    );
    let json = quorate(&data("carers.csv"), &["--mean", "cost", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json[0]["statistic"], "mean");
    assert_eq!(json[0]["by"], serde_json::Value::Null);
    assert_eq!(json[0]["method"], "taylor; wald; t; df=design; deff=without");
}

#[test]
fn patterns_name_several_columns_and_groups_follow_everyone() {
    let rows = csv(&data("carers.csv"), &["--proportion", "q*", "--by", "team,sex", "--mean", "age,cost"]);
    let has = |start: &str| rows.lines().any(|line| line.starts_with(start));
    assert!(has("proportion,q1,1,,,240,") && has("proportion,q2,6,,,215,"));
    assert!(has("proportion,q1,5,team|sex,blue|f,") && has("mean,cost,,team|sex,red|m,"));
}

/// One fault, its words.
fn says(fault: &str, words: &[&str]) {
    for word in words {
        assert!(fault.contains(word), "{word:?} is not in\n{fault}");
    }
}

#[test]
fn faults_name_place_and_remedy() {
    let carers = data("carers.csv");
    says(&fault(&carers, &["--mean", "hurs"]), &["no column named \"hurs\"", "did you mean \"hours\"?"]);
    says(&fault(&carers, &["--mean", "cost", "--weight", "wieght"]), &["did you mean \"weight\"?"]);
    says(&fault(&carers, &["--mean", "team"]), &["row 2 > team", "must hold numbers"]);
    says(&fault(&carers, &[]), &["nothing to estimate", "--proportion"]);
    says(&fault(&carers, &["--mean", "cost", "--where", "aeg > 60"]), &["aeg", "did you mean \"age\"?"]);
    says(&fault(&carers, &["--mean", "cost", "--where", "age > 600"]), &["no row is left"]);
    says(&fault(&carers, &["--mean", "cost", "--level", "95"]), &["--level 0.95"]);
    says(&fault(&carers, &["--proportion", "q1", "--interval", "wlad"]), &["wlad"]);
    says(&fault(&carers, &["--mean", "cost", "--replicate", "bootstrap:20"]), &["--seed"]);
    says(&fault(&carers, &["--mean", "z*"]), &["no column fits"]);
    let lonely = data("lonely.csv");
    for statistic in ["--mean", "--proportion"] {
        let found = fault(&lonely, &["--strata", "stratum", "--weight", "w", statistic, "yes"]);
        says(&found, &["only one sampling unit", "stratum c", "--single-psu"]);
    }
    says(&fault(Path::new("nowhere.csv"), &["--mean", "x"]), &["no such file"]);
    says(&fault(Path::new("nowhere.parquet"), &["--mean", "x"]), &["no such file"]);
    says(&fault(Path::new("data.sav"), &["--mean", "x"]), &["there is no such file"]);
    let folder = tempfile::tempdir().expect("a folder");
    let not_spss = folder.path().join("renamed.sav");
    std::fs::write(&not_spss, "a,b\n1,2\n").expect("written");
    says(&fault(&not_spss, &["--mean", "a"]), &["SPSS", "$FL2", "csv"]);
    says(&fault(Path::new("data.doc"), &["--mean", "x"]), &[".doc"]);
}

#[test]
fn bad_numbers_are_placed() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = |weight: &str, population: &str| {
        let text = format!("s,w,N,y\na,1,9,1\na,2,9,2\nb,{weight},{population},0\nb,1,8,1\n");
        written(&folder, "bad.csv", &text)
    };
    for statistic in ["--mean", "--proportion"] {
        for weight in ["-1", "0", "", "inf", "NaN"] {
            let found = fault(&table(weight, "8"), &["--weight", "w", "--strata", "s", statistic, "y"]);
            says(&found, &["row 4 > w", "above zero"]);
        }
        says(&fault(&table("heavy", "8"), &["--weight", "w", statistic, "y"]), &["row 4 > w", "\"heavy\""]);
        let design = ["--strata", "s", "--fpc", "N", statistic, "y"];
        says(&fault(&table("1", "7"), &design), &["varies within a stratum", "row 5 > N"]);
        says(&fault(&table("1", ""), &design), &["row 4 > N", "missing"]);
        says(&fault(&table("1", "0.5"), &design), &["mixed", "row 4 > N"]);
    }
    let small = written(&folder, "small.csv", "s,N,y\na,2,1\na,2,2\na,2,0\n");
    for statistic in ["--mean", "--proportion"] {
        let found = fault(&small, &["--strata", "s", "--fpc", "N", statistic, "y"]);
        says(&found, &["smaller than its sample", "population 2, sample 3", "N"]);
    }
    let ragged = written(&folder, "ragged.csv", "a,b\n1,2\n1\n");
    says(&fault(&ragged, &["--mean", "a"]), &["row 3", "1 cells", "2 cells"]);
    says(&fault(&written(&folder, "empty.csv", ""), &["--mean", "a"]), &["no header"]);
    says(&fault(&written(&folder, "bare.csv", "a,b\n"), &["--mean", "a"]), &["no data rows"]);
    says(&fault(&written(&folder, "twice.csv", "a,a\n1,2\n"), &["--mean", "a"]), &["more than one column"]);
    says(&fault(&written(&folder, "not.parquet", "a,a\n1,2\n"), &["--mean", "a"]), &["Parquet"]);
}

#[test]
fn bad_targets_are_placed() {
    let folder = tempfile::tempdir().expect("a folder");
    let carers = data("carers.csv");
    let run = |flag: &str, text: &str| {
        let path = written(&folder, "targets.csv", text);
        let value =
            if flag == "--poststratify" { format!("sex={}", path.display()) } else { path.display().to_string() };
        fault(&carers, &["--weight", "weight", "--mean", "cost", flag, &value])
    };
    says(&run("--poststratify", "sex,population\nf,10\n"), &["no population figure", "m", "targets.csv"]);
    says(&run("--poststratify", "sex,population\nf,10\nm,5\nx,3\n"), &["nobody in the sample", "sex = x"]);
    says(&run("--poststratify", "sex,population\nf,10\nm,-5\n"), &["at least zero", "sex = m"]);
    says(&run("--poststratify", "sex,people\nf,10\nm,5\n"), &["no column named \"population\""]);
    let disagree = "variable,level,population\nsex,f,10\nsex,m,5\nteam,red,3\nteam,green,3\nteam,blue,3\n";
    says(&run("--rake", disagree), &["do not add up", "15 and 9", "team"]);
    says(&run("--rake", "variable,level,population\nsecks,f,10\n"), &["no column named \"secks\""]);
    says(&run("--calibrate", "term,total\n(intercept),100\nsex=x,4\n"), &["nobody in the sample has", "sex=x"]);
    says(&run("--calibrate", "term,total\n(intercept),abc\n"), &["must hold numbers", "total"]);
}

#[test]
fn all_or_none_is_bounded_not_nonsense() {
    let folder = tempfile::tempdir().expect("a folder");
    let same = written(&folder, "same.csv", &format!("y\n{}", "1\n".repeat(30)));
    for method in [
        "wald",
        "logit",
        "wilson",
        "korn-graubard",
        "beta",
        "clopper-pearson",
        "jeffreys",
        "agresti-coull",
        "arcsine",
        "likelihood",
    ] {
        let rows = csv(&same, &["--proportion", "y", "--interval", method]);
        assert_eq!(numbers(&rows, "ci_high"), [1.0], "{method}");
        assert!((0.8..0.95).contains(&numbers(&rows, "ci_low")[0]), "{method}");
        assert!(rows.contains("all-same"));
    }
}

/// The lines of a csv file below its header, in another order: every seventh from every start.
fn shuffled(text: &str) -> String {
    let (header, body) = text.split_once('\n').expect("a header");
    let lines: Vec<&str> = body.lines().collect();
    let mixed: Vec<&str> = (0..7).flat_map(|start| lines.iter().skip(start).step_by(7).copied()).collect();
    format!("{header}\n{}\n", mixed.join("\n"))
}

fn near(one: &str, other: &str, columns: &[&str], factor: f64) {
    for column in columns {
        let (a, b) = (numbers(one, column), numbers(other, column));
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            let same = a.is_nan() && b.is_nan() || (a * factor - b).abs() <= 1e-10 * b.abs().max(1e-12);
            assert!(same, "{column}: {a} is not {b}");
        }
    }
}

const DESIGN: [&str; 6] = ["--weight", "weight", "--strata", "area", "--by", "team"];

#[test]
fn the_order_of_rows_and_the_scale_of_weights_do_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(data("carers.csv")).expect("the data");
    let mixed = written(&folder, "mixed.csv", &shuffled(&text));
    for statistic in [["--proportion", "q2"], ["--mean", "hours"], ["--total", "cost"]] {
        let args = [&DESIGN[..], &statistic].concat();
        let plain = csv(&data("carers.csv"), &args);
        near(&plain, &csv(&mixed, &args), &["n", "estimate", "se", "df", "ci_low", "ci_high", "deff"], 1.0);
    }
    // Every weight tenfold.
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == "weight").expect("weights");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().expect("a header")).expect("to memory");
    for row in reader.records() {
        let row = row.expect("a row");
        let cells = row.iter().enumerate().map(|(i, cell)| {
            if i == at { (10.0 * cell.parse::<f64>().expect("a weight")).to_string() } else { cell.to_owned() }
        });
        writer.write_record(cells).expect("to memory");
    }
    let scaled = String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8");
    let scaled = written(&folder, "scaled.csv", &scaled);
    let args = [&DESIGN[..], &["--proportion", "q2", "--mean", "hours"]].concat();
    let (plain, tenfold) = (csv(&data("carers.csv"), &args), csv(&scaled, &args));
    near(&plain, &tenfold, &["n", "estimate", "se", "ci_low"], 1.0);
    near(&plain, &tenfold, &["sum_weights"], 10.0);
}

#[test]
fn groups_add_up_to_everyone() {
    let args = [&DESIGN[..], &["--total", "cost", "--proportion", "q1"]].concat();
    let rows = csv(&data("carers.csv"), &args);
    let sums = numbers(&rows, "sum_weights");
    let estimates = numbers(&rows, "estimate");
    // Shares of q1: five levels for everyone, then for each of three teams; then four totals.
    for level in 0..5 {
        let counted: f64 = (1..4).map(|team| estimates[team * 5 + level] * sums[team * 5 + level]).sum();
        assert!((counted - estimates[level] * sums[level]).abs() < 1e-8);
    }
    assert!((estimates[21..24].iter().sum::<f64>() - estimates[20]).abs() < 1e-8 * estimates[20]);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let runs: [&[&str]; 6] = [
        &[
            "--weight",
            "weight",
            "--compare",
            "team",
            "--proportion",
            "q*",
            "--family",
            "run",
            "--contrast",
            "mean(q1)-mean(q2)",
        ],
        &["--weight", "weight", "--trim", "5,30", "--score", "s=q1+q2:1", "--net", "n=q2:1,2", "--by", "n"],
        &["--strata", "area", "--nonresponse", "propensity:age", "--responded", "helped", "--mean", "cost"],
        &["--weight", "weight", "--strata", "area", "--by", "team,sex", "--proportion", "q*", "--proportion", "helped"],
        &["--weight", "weight", "--strata", "area", "--mean", "cost", "--quantile", "cost", "--compare", "team"],
        &["--weight", "weight", "--strata", "area", "--mean", "cost", "--replicate", "bootstrap:40", "--seed", "a"],
    ];
    for args in runs {
        let with = |threads: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_quorate"))
                .env("RAYON_NUM_THREADS", threads)
                .env("POLARS_MAX_THREADS", threads)
                .arg("estimate")
                .arg(data("carers.csv"))
                .args(args)
                .args(["--format", "csv"])
                .output()
                .expect("the program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        assert_eq!(with("1"), with("5"));
    }
}

#[test]
fn the_seed_makes_the_bootstrap() {
    let run = |seed: &str| {
        csv(&data("carers.csv"), &["--strata", "area", "--mean", "cost", "--replicate", "bootstrap:60", "--seed", seed])
    };
    assert_eq!(run("one"), run("one"));
    assert_ne!(run("one"), run("two"));
    let taylor = csv(&data("carers.csv"), &["--strata", "area", "--mean", "cost"]);
    let ratio = numbers(&run("one"), "se")[0] / numbers(&taylor, "se")[0];
    assert!((0.7..1.3).contains(&ratio), "{ratio}");
}

/// The same sample gives the same replicates however its file is sorted.
#[test]
fn the_order_of_rows_does_not_make_the_replicates() {
    let folder = tempfile::tempdir().expect("a folder");
    let pairs = "--weight weight --cluster team --strata district --nest --mean days --proportion plan";
    let halves = "--weight weight --strata stratum --mean y --proportion yes --by yes";
    let carers = "--weight weight --strata area,sex --mean cost --by team";
    for (name, args, made) in [
        ("carers", carers, "bootstrap:50"),
        ("files", pairs, "bootstrap:50"),
        ("pairs", pairs, "brr"),
        ("halves", halves, "fay:0.4"),
        ("halves", halves, "bootstrap:30"),
    ] {
        let mut args: Vec<&str> = args.split(' ').collect();
        args.extend(["--replicate", made, "--seed", "a"]);
        let text = std::fs::read_to_string(data(&format!("{name}.csv"))).expect("the data");
        let mixed = written(&folder, "mixed.csv", &shuffled(&text));
        let plain = csv(&data(&format!("{name}.csv")), &args);
        near(&plain, &csv(&mixed, &args), &["n", "estimate", "se", "df", "ci_low", "ci_high"], 1.0);
    }
}

/// The quick way and the general way are two roads to the same numbers: a comparison makes the program take the second.
#[test]
fn the_quick_way_and_the_general_way_agree() {
    for design in [
        &["--weight", "weight", "--strata", "area", "--fpc", "population"][..],
        &["--strata", "area", "--fpc", "fraction", "--where", "age > 50 or sex = 'm'", "--domain-df", "domain"],
        &["--weight", "weight", "--deff", "with", "--interval", "korn-graubard"],
        &["--strata", "area,sex", "--where", "q1 in (1, 2)"],
    ] {
        let args = [
            design,
            &["--by", "team", "--proportion", "q2", "--proportion", "rare", "--mean", "hours", "--total", "q2"],
        ]
        .concat();
        let quick = csv(&data("carers.csv"), &args);
        let general = csv(&data("carers.csv"), &[&args[..], &["--compare", "sex"]].concat());
        let general: String = general
            .lines()
            .filter(|line| !line.starts_with("difference"))
            .fold(String::new(), |text, line| text + line + "\n");
        let columns = ["n", "sum_weights", "estimate", "se", "df", "ci_low", "ci_high", "moe", "deff"];
        near(&quick, &general, &columns, 1.0);
        assert_eq!(quick.lines().count(), general.lines().count());
    }
}

#[test]
fn every_format_gives_the_same_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(data("carers.csv")).expect("the data");
    let args = ["--weight", "weight", "--strata", "area", "--proportion", "q2", "--mean", "hours", "--by", "team"];
    let plain = csv(&data("carers.csv"), &args);
    // Semicolons, a byte-order mark, Windows line ends.
    let semicolons = format!("\u{feff}{}", text.replace(',', ";").replace('\n', "\r\n"));
    assert_eq!(csv(&written(&folder, "excel.csv", &semicolons), &args), plain);
    // A workbook.
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("Empty").expect("a name");
    let sheet = workbook.add_worksheet();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for (row, cells) in reader.records().enumerate() {
        for (column, cell) in cells.expect("a row").iter().enumerate() {
            let (row, column) = (row as u32 + 2, column as u16 + 1);
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("a cell"),
                Err(_) => sheet.write_string(row, column, cell).expect("a cell"),
            };
        }
    }
    let path = folder.path().join("carers.xlsx");
    workbook.save(&path).expect("saved");
    assert_eq!(csv(&path, &args), plain);
    says(&fault(&path, &["--mean", "team"]), &["Sheet", "G4 (team)"]);
}

/// Parquet of several kinds of columns, and longer than a batch, gives what the same csv gives.
#[test]
fn parquet_gives_the_same_numbers() {
    use polars::prelude::{Column, DataFrame, NamedFrom, Series};

    let rows = 140_000usize;
    let folder = tempfile::tempdir().expect("a folder");
    let number = |row: usize, salt: usize| (row * 7919 + salt * 104_729 + row / 97) % 1009;
    let stratum: Vec<String> = (0..rows).map(|row| format!("s{}", number(row, 1) % 5)).collect();
    let weight: Vec<f64> = (0..rows).map(|row| 1.0 + number(row, 2) as f64 / 64.0).collect();
    let level: Vec<Option<i32>> = (0..rows).map(|row| Some(number(row, 3) as i32 % 7).filter(|l| *l > 0)).collect();
    let word: Vec<Option<&str>> = (0..rows).map(|row| [Some("yes"), Some("no"), None][number(row, 4) % 3]).collect();
    let flag: Vec<bool> = (0..rows).map(|row| number(row, 5) % 4 == 0).collect();
    let mut text = String::from("stratum,weight,level,word,flag\n");
    for row in 0..rows {
        let shown = level[row].map(|l| l.to_string()).unwrap_or_default();
        text += &format!("{},{},{shown},{},{}\n", stratum[row], weight[row], word[row].unwrap_or_default(), flag[row]);
    }
    let plain = written(&folder, "data.csv", &text);
    let columns: Vec<Column> = vec![
        Series::new("stratum".into(), stratum).into(),
        Series::new("weight".into(), weight).into(),
        Series::new("level".into(), level).into(),
        Series::new("word".into(), word).into(),
        Series::new("flag".into(), flag).into(),
    ];
    let mut table = DataFrame::new(rows, columns).expect("a table");
    let path = folder.path().join("data.parquet");
    let file = std::fs::File::create(&path).expect("a file");
    polars_io::parquet::write::ParquetWriter::new(file).finish(&mut table).expect("written");
    for asked in [
        &["--proportion", "level,word", "--by", "flag", "--where", "word = 'yes' or level > 2"][..],
        &["--mean", "level,flag", "--by", "word", "--total", "level"],
    ] {
        let args = [&["--weight", "weight", "--strata", "stratum"][..], asked].concat();
        assert_eq!(csv(&path, &args), csv(&plain, &args));
    }
    says(&fault(&path, &["--mean", "word"]), &["data.parquet > row", "word"]);
}

/// Every worked number of `STATISTICS.md`.
#[test]
fn the_numbers_in_the_documentation_come_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("STATISTICS.md")).expect("the page");
    let (mut rows, mut compared) = (serde_json::Value::Null, 0);
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ quorate estimate ") {
            // The only quotation marks stand around a condition.
            let mut args: Vec<String> = Vec::new();
            for (at, part) in command.split('"').enumerate() {
                if at % 2 == 1 {
                    args.push(part.to_owned());
                } else {
                    args.extend(part.split_whitespace().map(str::to_owned));
                }
            }
            let output = Command::new(env!("CARGO_BIN_EXE_quorate"))
                .current_dir(root)
                .arg("estimate")
                .args(&args)
                .args(["--format", "json"])
                .output()
                .expect("the program runs");
            assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
            rows = serde_json::from_slice(&output.stdout).expect("JSON");
        } else if let Some((chosen, numbers)) = line.strip_prefix("[statistic").and_then(|rest| rest.split_once("] ")) {
            let is = |row: &serde_json::Value| {
                format!("statistic{chosen}")
                    .split("; ")
                    .all(|pair| pair.split_once('=').is_some_and(|(column, value)| row[column].as_str() == Some(value)))
            };
            let row = rows.as_array().and_then(|rows| rows.iter().find(|row| is(row))).expect("the row");
            for number in numbers.split(", ") {
                let (column, value) = number.split_once(' ').expect("a name and a number");
                let value: f64 = value.parse().expect("a number");
                let found = row[column].as_f64().expect("a number");
                assert!((found - value).abs() <= 1e-12 * value.abs(), "{line}: {column} is {found}");
                compared += 1;
            }
        }
    }
    assert!(compared > 40, "only {compared} numbers were found");
}
