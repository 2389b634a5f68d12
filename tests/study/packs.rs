//! The results of one team at a time, funnels of councils, and which way is better.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// The sample study with packs; what else is to be changed is edited first.
fn with_packs(by: &str, edits: &[(&str, &str)]) -> Clone {
    let clone = Clone::new();
    clone.edit(CARERS, "[publish]\n", &format!("[packs]\nby = \"{by}\"\n\n[publish]\n"));
    for (from, to) in edits {
        clone.edit(CARERS, from, to);
    }
    clone
}

fn run(clone: &Clone) {
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
}

/// The files of the packs, by path from their folder.
fn packs(clone: &Clone) -> Vec<String> {
    clone.files("output/carers/packs").into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_team_has_a_pack_of_the_runs_own_figures() {
    let clone = with_packs("area", &[]);
    run(&clone);
    let slugs = ["castlehill", "glen-isle", "harbourside", "millbrook", "northgate", "westfield"];
    let mut expected: Vec<String> = vec!["index.html".to_owned()];
    for slug in slugs {
        expected.extend(
            ["estimates.csv", "quality.html", "report.html", "results.xlsx"].map(|file| format!("{slug}/{file}")),
        );
    }
    expected.sort();
    assert_eq!(packs(&clone), expected);
    let record = clone.json("output/carers/run.json");
    for name in &expected {
        assert!(record["outputs"][format!("packs/{name}")].is_string(), "{name} is recorded");
    }
    assert_eq!(record["choices"]["Packs"], "by Area, against everyone else");

    // Every row of a pack is a row of the run, of everyone or of the team, and the team has all of its own.
    let whole = clone.text("output/carers/estimates.csv");
    let lines: BTreeSet<&str> = whole.lines().collect();
    let of = |group: &str| rows(&whole).iter().filter(|row| row["by"] == "area" && row["group"] == group).count();
    for (slug, group) in [("castlehill", "Castlehill"), ("glen-isle", "Glen Isle")] {
        let pack = clone.text(&format!("output/carers/packs/{slug}/estimates.csv"));
        for line in pack.lines() {
            assert!(lines.contains(line), "{line}");
        }
        let found = rows(&pack);
        assert!(found.iter().all(|row| row["by"].is_empty() || (row["by"] == "area" && row["group"] == group)));
        // Rows of open questions have no estimates and differences none either: nothing of the team is left out.
        assert_eq!(found.iter().filter(|row| row["group"] == group).count(), of(group), "{group}");
    }
    let report = clone.text("output/carers/packs/castlehill/report.html");
    for words in [
        "In Castlehill, 21 of 35 people drawn replied (60%), out of 180 in all.",
        "Worse than everyone else",
        "../index.html",
    ] {
        assert!(report.contains(words), "{words}");
    }
    assert!(!report.contains("Northgate"), "no other team stands in a pack");
    let quality = clone.text("output/carers/packs/castlehill/quality.html");
    assert!(quality.contains("Answers to each question") && quality.contains("R012"));
    let index = clone.text("output/carers/packs/index.html");
    for slug in slugs {
        assert!(index.contains(&format!("{slug}/report.html")), "{slug}");
    }
    for slug in slugs {
        let checked = clone.quorate(&["check", &format!("output/carers/packs/{slug}/results.xlsx")]);
        assert_eq!(checked.code, 0, "{slug}: {}{}", checked.out, checked.talk);
    }
    let verified = clone.quorate(&["verify", "output/carers/run.json"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.talk);
}

/// R survey by tests/reference/packs/packs.R: a team is a domain of the whole design, and the difference from the rest counts what
/// the two have in common.
#[test]
fn a_team_is_a_domain_as_in_r() {
    let clone = with_packs("age_band", &[]);
    run(&clone);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/packs/expected.csv");
    let expected = rows(&std::fs::read_to_string(path).expect("it is there"));
    let folder = |group: &str| group.trim_end_matches('+').to_owned();
    for wanted in &expected {
        let text = clone.text(&format!("output/carers/packs/{}/estimates.csv", folder(&wanted["group"])));
        let found = rows(&text);
        let find = |statistic: &str| {
            let mut of = found.iter().filter(|row| {
                row["variable"] == wanted["question"]
                    && row["group"] == wanted["group"]
                    && row["statistic"] == statistic
                    && (statistic == "positive" || row["benchmark_source"] == "everyone else")
            });
            of.next().unwrap_or_else(|| panic!("{statistic} of {wanted:?}")).clone()
        };
        let near = |row: &Row, column: &str, reference: &str| {
            let (found, expected) = (number(row, column), number(wanted, reference));
            assert!((found - expected).abs() < 1e-9, "{column}: {found} {expected} in {wanted:?}");
        };
        let (own, gap) = (find("positive"), find("difference"));
        assert_eq!(own["n"], wanted["n"]);
        near(&own, "estimate", "estimate");
        near(&own, "se", "se");
        near(&gap, "benchmark", "other");
        near(&gap, "estimate", "difference");
        near(&gap, "se", "se_difference");
    }
    assert_eq!(expected.len(), 20);
}

/// 17 returned from Westfield and 19 from Glen Isle: with a threshold of 18 both go, and neither can be had from the others.
#[test]
fn a_small_team_has_no_pack_and_no_other_gives_it_away() {
    let clone = with_packs("area", &[("suppress_below = 5", "suppress_below = 18")]);
    run(&clone);
    let files = packs(&clone);
    let withheld = ["glen-isle", "westfield"];
    for slug in &withheld {
        let own: Vec<&String> = files.iter().filter(|name| name.starts_with(slug)).collect();
        assert_eq!(own, [&format!("{slug}/report.html")], "only the reason");
    }
    let reason = |slug: &str, name: &str| {
        let page = clone.text(&format!("output/carers/packs/{slug}/report.html"));
        assert!(page.contains("There are no results to show"));
        let at = page.find("Fewer than 18 returns").expect("the reason");
        page[at..at + 160].replace(name, "X")
    };
    let reasons = (reason("westfield", "Westfield"), reason("glen-isle", "Glen Isle"));
    assert_eq!(reasons.0, reasons.1, "whether a team is small or would give one away is not said");
    let index = clone.text("output/carers/packs/index.html");
    let line = |name: &str| {
        let start = index.find(&format!(">{name}</a>")).expect("it is listed");
        index[start..start + index[start..].find("</tr>").expect("a row")].to_owned()
    };
    for (name, returned) in [("Westfield", "17"), ("Glen Isle", "19")] {
        assert!(!line(name).contains(&format!(">{returned}<")), "{}", line(name));
        assert!(line(name).contains("[c]"));
    }
    // What the whole run hides is nowhere in the packs, and what a pack shows the run shows.
    let whole = clone.text("output/carers/estimates.csv");
    let lines: BTreeSet<&str> = whole.lines().collect();
    for name in files.iter().filter(|name| name.ends_with(".csv")) {
        let text = clone.text(&format!("output/carers/packs/{name}"));
        assert!(text.lines().all(|line| lines.contains(line)), "{name}");
        assert!(!text.contains("Westfield") && !text.contains("Glen Isle"), "{name}");
    }
}

/// The parts of a team's returns that did not answer are answers to other questions: with rare cells hidden, no small part is told.
#[test]
fn quality_tells_no_small_part() {
    let clone = with_packs("area", &[("suppress_below = 5", "suppress_below = 5\nsuppress_cells_below = 3")]);
    run(&clone);
    let page = clone.text("output/carers/packs/castlehill/quality.html");
    let start = page.find("id=\"items-table\"").expect("the table");
    let table = &page[start..start + page[start..].find("</table>").expect("its end")];
    let (mut hidden, mut told) = (0, 0);
    for row in table.split("<tr").skip(2) {
        let cells: Vec<String> = row
            .split("<td")
            .skip(1)
            .map(|cell| {
                let mut text = String::new();
                let mut inside = true;
                for c in cell.chars() {
                    match c {
                        '<' => inside = true,
                        '>' => inside = false,
                        c if !inside => text.push(c),
                        _ => {}
                    }
                }
                text.trim().to_owned()
            })
            .collect();
        for part in &cells[1..3] {
            match part.parse::<u32>() {
                Ok(count) => {
                    assert!(count == 0 || count >= 3, "{cells:?}");
                    told += 1;
                }
                Err(_) => {
                    assert_eq!(part, "[c]", "{cells:?}");
                    hidden += 1;
                }
            }
        }
        assert_eq!(cells[1] == "[c]", cells[2] == "[c]", "one part is the rest of the other: {cells:?}");
    }
    assert_eq!(hidden + told, 28, "14 questions, of each two parts");
    assert!(hidden > 0);
}

#[test]
fn packs_that_may_no_longer_be_shown_do_not_lie_about() {
    let clone = with_packs("area", &[]);
    run(&clone);
    std::fs::write(clone.path("output/carers/packs/westfield/own-notes.txt"), "kept").expect("written");
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 18");
    clone.edit(CARERS, "[packs]\nby = \"area\"", "[packs]\nby = \"area\"\noutputs = [\"report\", \"quality\"]");
    run(&clone);
    let files = packs(&clone);
    let of = |slug: &str| -> Vec<&str> {
        files.iter().filter_map(|name| name.strip_prefix(slug)?.strip_prefix('/')).collect()
    };
    assert_eq!(of("westfield"), ["own-notes.txt", "report.html"], "what others put there stays");
    assert_eq!(of("northgate"), ["quality.html", "report.html"]);
    assert!(!clone.text("output/carers/packs/northgate/report.html").contains("results.xlsx"));
}

#[test]
fn packs_that_cannot_be_made_are_refused_at_their_place() {
    for (edits, found) in [
        (vec![("by = \"area\"", "by = \"aera\"")], "did you mean \"area\"?"),
        (vec![("by = \"area\"", "by = \"name\"")], "add the column to groups"),
        (vec![("groups = \"rest\"\n", "")], "a pack lays a team beside the others"),
        (vec![("by = \"area\"", "by = \"area\"\noutputs = []")], "names nothing"),
        (vec![("by = \"area\"", "by = \"area\"\noutputs = [\"slides\"]")], "slides"),
    ] {
        let clone = with_packs("area", &edits);
        let ended = clone.quorate(&["run", CARERS]);
        assert_eq!(ended.code, 2, "{edits:?}: {}", ended.talk);
        assert!(ended.talk.contains(found), "{edits:?}: {}", ended.talk);
        assert!(!clone.path("output/carers/packs").exists());
    }
}

/// A pack of 12 made-up councils and their nation.
fn councils(clone: &Clone, more: &str, nation: bool) {
    let mut pack =
        String::from("[benchmark]\nid = \"c\"\ntitle = \"Councils\"\nsource = \"made up\"\nas_of = \"2026\"\n");
    let figure = |organisation: &str, value: f64, more: &str| {
        format!(
            "[[figure]]\nid = \"scotland-carers-information\"\nlabel = \"Easy to get information\"\n{}value = {value}\n{more}\n",
            if organisation.is_empty() {
                String::new()
            } else {
                format!("organisation = \"{organisation}\"\nnational = false\n")
            }
        )
    };
    for (place, council) in ('A'..='L').enumerate() {
        pack += &figure(&format!("Council {council}"), 40.0 + 2.0 * place as f64, more);
    }
    if nation {
        pack += &figure("", 50.0, "");
    }
    std::fs::write(clone.path("pipelines/benchmarks/councils.toml"), pack).expect("written");
    clone.edit(
        CARERS,
        "\"benchmarks/dundee-2008.toml\"]",
        "\"benchmarks/dundee-2008.toml\", \"benchmarks/councils.toml\"]",
    );
}

#[test]
fn councils_lie_in_a_funnel_with_ones_own_marked() {
    let clone = Clone::new();
    councils(&clone, "base = 400", true);
    clone.edit(CARERS, "[compare]\n", "[compare]\nfunnel = { organisations = { baseline = \"published\" } }\n");
    run(&clone);
    let found = rows(&clone.text("output/carers/charts/funnel-q08-c.csv"));
    assert_eq!(found.len(), 13, "the councils and this study");
    let a = found.iter().find(|row| row["group"] == "Council A").expect("it is there");
    // 50% -+ 1.959964 and 3.090232 times the root of 0.25 / 400.
    for (column, limit) in [("low_95", "45.1"), ("high_95", "54.9"), ("low_99_8", "42.3"), ("high_99_8", "57.7")] {
        assert_eq!(a[column], limit);
    }
    assert_eq!((a["base"].as_str(), a["place"].as_str()), ("400", "below the 99.8% limits"));
    let own = found.iter().find(|row| row["group"] == "This study").expect("marked");
    let estimate = rows(&clone.text("output/carers/estimates.csv"))
        .into_iter()
        .find(|row| row["variable"] == "q08" && row["statistic"] == "positive" && row["by"].is_empty())
        .expect("estimated");
    let effective = number(&estimate, "n") / number(&estimate, "deff");
    assert!((number(own, "effective_base") - effective).abs() < 0.05 + 1e-9, "{own:?} {effective}");
    let chart = clone.text("output/carers/charts/funnel-q08-c.svg");
    assert!(chart.contains("This study") && chart.contains("among 13 organisations"));
    let report = clone.text("output/carers/report.html");
    assert!(report.contains("Councils, as published") && report.contains("answers as published"));

    clone.edit(CARERS, "baseline = \"published\" }", "baseline = \"mean\", own = \"Council K\" }");
    run(&clone);
    assert_eq!(rows(&clone.text("output/carers/charts/funnel-q08-c.csv")).len(), 12, "the published ones only");
    let chart = clone.text("output/carers/charts/funnel-q08-c.svg");
    assert!(chart.contains("Council K (60%) lies") && chart.contains("mean of 12 organisations"), "{chart}");
}

#[test]
fn limits_without_bases_come_from_margins_or_are_refused() {
    let clone = Clone::new();
    councils(&clone, "margin = 4.9", true);
    clone.edit(
        CARERS,
        "[compare]\n",
        "[compare]\nfunnel = { organisations = { baseline = \"published\", own = \"Council F\" } }\n",
    );
    run(&clone);
    let found = rows(&clone.text("output/carers/charts/funnel-q08-c.csv"));
    let f = found.iter().find(|row| row["group"] == "Council F").expect("it is there");
    // 0.5 * 0.5 / (0.049 / 1.96)^2 = 400 answers.
    assert_eq!((f["base"].as_str(), f["effective_base"].as_str(), f["low_95"].as_str()), ("[x]", "400.0", "45.1"));
    let chart = clone.text("output/carers/charts/funnel-q08-c.svg");
    assert!(chart.contains("derived from the published 95% margins"));

    for (more, nation, choice, words) in [
        ("", true, "{ baseline = \"published\" }", "limits need to know how many answers"),
        ("base = 400", false, "{ baseline = \"published\" }", "Councils"),
        (
            "base = 400",
            true,
            "{ baseline = \"mean\", own = \"Council Z\" }",
            "no benchmark file has figures of this organisation",
        ),
        ("base = 400", true, "{ baseline = \"median\" }", "median"),
    ] {
        let clone = Clone::new();
        councils(&clone, more, nation);
        clone.edit(CARERS, "[compare]\n", &format!("[compare]\nfunnel = {{ organisations = {choice} }}\n"));
        let ended = clone.quorate(&["run", CARERS]);
        assert_eq!(ended.code, 2, "{choice}: {}", ended.talk);
        assert!(ended.talk.contains(words), "{choice}: {}", ended.talk);
    }
    let clone = Clone::new();
    clone.edit(CARERS, "[compare]\n", "[compare]\nfunnel = { organisations = { baseline = \"mean\" } }\n");
    let ended = clone.quorate(&["run", CARERS]);
    assert!(ended.code == 2 && ended.talk.contains("no question compares with a figure"), "{}", ended.talk);
}

/// The national body's own workbook, read by declaration: 18 councils around their average.
#[test]
fn eighteen_councils_as_published_lie_in_a_funnel() {
    let workbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/ascs-2020-21-annex-tables.xlsx");
    if !workbook.exists() {
        eprintln!("skipped: the annex tables are not at hand");
        return;
    }
    let clone = Clone::new();
    std::fs::copy(workbook, clone.path("pipelines/benchmarks/ascs-2020-21-annex-tables.xlsx")).expect("a copy");
    clone.edit(CARERS, "\"benchmarks/dundee-2008.toml\"]", "\"benchmarks/dundee-2008.toml\", \"benchmarks/england-ascs-2020-21-councils.toml\"]\nfigures = { q08 = [\"ascs-information-easy\"], q09 = [\"ascs-satisfied\"] }\nfunnel = { organisations = { baseline = \"published\", own = \"Kirklees\" } }");
    run(&clone);
    let found = rows(&clone.text("output/carers/charts/funnel-q09-ascs-2020-21.csv"));
    assert_eq!(found.len(), 18);
    let kirklees = found.iter().find(|row| row["group"] == "Kirklees").expect("it is there");
    assert_eq!(kirklees["base"], "490");
    assert!(found.iter().all(|row| number(row, "low_99_8") <= number(row, "low_95")));
    assert!(clone.path("output/carers/charts/funnel-q08-ascs-2020-21.svg").exists());
}

/// A question of which a high share is bad: every place says that lower is better.
#[test]
fn where_high_is_bad_every_place_says_that_lower_is_better() {
    let clone = with_packs("area", &[]);
    clone.edit("instruments/carers-survey.toml", "id = \"q04\"\n", "id = \"q04\"\nhigh_is = \"bad\"\n");
    run(&clone);
    let own = rows(&clone.text("output/carers/estimates.csv"));
    let of = |by: &str, statistic: &str| {
        let row = own.iter().find(|row| row["variable"] == "q04" && row["by"] == by && row["statistic"] == statistic);
        row.expect("it is there").clone()
    };
    assert_eq!(of("", "positive")["verdict"], "higher", "the data file says which way, and no more");
    let report = clone.text("output/carers/report.html");
    let start = report.find("id=\"question-q04\"").expect("the question");
    let article = &report[start..start + report[start..].find("</article>").expect("its end")];
    assert!(article.contains("higher (worse)") && !article.contains("higher (better)"), "{article}");
    assert!(report.contains("lower is better for: Good response at first contact"), "the summary");
    let chart = clone.text("output/carers/charts/against-benchmark.svg");
    assert!(chart.contains("worse)"), "{chart}");
    let sheet = clone.path("output/carers/results.xlsx");
    let book = quorate::sheet::read(&sheet, &quorate::sheet::Limits::default()).expect("it reads");
    let cells = format!("{:?}", book.sheets.iter().find(|sheet| sheet.name == "Summary").expect("the summary"));
    assert!(cells.contains("higher (worse)"), "the workbook");
    // The pack of an area that is above the published figure calls that worse.
    let pack = clone.text("output/carers/packs/westfield/report.html");
    let start = pack.find("id=\"question-q04\"").expect("the question");
    let article = &pack[start..start + pack[start..].find("</article>").expect("its end")];
    assert!(!article.contains("higher (better)") && !article.contains("lower (worse)"), "{article}");
    assert!(article.contains("higher (worse)"), "{article}");
}
