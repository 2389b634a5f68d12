//! A study with a repeat, from returned workbooks to estimates: every figure against R.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::fieldwork::rows;
use super::program::{Ended, quorate};

type Line = BTreeMap<String, String>;

fn reference(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/several").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The study of `tests/reference/several.R` in a folder.
pub(super) struct Study {
    folder: TempDir,
    units: Vec<Line>,
    visits: Vec<Line>,
}

impl Study {
    /// Its definitions and frame, drawn and issued; `changes` are made to the pipeline.
    pub(super) fn new(changes: &[(&str, &str)]) -> Study {
        let (units, visits) = (rows(&reference("units.csv")), rows(&reference("visits.csv")));
        let folder = tempfile::tempdir().expect("a folder");
        let mut pipeline = reference("study.toml");
        for (from, to) in changes {
            assert!(pipeline.contains(from), "{from}");
            pipeline = pipeline.replace(from, to);
        }
        let study = Study { folder, units, visits };
        study.write("study.toml", pipeline.as_bytes());
        study.write("form.toml", reference("form.toml").as_bytes());
        let frame: String =
            study.units.iter().map(|unit| format!("{},{},{}\n", unit["id"], unit["area"], unit["team"])).collect();
        study.write("frame.csv", format!("id,area,team\n{frame}").as_bytes());
        study
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }

    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(super) fn quorate(&self, arguments: &[&str]) -> Ended {
        quorate(self.folder.path(), arguments)
    }

    /// The return: the answers of those for whom `came` holds, and their visits on a sheet of their own.
    fn returned(&self, came: impl Fn(&Line) -> bool, has_visits: impl Fn(&Line) -> bool) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let mut sheet = |name: &str, lines: Vec<&Line>, columns: &[&str]| {
            let sheet = book.add_worksheet().set_name(name).expect("a name");
            for (column, id) in (0u16..).zip(columns) {
                sheet.write_string(0, column, *id).expect("written");
                for (row, line) in (1u32..).zip(&lines) {
                    match line[*id].parse::<f64>() {
                        Ok(number) => sheet.write_number(row, column, number).map(|_| ()),
                        Err(_) if line[*id].is_empty() => Ok(()),
                        Err(_) => sheet.write_string(row, column, &line[*id]).map(|_| ()),
                    }
                    .expect("written");
                }
            }
        };
        let units: Vec<&Line> = self.units.iter().filter(|unit| unit["returned"] == "1" && came(unit)).collect();
        let ids: BTreeSet<&str> =
            units.iter().filter(|unit| has_visits(unit)).map(|unit| unit["id"].as_str()).collect();
        let visits = self.visits.iter().filter(|visit| ids.contains(visit["id"].as_str())).collect();
        sheet("Answers", units, &["id", "matters", "first", "months"]);
        sheet("Visits", visits, &["id", "number", "length", "tasks", "minutes", "begun"]);
        self.write("returns/all.xlsx", &book.save_to_buffer().expect("a workbook"));
    }

    /// Runs the study; the estimates by what they are of.
    fn estimates(&self) -> BTreeMap<[String; 5], Line> {
        let ended = self.quorate(&["run", "study.toml"]);
        assert!(ended.code < 2, "{}", ended.talk);
        let key = |line: &Line| ["statistic", "variable", "response", "by", "group"].map(|name| line[name].clone());
        rows(&self.text("output/estimates.csv")).into_iter().map(|line| (key(&line), line)).collect()
    }
}

fn everybody(_: &Line) -> bool {
    true
}

fn key(statistic: &str, variable: &str, response: &str, by: &str, group: &str) -> [String; 5] {
    [statistic, variable, response, by, group].map(str::to_owned)
}

fn agrees(basis: &str, questions: &[&str]) {
    let study = Study::new(&[("basis = \"per-unit\"", &format!("basis = \"{basis}\""))]);
    study.returned(everybody, everybody);
    let found = study.estimates();
    let expected = rows(&reference("expected.csv"));
    let mut compared = 0;
    for value in expected.iter().filter(|v| v["basis"] == basis && questions.contains(&v["variable"].as_str())) {
        let key = key(&value["statistic"], &value["variable"], &value["response"], &value["by"], &value["group"]);
        let line = found.get(&key).unwrap_or_else(|| panic!("no estimate {key:?}"));
        let (column, wanted) = (&value["column"], value["value"].parse::<f64>());
        match wanted {
            Ok(wanted) if wanted.is_finite() => {
                let given: f64 = line[column].parse().unwrap_or_else(|_| panic!("{key:?} has no {column}: {line:?}"));
                let near = (given - wanted).abs() <= 1e-9 * wanted.abs().max(1.0);
                assert!(near, "{basis} {key:?} {column}: {given} is not {wanted} ({})", value["call"]);
            }
            _ => assert!(line[column].is_empty(), "{key:?} {column}: R has none, {line:?}"),
        }
        compared += 1;
    }
    assert!(compared > 60 * questions.len(), "{compared} values");
}

#[test]
fn medians_ranks_and_times_agree_with_r_in_both_weightings() {
    agrees("per-unit", &["matters", "first", "months"]);
    agrees("per-question", &["matters", "first", "months"]);
}

#[test]
fn rows_of_a_repeat_agree_with_r() {
    agrees("per-unit", &["length", "tasks", "minutes", "begun", "visits_count"]);
}

#[test]
fn no_rows_at_all_give_no_figures() {
    let study = Study::new(&[]);
    study.returned(everybody, |_| false);
    let found = study.estimates();
    let share = &found[&key("proportion", "length", "long", "", "")];
    assert_eq!((share["n"].as_str(), share["units"].as_str(), share["estimate"].as_str()), ("0", "0", ""));
    assert_eq!(share["flags"], "empty");
    assert_eq!(found[&key("mean", "visits_count", "", "", "")]["estimate"], "0");
    assert!(study.text("output/report.html").contains("Asked about each of several"));
}

/// Rows of one unit say what they say, and nothing of how units differ: there is no margin.
#[test]
fn one_unit_with_all_rows_has_no_margin() {
    let study = Study::new(&[]);
    let most = |unit: &Line| study.visits.iter().filter(|visit| visit["id"] == unit["id"]).count();
    let one = study.units.iter().max_by_key(|unit| most(unit)).expect("a unit")["id"].clone();
    study.returned(everybody, |unit| unit["id"] == one);
    let found = study.estimates();
    for key in [key("proportion", "length", "long", "", ""), key("mean", "minutes", "", "", "")] {
        let line = &found[&key];
        assert_eq!(line["units"], "1", "{line:?}");
        assert!(line["n"].parse::<usize>().is_ok_and(|n| n > 5) && !line["estimate"].is_empty(), "{line:?}");
        for gone in ["se", "ci_low", "ci_high", "moe"] {
            assert_eq!(line[gone], "", "{gone}: {line:?}");
        }
    }
    // With a threshold it is one person's, however many rows there are.
    let study = Study::new(&[("suppress_below = 1", "suppress_below = 5")]);
    study.returned(everybody, |unit| unit["id"] == one);
    let found = study.estimates();
    let line = &found[&key("proportion", "length", "long", "", "")];
    assert_eq!((line["flags"].as_str(), line["n"].as_str(), line["units"].as_str()), ("suppressed", "", ""));
}

#[test]
fn when_everybody_answered_rows_have_no_error() {
    let study = Study::new(&[("size = 150", "size = 62")]);
    let frame: String = (study.units.iter().filter(|unit| unit["returned"] == "1"))
        .map(|unit| format!("{},{},{}\n", unit["id"], unit["area"], unit["team"]))
        .collect();
    study.write("frame.csv", format!("id,area,team\n{frame}").as_bytes());
    study.returned(everybody, everybody);
    let found = study.estimates();
    let line = &found[&key("proportion", "length", "long", "", "")];
    assert_eq!((line["se"].as_str(), line["flags"].as_str()), ("0", "census"), "{line:?}");
    let answered: Vec<&Line> = study.visits.iter().filter(|visit| !visit["length"].is_empty()).collect();
    let long = answered.iter().filter(|visit| visit["length"] == "long").count() as f64 / answered.len() as f64;
    assert!((line["estimate"].parse::<f64>().expect("a number") - long).abs() < 1e-12);
}

/// Many rows of few people: the threshold counts people.
#[test]
fn thresholds_count_people_and_not_rows() {
    for (least, shown_teams, few_with_many_rows) in [(12, 3, 0), (16, 0, 1)] {
        let thresholds = format!("suppress_below = {least}\nsuppress_cells_below = 3");
        let study = Study::new(&[("suppress_below = 1", &thresholds)]);
        study.returned(everybody, everybody);
        let found = study.estimates();
        let (mut shown, mut few) = (0, 0);
        for team in ["red", "green", "blue", "new"] {
            let people: BTreeSet<&str> = (study.units.iter())
                .filter(|unit| unit["team"] == team && unit["returned"] == "1")
                .filter(|unit| study.visits.iter().any(|v| v["id"] == unit["id"] && !v["minutes"].is_empty()))
                .map(|unit| unit["id"].as_str())
                .collect();
            let line = &found[&key("mean", "minutes", "", "team", team)];
            let hidden = line["flags"].split('|').any(|flag| flag == "suppressed");
            assert!(hidden || people.is_empty() || people.len() >= least, "{team}: {people:?}, {line:?}");
            let rows = study.visits.iter().filter(|v| people.contains(v["id"].as_str())).count();
            few += usize::from(!people.is_empty() && people.len() < least && rows >= least);
            shown += usize::from(!hidden && !people.is_empty());
            if hidden {
                assert!(
                    ["n", "units", "estimate", "sum_weights"].iter().all(|name| line[*name].is_empty()),
                    "{line:?}"
                );
            }
        }
        assert_eq!((shown, few), (shown_teams, few_with_many_rows), "{least}");
    }
}

#[test]
fn rows_are_on_the_page_and_in_the_workbook_with_both_bases() {
    let study = Study::new(&[]);
    study.returned(everybody, everybody);
    let found = study.estimates();
    let line = &found[&key("positive", "length", "", "", "")];
    let page = study.text("output/report.html");
    for part in [
        format!("base {} rows of {} people", line["n"], line["units"]),
        "Base in rows".to_owned(),
        "Base in people".to_owned(),
        "id=\"groups-minutes\"".to_owned(),
        "Median".to_owned(),
        "id=\"places-matters\"".to_owned(),
        "Mean places by group".to_owned(),
        "Rows of repeats".to_owned(),
    ] {
        assert!(page.contains(&part), "no {part:?}");
    }
    // What stands by group on the page is what estimates.csv says.
    let median = &found[&key("median", "months", "", "team", "red")];
    let printed = format!("{:.2}", median["estimate"].parse::<f64>().expect("a number"));
    let table = page.split("id=\"groups-months\"").nth(1).and_then(|rest| rest.split("</table>").next());
    assert!(table.expect("the table").contains(&printed), "{printed}");
    let mut book = calamine::open_workbook_auto(study.path("output/results.xlsx")).expect("it opens");
    use calamine::Reader;
    let range = book.worksheet_range("minutes").expect("a sheet for the question");
    let cells: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let head = cells.iter().position(|row| row[0] == "Grouping").expect("a header");
    let at = cells[head].iter().position(|cell| cell == "Base in people").expect("the column");
    assert!(cells[head][at - 1].starts_with("Unweighted base (rows)"), "{:?}", cells[head]);
    let line = &found[&key("mean", "minutes", "", "", "")];
    assert_eq!((&cells[head + 1][at - 1], &cells[head + 1][at]), (&line["n"], &line["units"]));
}

/// The data file of the rows is enough to make the estimates again: it has a line for units without rows too.
#[test]
fn the_file_of_rows_gives_the_same_estimates() {
    let study = Study::new(&[]);
    study.returned(everybody, everybody);
    let found = study.estimates();
    let design = "--weight weight --cluster serial --strata stratum --fpc population --format csv";
    let asked =
        "estimate output/responses-visits.parquet --mean minutes --proportion length --by area --interval wilson";
    let arguments: Vec<&str> = asked.split(' ').chain(design.split(' ')).collect();
    let ended = study.quorate(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.talk);
    let mut compared = 0;
    for line in rows(&ended.out) {
        let key = key(&line["statistic"], &line["variable"], &line["response"], &line["by"], &line["group"]);
        let own = found.get(&key).unwrap_or_else(|| panic!("no estimate {key:?}"));
        for column in ["n", "estimate", "se", "df"] {
            match (line[column].parse::<f64>(), own[column].parse::<f64>()) {
                (Ok(by_file), Ok(by_run)) => {
                    assert!((by_file - by_run).abs() <= 1e-12 * by_run.abs().max(1.0), "{key:?} {column}");
                    compared += 1;
                }
                (by_file, by_run) => assert_eq!(by_file.is_ok(), by_run.is_ok(), "{key:?} {column}"),
            }
        }
    }
    assert!(compared >= 40, "{compared}");
}
