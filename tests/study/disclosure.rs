//! What a run shows of few people.

use std::collections::BTreeMap;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

/// Shares of responses by question, area and response: people behind them, or nothing where they are hidden.
type Counts = BTreeMap<(String, String, String), Option<u64>>;

/// The counts behind the shares by area. An area is a stratum, so all weights in it are the same, and a share times its base
/// is a count: the best that an attacker can hope for.
fn counts(clone: &Clone) -> Counts {
    let text = clone.text("output/carers/estimates.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("the column");
    let (statistic, question, response) = (at("statistic"), at("question"), at("response"));
    let (by, group, n, estimate) = (at("by"), at("group"), at("n"), at("estimate"));
    rows.records()
        .map(|row| row.expect("a row"))
        .filter(|row| &row[statistic] == "proportion" && &row[by] == "area")
        .map(|row| {
            let count = row[estimate].parse::<f64>().ok().zip(row[n].parse::<f64>().ok());
            let key = (row[question].to_owned(), row[group].to_owned(), row[response].to_owned());
            (key, count.map(|(share, n)| (share * n).round() as u64))
        })
        .collect()
}

#[test]
fn rare_responses_are_hidden_and_cannot_be_had_by_subtraction() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let open = counts(&clone);
    let rare: Vec<_> = open.iter().filter(|(_, count)| matches!(count, Some(1 | 2))).map(|(key, _)| key).collect();
    assert!(rare.len() > 20, "the sample data has rare responses: {}", rare.len());

    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nsuppress_cells_below = 3");
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let shown = counts(&clone);
    assert_eq!(shown.len(), open.len(), "what is hidden keeps its row");
    for key in &rare {
        assert_eq!(shown[key], None, "{key:?}");
    }
    for (key, count) in shown.iter().filter(|(_, count)| count.is_some()) {
        assert_eq!(count, &open[key], "what is shown stays the same");
    }
    // A hidden cell alone in its row or column would be the rest of a total.
    for (question, area, response) in shown.iter().filter(|(_, count)| count.is_none()).map(|(key, _)| key) {
        let hidden = |of: &dyn Fn(&(String, String, String)) -> bool| {
            shown.iter().filter(|(key, count)| key.0 == *question && of(key) && count.is_none()).count()
        };
        // Where several boxes may be ticked a row has no total.
        let several = question.contains("all that apply");
        assert!(several || hidden(&|key| key.1 == *area) >= 2, "alone in its row: {question} {area} {response}");
        assert!(hidden(&|key| key.2 == *response) >= 2, "alone in its column: {question} {area} {response}");
    }
    // That all answered alike, or how wide a margin is, is said of nothing that is hidden.
    let text = clone.text("output/carers/estimates.csv");
    let hidden: Vec<&str> = text.lines().filter(|line| line.contains("suppressed")).collect();
    assert!(hidden.len() > 100, "{}", hidden.len());
    assert!(hidden.iter().all(|line| !line.contains("wide") && !line.contains("all-same")));
    let kept = shown.values().filter(|count| count.is_some()).count();
    assert!(kept * 3 > shown.len(), "most of the survey can still be read: {kept} of {}", shown.len());
    let report = clone.text("output/carers/report.html");
    assert!(report.contains("fewer than 3 people gave the response"));
    assert!(!clone.text("output/carers/run.json").contains("\"Suppression\": \"fewer than 5 answers\""));
}

#[test]
fn bases_are_rounded_where_the_pipeline_says_so() {
    let clone = Clone::new();
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nround_bases = 5\nround_people = 10");
    clone.quorate(&["run", CARERS]);
    let text = clone.text("output/carers/estimates.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("the column");
    let (n, sum) = (at("n"), at("sum_weights"));
    let mut seen = 0;
    for row in rows.records().map(|row| row.expect("a row")) {
        let (Ok(n), Ok(sum)) = (row[n].parse::<usize>(), row[sum].parse::<f64>()) else { continue };
        assert!(n.is_multiple_of(5) && (sum as usize).is_multiple_of(10) && sum.fract() == 0.0, "{row:?}");
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
    assert!(clone.text("output/carers/report.html").contains("bases to 5, weighted bases to 10"));
    clone.edit(CARERS, "round_bases = 5", "round_bases = 0");
    assert_eq!(clone.quorate(&["run", CARERS]).code, 2);
}

/// The words of a page or a picture, without tags and what they hold.
fn words(markup: &str) -> String {
    let parts = markup.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words));
    parts.collect::<Vec<_>>().join(" ")
}

/// How many returned is a base like others: no text of any output tells it exactly.
#[test]
fn rounded_bases_are_rounded_in_every_text() {
    let clone = Clone::new();
    clone.edit(CARERS, "basis = \"per-unit\"\n", "basis = \"per-unit\"\nmargin = [{ column = \"age_band\" }]\n");
    clone.edit(CARERS, "[compare]\n", "[compare]\nfunnel = { least = 3 }\n");
    let told = |clone: &Clone| -> Vec<(String, String)> {
        let files = clone.files("output/carers").into_iter();
        let texts = files.filter(|(name, _)| ["csv", "svg", "html", "json"].iter().any(|kind| name.ends_with(kind)));
        let texts =
            texts.filter(|(name, _)| !["key/", "findings", "codebook"].iter().any(|other| name.starts_with(other)));
        texts
            .map(|(name, bytes)| {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let is_markup = name.ends_with("svg") || name.ends_with("html");
                // Hashes are numbers too, and tell none.
                let said = |text: &str| {
                    let record: serde_json::Value = serde_json::from_str(text).expect("a JSON file");
                    format!("{} {}", record["stages"], record["choices"])
                };
                let is_record = name.ends_with("json");
                (
                    name,
                    if is_markup {
                        words(&text)
                    } else if is_record {
                        said(&text)
                    } else {
                        text
                    },
                )
            })
            .collect()
    };
    let has = |text: &str, number: u64| {
        let number = number.to_string();
        text.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word.trim_end_matches('.') == number)
    };
    clone.quorate(&["run", CARERS]);
    let stages = clone.json("output/carers/run.json")["stages"].clone();
    let stages = stages.as_array().expect("stages");
    let ingest = stages.iter().find(|stage| stage["stage"] == "ingest").expect("the stage");
    let returned = ingest["counts"]["returned"].as_u64().expect("a count");
    assert!(!returned.is_multiple_of(5), "{returned}");
    let exact = told(&clone).iter().filter(|(_, text)| has(text, returned)).count();
    assert!(exact >= 3, "the page, the record and the picture of the weights say {returned}: {exact}");
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nround_bases = 5\nround_people = 10");
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    for (name, text) in told(&clone) {
        assert!(!has(&text, returned), "{name} tells that {returned} returned");
    }
    let record = clone.json("output/carers/run.json");
    let counts = &record["stages"].as_array().expect("stages")[3]["counts"];
    let count = |name: &str| counts[name].as_u64().expect("a count");
    assert_eq!(count("drawn"), count("returned") + count("not_returned"));
    assert_eq!(count("rows_read"), count("accepted") + count("set_aside"));
}

#[test]
fn the_data_file_of_answers_singles_nobody_out() {
    let clone = Clone::new();
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nmicro_below = 12");
    clone.quorate(&["run", CARERS]);
    let path = clone.path("output/carers/responses.parquet");
    let table = quorate::frame::read_table(&path, None, &[]).expect("it reads");
    let column = |name: &str| table.columns.iter().position(|column| column == name).expect("the column");
    let told: Vec<[&str; 3]> = table
        .rows
        .iter()
        .map(|(_, row)| ["stratum", "area", "age_band"].map(|name| row[column(name)].as_str()))
        .collect();
    assert!(told.iter().any(|values| values.contains(&"[c]")), "small areas have few people of an age");
    for values in told.iter().filter(|values| !values.contains(&"[c]")) {
        let alike = |other: &&[&str; 3]| (0..3).all(|at| other[at] == values[at] || other[at] == "[c]");
        assert!(told.iter().filter(alike).count() >= 12, "{values:?}");
    }
}

/// What puts answers together or lays them beside others must not say what is hidden: a score less its other items is an
/// item; a difference and its other side are a figure.
#[test]
fn what_is_hidden_is_in_no_net_score_or_difference() {
    let clone = Clone::new();
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nsuppress_cells_below = 3");
    clone.edit(
        CARERS,
        "[compare]\n",
        "[compare]\nfunnel = { least = 3 }\nitems = [{ label = \"Contact\", questions = [\"q04\", \"q05\", \"q07\"] }]\n",
    );
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let text = clone.text("output/carers/estimates.csv");
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect();
    let domain = |row: &BTreeMap<String, String>| (row["variable"].clone(), row["by"].clone(), row["group"].clone());
    let hidden = |statistics: &[&str]| -> std::collections::BTreeSet<_> {
        let of = |row: &&BTreeMap<String, String>| statistics.contains(&row["statistic"].as_str());
        rows.iter().filter(of).filter(|row| row["estimate"].is_empty()).map(domain).collect()
    };
    let cells = hidden(&["proportion"]);
    let headlines = hidden(&["positive", "mean"]);
    let shown = |row: &BTreeMap<String, String>| {
        ["estimate", "se", "ci_low", "ci_high", "benchmark", "difference", "p_value"]
            .iter()
            .any(|c| !row[*c].is_empty())
    };
    let (mut nets, mut scores, mut differences) = (0, 0, 0);
    for row in &rows {
        let (variable, by, group) = domain(row);
        match row["statistic"].as_str() {
            // Nets add cells up whose ranges were found without them.
            "net" if cells.iter().any(|cell| cell.0 == variable) => {
                let whole_group = rows.iter().filter(|other| domain(other) == domain(row));
                let whole_group =
                    whole_group.filter(|other| other["statistic"] == "proportion").all(|other| !shown(other));
                let only_groups = cells.iter().filter(|cell| cell.0 == variable).all(|cell| {
                    rows.iter()
                        .filter(|other| domain(other) == *cell && other["statistic"] == "proportion")
                        .all(|other| !shown(other))
                });
                assert!(!shown(row) || (only_groups && !whole_group), "{row:?}");
                nets += 1;
            }
            "mean" if variable == "contact" || variable == "fit" => {
                let items = if variable == "contact" { ["q04", "q05", "q08"] } else { ["q09", "q10", "q11"] };
                if items.iter().any(|item| cells.contains(&((*item).to_owned(), by.clone(), group.clone()))) {
                    assert!(!shown(row), "{row:?}");
                    scores += 1;
                }
            }
            "difference" if headlines.contains(&domain(row)) => {
                assert!(!shown(row), "{row:?}");
                differences += 1;
            }
            _ => {}
        }
    }
    assert!(nets > 20 && scores > 5, "{nets} nets, {scores} scores and {differences} differences were attacked");
    // No group stands in a funnel that the tables hide.
    for (question, _, group) in hidden(&["positive"]).iter().filter(|(_, by, _)| by == "area") {
        let path = clone.path(&format!("output/carers/charts/funnel-{question}-area.csv"));
        if let Ok(funnel) = std::fs::read_to_string(path) {
            assert!(!funnel.contains(group.as_str()), "{question}: {group}");
        }
    }
}
