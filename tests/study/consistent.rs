//! One figure, one number: what the page, the workbook and the charts' data say is what estimates.csv has, to the digits
//! that are shown.

use std::collections::BTreeMap;

use calamine::{Data, Reader};

use super::Clone;

const STUDIES: [(&str, &str); 2] =
    [("pipelines/carers-survey.toml", "output/carers"), ("pipelines/case-file-audit.toml", "output/case-files")];

type Row = BTreeMap<String, String>;

/// A table of the page: its id, and its rows of texts with the headings first.
type Table = (String, Vec<Vec<String>>);

/// Everything that is published of a run.
struct Published {
    estimates: Vec<Row>,
    page: Vec<Table>,
    sheets: Vec<(String, Vec<Vec<Data>>)>,
    charts: Vec<(String, Vec<Row>)>,
}

fn records(bytes: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.expect("a row")).collect()
}

/// The pieces of a text between an opening and a closing tag; none of them lies within another.
fn between<'t>(text: &'t str, open: &'t str, close: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(open).skip(1).filter_map(move |rest| rest.split_once(close).map(|(inside, _)| inside))
}

/// The words of a piece of a page, without its tags.
fn words(html: &str) -> String {
    let text: String = html
        .split('<')
        .enumerate()
        .map(|(at, part)| match at {
            0 => part,
            _ => part.split_once('>').map_or("", |(_, words)| words),
        })
        .collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, letter)| text.replace(entity, letter)).trim().to_owned()
}

fn tables(page: &str) -> Vec<Table> {
    between(page, "<table", "</table>")
        .map(|table| {
            let id = table.split_once("id=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id);
            let cells = |row: &str| -> Vec<String> {
                let row = row.replace("<th ", "<td ").replace("<th>", "<td>").replace("</th>", "</td>");
                between(&row, "<td", "</td>")
                    .map(|cell| words(cell.split_once('>').map_or("", |(_, cell)| cell)))
                    .collect()
            };
            (id.to_owned(), between(table, "<tr", "</tr>").map(cells).collect())
        })
        .collect()
}

fn read(clone: &Clone, folder: &str) -> Published {
    let mut workbook: calamine::Xlsx<_> =
        calamine::open_workbook(clone.path(&format!("{folder}/results.xlsx"))).expect("it opens");
    let sheets = workbook.sheet_names().into_iter().map(|name| {
        let range = workbook.worksheet_range(&name).expect("it reads");
        (name, range.rows().map(<[Data]>::to_vec).collect())
    });
    let sheets = sheets.collect();
    let charts = clone.files(&format!("{folder}/charts")).into_iter().filter(|(name, _)| name.ends_with(".csv"));
    Published {
        estimates: records(&clone.read(&format!("{folder}/estimates.csv"))),
        page: tables(&clone.text(&format!("{folder}/report.html"))),
        sheets,
        charts: charts.map(|(name, bytes)| (name, records(&bytes))).collect(),
    }
}

/// What was compared, and what differed.
#[derive(Default)]
struct Tally {
    compared: BTreeMap<&'static str, usize>,
    differ: Vec<String>,
}

impl Tally {
    fn text(&mut self, of: &'static str, what: &str, found: &str, expected: &str) {
        *self.compared.entry(of).or_default() += 1;
        if found != expected {
            self.differ.push(format!("{of}, {what}: {found} where estimates.csv has {expected}"));
        }
    }

    /// A cell of the workbook against a number, which may be missing.
    fn number(&mut self, of: &'static str, what: &str, found: &Data, expected: Option<f64>) {
        *self.compared.entry(of).or_default() += 1;
        let same = match (found, expected) {
            (Data::Float(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            (Data::Int(found), Some(expected)) => *found as f64 == expected,
            (Data::String(mark), None) => mark.starts_with('['),
            _ => false,
        };
        if !same {
            self.differ.push(format!("{of}, {what}: {found:?} where estimates.csv has {expected:?}"));
        }
    }
}

fn value(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

fn is_mean(row: &Row) -> bool {
    let label = &row["label"];
    matches!(row["statistic"].as_str(), "mean" | "median") || label.starts_with("Mean") || label.starts_with("Median")
}

/// A number as it is shown: with a true minus sign, never a minus zero.
fn shown(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|byte| byte == b'0' || byte == b'.') => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// A column of a row in its own units: one place of per cent, or two places.
fn figure(row: &Row, column: &str) -> String {
    match value(row, column) {
        None if row["flags"].contains("suppressed") => "[c]".to_owned(),
        None => "[x]".to_owned(),
        Some(x) if is_mean(row) => shown(x, 2),
        Some(x) => shown(100.0 * x, 1),
    }
}

fn signed(row: &Row, column: &str) -> String {
    let text = figure(row, column);
    let zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value(row, column).is_some_and(|x| x > 0.0) && !zero { format!("+{text}") } else { text }
}

fn interval(row: &Row) -> String {
    match value(row, "ci_low") {
        Some(_) => format!("{} to {}", figure(row, "ci_low"), figure(row, "ci_high")),
        None => figure(row, "ci_low"),
    }
}

fn margin(row: &Row) -> String {
    let text = figure(row, "moe");
    if text.starts_with('[') { text } else { format!("±{text}") }
}

/// The base of a group: of any of its figures that is shown.
fn base(rows: &[&Row]) -> String {
    let shown = rows.iter().map(|row| row["n"].as_str()).find(|n| !n.is_empty());
    match shown.unwrap_or("") {
        "" => "[c]".to_owned(),
        n if n.len() > 3 => format!("{},{}", &n[..n.len() - 3], &n[n.len() - 3..]),
        n => n.to_owned(),
    }
}

impl Published {
    /// The estimates of a question in a group, in order, without differences.
    fn of(&self, question: &str, by: &str, group: &str) -> Vec<&Row> {
        let is = |row: &&Row| {
            row["variable"] == question && row["by"] == by && row["group"] == group && row["statistic"] != "difference"
        };
        self.estimates.iter().filter(is).collect()
    }

    /// The figure that stands for a question: its positive share, or else its mean.
    fn headline(&self, question: &str, by: &str, group: &str) -> Option<&Row> {
        let rows = self.of(question, by, group);
        let of = |statistic: &str| rows.iter().find(|row| row["statistic"] == statistic).copied();
        of("positive").or_else(|| of("mean"))
    }

    /// The groupings' columns in their order.
    fn groupings(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for row in &self.estimates {
            if !row["by"].is_empty() && !found.contains(&row["by"].as_str()) {
                found.push(&row["by"]);
            }
        }
        found
    }

    /// Questions by their short labels, as the charts' data have them.
    fn labels(&self) -> BTreeMap<&str, &str> {
        let rows = self.charts.iter().flat_map(|(_, rows)| rows);
        rows.filter_map(|row| Some((row.get("label")?.as_str(), row.get("question")?.as_str()))).collect()
    }

    fn compare(&self) -> Tally {
        let mut tally = Tally::default();
        for (id, rows) in &self.page {
            let (kind, question) = id.split_once('-').unwrap_or((id, ""));
            match kind {
                "responses" => self.responses(&mut tally, question, &rows[1..]),
                "groups" => self.groups(&mut tally, question, rows),
                "comparison" => self.beside(&mut tally, question, &rows[1..]),
                "against" => self.against(&mut tally, question, rows),
                "evidence" | "distribution" => self.evidence(&mut tally, id, rows),
                _ => {}
            }
        }
        for (name, rows) in &self.sheets {
            if let Some(header) =
                rows.iter().position(|row| row.iter().filter(|cell| !cell.to_string().is_empty()).count() > 4)
            {
                self.sheet(&mut tally, name, &rows[header], &rows[header + 1..]);
            }
        }
        for (name, rows) in &self.charts {
            self.chart(&mut tally, name, rows);
        }
        tally
    }

    fn responses(&self, tally: &mut Tally, question: &str, rows: &[Vec<String>]) {
        let mut estimates = self.of(question, "", "");
        if rows.len() < estimates.len() {
            // A positive share of one response is that response, and has no row of its own.
            estimates.retain(|row| row["statistic"] != "positive");
        }
        assert_eq!(rows.len(), estimates.len(), "{question}");
        for (cells, row) in rows.iter().zip(estimates) {
            let what = format!("{question} {}", cells[0]);
            tally.text("page", &what, cells[1].trim_end_matches("[u]"), &figure(row, "estimate"));
            tally.text("page", &what, &cells[2], &interval(row));
            tally.text("page", &what, &cells[3], &margin(row));
            tally.text("page", &what, &cells[4], &base(&[row]));
            let deff = value(row, "deff").map_or(figure(row, "deff"), |deff| shown(deff, 2));
            tally.text("page", &what, &cells[5], &deff);
        }
    }

    fn groups(&self, tally: &mut Tally, question: &str, rows: &[Vec<String>]) {
        let headings = &rows[0];
        let groupings = self.groupings();
        let (mut by, mut next) = ("", 0);
        for cells in &rows[1..] {
            if cells.len() == 1 {
                (by, next) = (groupings[next], next + 1);
                continue;
            }
            let group = if by.is_empty() { "" } else { cells[0].as_str() };
            let estimates = self.of(question, by, group);
            if estimates.is_empty() {
                continue;
            }
            let headline = self.headline(question, by, group);
            for (heading, cell) in headings.iter().zip(cells).skip(1) {
                let what = format!("{question} {by} {group} {heading}");
                let labelled = |statistic: &str| {
                    estimates.iter().find(|row| row["statistic"] == statistic && row["label"] == *heading).copied()
                };
                let median = || estimates.iter().find(|row| row["statistic"] == "median").expect("a median");
                let (found, expected) = match heading.as_str() {
                    "Base" => (cell.as_str(), base(&estimates)),
                    "Median" => (cell.trim_end_matches("[u]"), figure(median(), "estimate")),
                    "Its interval" => (cell.as_str(), interval(median())),
                    "Interval" => (cell.as_str(), interval(headline.expect("a headline"))),
                    "Margin" => (cell.as_str(), margin(headline.expect("a headline"))),
                    heading if heading.starts_with("Against") => continue,
                    heading => {
                        let of = |statistic: &str| estimates.iter().find(|row| row["statistic"] == statistic).copied();
                        let row = if heading == "Mean" { of("mean") } else { None };
                        let row = row.or_else(|| ["proportion", "positive", "net"].into_iter().find_map(labelled));
                        (cell.trim_end_matches("[u]"), figure(row.expect("a figure"), "estimate"))
                    }
                };
                tally.text("page", &what, found, &expected);
            }
        }
    }

    fn beside(&self, tally: &mut Tally, question: &str, rows: &[Vec<String>]) {
        let row = self.headline(question, "", "").expect("a figure to compare");
        let cells = &rows[0];
        let published = cells[2].split(' ').next().unwrap_or_default();
        tally.text("page", &format!("{question} beside {}", cells[0]), published, &figure(row, "benchmark"));
        tally.text("page", &format!("{question} beside {}", cells[0]), &cells[3], &figure(row, "estimate"));
        tally.text("page", &format!("{question} beside {}", cells[0]), &cells[4], &signed(row, "difference"));
        let p = value(row, "p_value").expect("a test");
        let p = if p < 0.001 { "less than 0.001".to_owned() } else { shown(p, 3) };
        tally.text("page", &format!("{question} beside {}", cells[0]), &cells[6], &p);
    }

    fn against(&self, tally: &mut Tally, by: &str, rows: &[Vec<String>]) {
        let labels = self.labels();
        for cells in &rows[1..] {
            let Some(question) = labels.get(cells[0].as_str()) else { continue };
            for (group, cell) in rows[0].iter().zip(cells).skip(1) {
                let row = self.headline(question, by, group).expect("the group's figure");
                let found = cell.split(' ').next().unwrap_or_default();
                // A group whose difference would tell its neighbours' figures is hidden here.
                let hidden = self.estimates.iter().any(|row| {
                    let own = row["variable"] == **question && row["by"] == by && row["group"] == *group;
                    own && row["statistic"] == "difference" && row["flags"].contains("suppressed")
                });
                let expected = if hidden { "[c]".to_owned() } else { figure(row, "estimate") };
                tally.text("page", &format!("{question} {group} against others"), found, &expected);
            }
        }
    }

    fn evidence(&self, tally: &mut Tally, id: &str, rows: &[Vec<String>]) {
        let labels = self.labels();
        for cells in &rows[1..] {
            // The words for what counts as positive follow the question's label.
            let found = labels.iter().filter(|(label, _)| cells[0].starts_with(**label));
            let Some((_, question)) = found.max_by_key(|(label, _)| label.len()) else { continue };
            let estimates = self.of(question, "", "");
            for (heading, cell) in rows[0].iter().zip(cells).skip(1) {
                let of = |statistic: &str| estimates.iter().find(|row| row["statistic"] == statistic).copied();
                let labelled =
                    estimates.iter().find(|row| row["statistic"] == "proportion" && row["label"] == *heading);
                let positive = of("positive");
                let expected = match (heading.as_str(), labelled) {
                    ("Base", _) => base(&estimates),
                    ("Margin", _) => positive.or(of("mean")).map_or("[x]".to_owned(), margin),
                    ("Mean", _) => of("mean").map_or("[x]".to_owned(), |row| figure(row, "estimate")),
                    (_, Some(row)) => figure(row, "estimate"),
                    ("Positive, per cent", _) => positive.map_or("[x]".to_owned(), |row| figure(row, "estimate")),
                    (heading, _) if positive.is_some_and(|row| row["label"] == heading) => {
                        figure(positive.expect("it is there"), "estimate")
                    }
                    _ => continue,
                };
                tally.text("page", &format!("{id} {question} {heading}"), cell.trim_end_matches("[u]"), &expected);
            }
        }
    }

    fn sheet(&self, tally: &mut Tally, name: &str, header: &[Data], rows: &[Vec<Data>]) {
        let column = |start: &str| header.iter().position(|cell| cell.to_string().starts_with(start));
        let mut all: Vec<&Row> =
            self.estimates.iter().filter(|row| row["variable"] == *name && row["statistic"] != "difference").collect();
        let scaled = |row: &Row, column: &str| {
            let times = if is_mean(row) || ["n", "sum_weights", "deff", "df"].contains(&column) { 1.0 } else { 100.0 };
            value(row, column).map(|x| times * x)
        };
        if column("Standard error").is_some() && column("Grouping") == Some(0) {
            // Where one response is all that is positive, its share is not said twice.
            if rows.len() < all.len() {
                all.retain(|row| row["statistic"] != "positive");
            }
            assert_eq!(rows.len(), all.len(), "{name}");
            for (cells, row) in rows.iter().zip(all) {
                for (heading, of) in [
                    ("Estimate", "estimate"),
                    ("Lower limit", "ci_low"),
                    ("Upper limit", "ci_high"),
                    ("Margin of error", "moe"),
                    ("Standard error", "se"),
                    ("Unweighted base", "n"),
                    ("Weighted base", "sum_weights"),
                    ("Design effect", "deff"),
                    ("Degrees of freedom", "df"),
                ] {
                    let at = column(heading).expect("the column");
                    let what = format!("{name} {} {} {heading}", row["group"], row["label"]);
                    tally.number("workbook", &what, &cells[at], scaled(row, of));
                }
            }
            return;
        }
        let Some(question) = column("Question") else { return };
        let group = header.iter().position(|cell| matches!(cell, Data::String(name) if name == "Group"));
        let p_adjusted = column("Adjusted p-value");
        for cells in rows {
            let question = cells[question].to_string();
            let name_of = group.map_or(String::new(), |at| cells[at].to_string());
            let group = if name_of == "Everyone" { String::new() } else { name_of };
            let own = |row: &&Row| row["variable"] == question && row["group"] == group;
            let what = |heading: &str| format!("{name} {question} {group} {heading}");
            if let Some(p) = p_adjusted {
                // A difference within the study.
                let row = self
                    .estimates
                    .iter()
                    .filter(own)
                    .find(|row| row["statistic"] == "difference" && row["method"].contains("p adjusted"));
                let Some(row) = row else { continue };
                for (heading, of) in [
                    ("Base", "n"),
                    ("Difference", "estimate"),
                    ("Lower limit", "ci_low"),
                    ("Upper limit", "ci_high"),
                    ("Standard error", "se"),
                    ("Degrees of freedom", "df"),
                    ("Figure of", "benchmark"),
                ] {
                    tally.number("workbook", &what(heading), &cells[column(heading).expect("it")], scaled(row, of));
                }
                tally.number("workbook", &what("p"), &cells[p], value(row, "p_value"));
                continue;
            }
            let by = self.estimates.iter().find(own).map_or(String::new(), |row| row["by"].clone());
            let Some(row) = self.headline(&question, &by, &group) else { continue };
            for (heading, of) in [
                ("Positive share", "estimate"),
                ("Estimate", "estimate"),
                ("Base", "n"),
                ("Margin of error (", "moe"),
                ("Margin of error [", "moe"),
                ("Margin of error of the positive", "moe"),
                ("Lower limit (%)", "ci_low"),
                ("Upper limit (%)", "ci_high"),
            ] {
                let Some(at) = column(heading).filter(|at| !matches!(&cells[*at], Data::String(mark) if mark == "[z]"))
                else {
                    continue;
                };
                if row["statistic"] == "mean" && heading != "Base" && heading != "Estimate" {
                    continue;
                }
                tally.number("workbook", &what(heading), &cells[at], scaled(row, of));
            }
            // Shares of responses, headed by their words.
            for share in self.of(&question, "", "").iter().filter(|row| row["statistic"] == "proportion") {
                if let Some(at) = column(&format!("{} (%)", share["label"])).filter(|_| name.starts_with("Scale_")) {
                    tally.number("workbook", &what(&share["label"]), &cells[at], scaled(share, "estimate"));
                }
            }
        }
    }

    fn chart(&self, tally: &mut Tally, name: &str, rows: &[Row]) {
        // The same words may stand for a response and for a net: then they come in the order of the estimates.
        let mut seen: BTreeMap<[&str; 4], usize> = BTreeMap::new();
        for row in rows {
            let get = |column: &str| row.get(column).map(String::as_str);
            let (Some(question), Some(number)) = (get("question"), get("per_cent").or(get("mean"))) else { continue };
            let (by, group) = (get("by").unwrap_or(""), get("group").unwrap_or(""));
            let estimate = match get("response") {
                Some(response) => {
                    let at = seen.entry([question, by, group, response]).or_default();
                    *at += 1;
                    let all: Vec<&Row> =
                        self.of(question, by, group).into_iter().filter(|row| row["label"] == response).collect();
                    all.get(*at - 1).or(all.last()).copied()
                }
                None => self.headline(question, by, group),
            };
            let Some(estimate) = estimate else { continue };
            let what = format!("{name} {question} {by} {group} {}", get("response").unwrap_or(""));
            // A picture shows a group whole or not at all.
            if number == "[c]" && self.of(question, by, group).iter().any(|row| row["flags"].contains("suppressed")) {
                tally.text("charts", &what, number, "[c]");
                continue;
            }
            tally.text("charts", &what, number, &figure(estimate, "estimate"));
            for column in ["ci_low", "ci_high"] {
                if let Some(found) = get(column) {
                    tally.text("charts", &what, found, &figure(estimate, column));
                }
            }
            if let Some(found) = get("base") {
                tally.text("charts", &what, &found.replace(',', ""), &base(&[estimate]).replace(',', ""));
            }
            if let Some(found) = get("benchmark").filter(|_| get("difference").is_some()) {
                tally.text("charts", &what, found, &figure(estimate, "benchmark"));
                tally.text("charts", &what, get("difference").expect("it"), &signed(estimate, "difference"));
            }
        }
    }
}

#[test]
fn page_workbook_and_charts_say_what_the_estimates_have() {
    let clone = Clone::new();
    clone.edit(STUDIES[0].0, "suppress_below = 5", "suppress_below = 5\nsuppress_cells_below = 3");
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    for (pipeline, folder) in STUDIES {
        assert_eq!(clone.quorate(&["run", pipeline]).code, 1);
        let mut published = read(&clone, folder);
        let tally = published.compare();
        assert!(
            tally.differ.is_empty(),
            "{} differ: {:#?}",
            tally.differ.len(),
            &tally.differ[..tally.differ.len().min(12)]
        );
        for (of, count) in tally.compared {
            *compared.entry(of).or_default() += count;
        }

        // One digit that differs anywhere is found.
        let is_figure = |text: &str| text.contains('.') && text.parse::<f64>().is_ok();
        let own = |id: &str| id.starts_with("groups-");
        let cell = published.page.iter_mut().filter(|(id, _)| own(id)).flat_map(|(_, rows)| rows.iter_mut().flatten());
        let cell = cell.filter(|cell| is_figure(cell)).nth(40).expect("a figure on the page");
        let kept = std::mem::replace(cell, format!("{:.1}", cell.parse::<f64>().expect("a figure") + 0.1));
        assert_eq!(published.compare().differ.len(), 1, "the page has another figure than {kept}");
        let mut published = read(&clone, folder);
        let asked: Vec<&str> = published.estimates.iter().map(|row| row["variable"].as_str()).collect();
        let own = |name: &str| asked.contains(&name);
        let cells = published.sheets.iter_mut().filter(|(name, _)| own(name)).flat_map(|(_, rows)| rows);
        let mut figures = cells.flatten().filter_map(|cell| if let Data::Float(x) = cell { Some(x) } else { None });
        *figures.nth(300).expect("a figure in the workbook") += 0.01;
        assert_eq!(published.compare().differ.len(), 1, "the workbook has another figure");
        let mut published = read(&clone, folder);
        let rows =
            published.charts.iter_mut().filter(|(name, _)| name.starts_with("question-")).flat_map(|(_, rows)| rows);
        let mut cells = rows.filter_map(|row| row.get_mut("per_cent"));
        cells.find(|cell| is_figure(cell)).expect("a figure in a chart").push('1');
        assert_eq!(published.compare().differ.len(), 1, "a chart has another figure");
        let mut published = read(&clone, folder);
        let row = published.estimates.iter_mut().find(|row| row["statistic"] == "positive").expect("a share");
        row.insert("estimate".to_owned(), "0.12345".to_owned());
        assert!(published.compare().differ.len() >= 3, "page, workbook and charts have the figure");
    }
    assert!(compared["page"] > 1500 && compared["workbook"] > 8000 && compared["charts"] > 800, "{compared:?}");
}
