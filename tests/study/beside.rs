//! What is laid beside a study's results: scores, other groups, earlier waves, adjusted weights; and what stops a run.

use std::collections::BTreeMap;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

/// The sample study with tests between questions, a funnel, adjusted weights and two earlier waves.
fn study() -> Clone {
    let clone = Clone::new();
    let seed = "seed = \"Carers' survey 2026, drawn on 2 March 2026\"";
    assert_eq!(clone.quorate(&["series", "carers.secret"]).code, 0);
    clone.edit(CARERS, "[issue]", "[key]\nseries = \"../carers.secret\"\n\n[issue]");
    for year in ["2022", "2024"] {
        let name = format!("pipelines/{year}.toml");
        std::fs::copy(clone.path(CARERS), clone.path(&name)).expect("a copy");
        clone.edit(&name, seed, &format!("seed = \"{year}\""));
        let folder = format!("pilot/{year}");
        let ended = clone.quorate(&["pilot", &name, "--response-rate", "0.6", "--folder", &folder, "--seed", year]);
        assert!(ended.code < 2, "{}", ended.talk);
        // The forms that the pilot filled came back: an earlier wave with a draw and returns of its own.
        clone.edit(&name, "../sample-data/carers/returns", &format!("../pilot/{year}/returns"));
        clone.edit(&name, "../output/carers", &format!("../earlier/{year}"));
        let ended = clone.quorate(&["run", &name]);
        assert!(ended.code < 2, "{}", ended.talk);
    }
    // The keys of earlier waves lie elsewhere by now.
    for year in ["2022", "2024"] {
        std::fs::remove_dir_all(clone.path(&format!("earlier/{year}/key"))).expect("there was a key");
    }
    clone.edit(
        CARERS,
        "[compare]\n",
        r#"[compare]
funnel = { least = 5 }
items = [{ label = "Contact at different times", questions = ["q04", "q05", "q07"] }]
wave = [
    { label = "2022", folder = "../earlier/2022" },
    { label = "2024", folder = "../earlier/2024", breaks = { q09 = "the wording changed" } },
]
"#,
    );
    clone.edit(
        CARERS,
        "basis = \"per-unit\"\n",
        r#"basis = "per-unit"
nonresponse = { by = ["age_band"], smallest = 15, largest = 3.0 }
trim = { low = 0.4, high = 2.5 }
margin = [{ column = "area" }, { column = "age_band" }]
"#,
    );
    clone
}

type Row = BTreeMap<String, String>;

fn estimates(clone: &Clone) -> Vec<Row> {
    let bytes = clone.read("output/carers/estimates.csv");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

#[test]
fn a_study_is_laid_beside_groups_questions_and_waves() {
    let clone = study();
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let rows = estimates(&clone);
    let find = |what: &[(&str, &str)]| -> Vec<&Row> {
        rows.iter().filter(|row| what.iter().all(|(column, value)| row[*column] == *value)).collect()
    };

    // The score is between its ends and has everyone who answered two of three.
    let score = find(&[("variable", "contact"), ("statistic", "mean"), ("by", "")])[0];
    assert!(
        (1.0..=4.0).contains(&number(score, "estimate")) && score["method"].contains("mean of 3 items, at least 2")
    );
    // A net is the sum of its responses, in every group.
    for group in ["", "Harbourside"] {
        let share =
            |code: &str| number(find(&[("variable", "q08"), ("response", code), ("group", group)])[0], "estimate");
        assert!((share("disagree") - share("D") - share("SD")).abs() < 1e-12);
    }
    // A difference from the rest: what the group has less what the others have.
    let rest = find(&[
        ("statistic", "difference"),
        ("variable", "q08"),
        ("group", "Harbourside"),
        ("benchmark_source", "everyone else"),
    ])[0];
    let own = find(&[("statistic", "positive"), ("variable", "q08"), ("group", "Harbourside")])[0];
    let difference = number(own, "estimate") - number(rest, "benchmark");
    assert!((number(rest, "estimate") - difference).abs() < 1e-12);
    assert!(rest["method"].contains("holm") && number(rest, "p_value") >= 0.0);
    // Three questions make three pairs.
    assert_eq!(find(&[("statistic", "difference"), ("by", ""), ("benchmark_source", "q05")]).len(), 1);
    assert_eq!(find(&[("statistic", "difference"), ("by", ""), ("benchmark_source", "q07")]).len(), 2);

    // Change since 2024: the difference of the two published figures; its error is less than that of separate samples, for
    // people who answered twice are counted, or more where they answered otherwise.
    let earlier = String::from_utf8(clone.read("earlier/2024/estimates.csv")).expect("a text");
    let before: Vec<Row> =
        csv::Reader::from_reader(earlier.as_bytes()).deserialize().map(|row| row.expect("a row")).collect();
    let before =
        before.iter().find(|row| row["variable"] == "q08" && row["statistic"] == "positive" && row["by"].is_empty());
    let before = before.expect("asked before");
    let change = find(&[("statistic", "difference"), ("variable", "q08"), ("by", ""), ("benchmark_source", "2024")])[0];
    let now = find(&[("statistic", "positive"), ("variable", "q08"), ("by", "")])[0];
    assert!((number(change, "estimate") - number(now, "estimate") + number(before, "estimate")).abs() < 1e-12);
    let apart = number(now, "se").hypot(number(before, "se"));
    assert!(
        (number(change, "se") / apart - 1.0).abs() < 0.2 && number(change, "se") != apart,
        "people are in both waves"
    );
    let broken = find(&[("statistic", "difference"), ("variable", "q09"), ("by", ""), ("benchmark_source", "2024")])[0];
    assert_eq!(
        (broken["flags"].as_str(), broken["verdict"].as_str(), broken["p_value"].as_str()),
        ("break-in-series", "", "")
    );

    // Margins are met: the weighted base of every area is its population.
    let weights = clone.text("output/carers/charts/weights.csv");
    assert!(weights.contains("Design weights") && weights.contains("Margins"), "{weights}");
    for (area, population) in [("Harbourside", 420.0), ("Glen Isle", 60.0)] {
        let base = number(find(&[("variable", "q02"), ("response", "none"), ("group", area)])[0], "sum_weights");
        assert!(base <= population + 1e-6 && base > 0.8 * population, "{area}: {base}");
    }

    // Everything is on the page and in the workbook, which passes its own check; what was read is recorded.
    let page = clone.text("output/carers/report.html");
    for part in [
        "id=\"scores\"",
        "id=\"change\"",
        "id=\"against-area\"",
        "id=\"trends\"",
        "id=\"detectable\"",
        "id=\"weights\"",
        "id=\"funnels\"",
    ] {
        assert!(page.contains(part), "the page has no {part}");
    }
    for chart in ["change", "trend-q08", "funnel-q08-area", "weights"] {
        assert!(!clone.read(&format!("output/carers/charts/{chart}.svg")).is_empty());
    }
    let checked = clone.quorate(&["check", "output/carers/results.xlsx"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.talk);
    let record = clone.text("output/carers/run.json");
    assert!(record.contains("earlier/2024/link.csv") && record.contains("earlier/2022/estimates.csv"));
    assert!(!record.contains("/key/") && !record.contains("carers.secret"), "{record}");
    let verified = clone.quorate(&["verify", "output/carers/run.json"]);
    assert_eq!(verified.code, 0, "{}", verified.talk);

    // Waves that were linked with another secret have no links in common: that is said, not counted as nobody.
    assert_eq!(clone.quorate(&["series", "other.secret"]).code, 0);
    clone.edit(CARERS, "../carers.secret", "../other.secret");
    std::fs::remove_file(clone.path("output/carers/link.csv")).expect("it is there");
    let refused = clone.quorate(&["run", CARERS]);
    assert_eq!(refused.code, 2, "{}", refused.talk);
    assert!(refused.talk.contains("another series"), "{}", refused.talk);

    // Who is in both waves leads to nobody: no identifier leaves the key.
    let key = clone.text("output/carers/key/sample.csv");
    let ids: Vec<&str> = key.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    let published = String::from_utf8_lossy(&clone.read("output/carers/estimates.csv")).into_owned() + &page;
    let is_number = |c: char| c.is_ascii_digit();
    let words: std::collections::BTreeSet<&str> = published.split(|c: char| !is_number(c)).collect();
    assert!(ids.iter().filter(|id| id.starts_with("00")).all(|id| !words.contains(id)), "an identifier was published");
}

/// Four councils, of which the two most like the first by what is known of them are its peers.
#[test]
fn a_study_is_laid_beside_the_mean_of_its_peers() {
    let clone = Clone::new();
    let mut pack =
        String::from("[benchmark]\nid = \"c\"\ntitle = \"councils\"\nsource = \"made up\"\nas_of = \"2026\"\n");
    for (council, value) in [("A", 50), ("B", 60), ("C", 40), ("D", 80)] {
        pack += &format!(
            "[[figure]]\nid = \"scotland-carers-information\"\nlabel = \"l\"\norganisation = \"{council}\"\nvalue = {value}\nbase = 100\n"
        );
    }
    std::fs::write(clone.path("pipelines/benchmarks/councils.toml"), pack).expect("written");
    std::fs::write(clone.path("pipelines/like.csv"), "name,x,y\nA,1,100\nB,2,100\nC,1,400\nD,5,110\n")
        .expect("written");
    clone.edit(
        CARERS,
        "\"benchmarks/dundee-2008.toml\"]\n",
        "\"benchmarks/dundee-2008.toml\", \"benchmarks/councils.toml\"]\ncomparators = { characteristics = \"like.csv\", of = \"A\", peers = 2 }\n",
    );
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let rows = estimates(&clone);
    let row = rows
        .iter()
        .find(|row| row["benchmark_source"].starts_with("Mean of 2 peers, councils: made up (mean of B, C)"));
    let row = row.expect("the peers are compared with");
    assert_eq!((row["variable"].as_str(), number(row, "benchmark")), ("q08", 0.5));
    // Half the difference of sums: the errors of 60% and 40% of 100, over two, and the study's own.
    let own =
        rows.iter().find(|row| row["variable"] == "q08" && row["statistic"] == "positive" && row["by"].is_empty());
    let error = number(own.expect("estimated"), "se").hypot((2.0 * 0.24 / 100.0_f64).sqrt() / 2.0);
    let reach = (number(row, "ci_high") - number(row, "ci_low")) / 2.0;
    assert!((1.9..2.1).contains(&(reach / error)), "{reach} {error}");
}

#[test]
fn what_cannot_be_laid_beside_stops_the_run_at_its_place() {
    for (from, to, found) in [
        (
            "[compare]\n",
            "[compare]\nitems = [{ label = \"x\", questions = [\"q04\", \"q99\"] }]\n",
            "no question or score",
        ),
        (
            "[compare]\n",
            "[compare]\nitems = [{ label = \"x\", questions = [\"q04\", \"q01\"] }]\n",
            "a share and a mean",
        ),
        ("[compare]\n", "[compare]\ncomparators = { organisations = [\"X\"] }\n", "no benchmark file has figures"),
        ("[compare]\n", "[compare]\ncomparators = { peers = 3 }\n", "either named or found"),
        ("[compare]\n", "[compare]\nwave = [{ label = \"2020\", folder = \"../nowhere\" }]\n", "no estimates.csv here"),
        ("basis = \"per-unit\"", "basis = \"per-question\"\nmargin = [{ column = \"area\" }]", "weights by question"),
        ("basis = \"per-unit\"", "basis = \"per-unit\"\ntrim = { low = 2.0, high = 3.0 }", "bounds"),
        (
            "basis = \"per-unit\"",
            "basis = \"per-unit\"\nmargin = [{ column = \"area\", figures = { Nowhere = 5 } }]",
            "without a population",
        ),
        (
            "basis = \"per-unit\"",
            "basis = \"per-unit\"\nnonresponse = { by = [\"age_band\"], smallest = 900 }",
            "non-response classes",
        ),
    ] {
        let clone = Clone::new();
        clone.edit(CARERS, from, to);
        let ended = clone.quorate(&["run", CARERS]);
        assert_eq!(ended.code, 2, "{to}: {}", ended.talk);
        assert!(ended.talk.contains(found), "{to}: {}", ended.talk);
    }
}
