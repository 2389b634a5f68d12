//! What happens around the draw: exclusions, reserves, readers, waves, and the pilot that comes before all of it.

use std::collections::{BTreeMap, BTreeSet};

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";
const FILES: &str = "pipelines/case-file-audit.toml";

/// A csv file as rows by heading.
pub(super) fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

pub(super) fn column(text: &str, name: &str) -> Vec<String> {
    rows(text).iter().map(|row| row[name].clone()).collect()
}

/// The counts of one stage of a run's record.
fn counts(clone: &Clone, record: &str, stage: &str) -> BTreeMap<String, u64> {
    let record = clone.json(record);
    let found = record["stages"].as_array().expect("stages").iter().find(|entry| entry["stage"] == stage);
    serde_json::from_value(found.expect("the stage")["counts"].clone()).expect("counts")
}

/// The positive shares of a run, as they are published.
fn shares(clone: &Clone) -> Vec<(String, String, String, String)> {
    rows(&clone.text("output/carers/estimates.csv"))
        .iter()
        .filter(|row| row["statistic"] == "positive")
        .map(|row| {
            let part = |name: &str| row[name].clone();
            (format!("{} {}", row["variable"], row["group"]), part("estimate"), part("se"), part("sum_weights"))
        })
        .collect()
}

#[test]
fn exclusions_are_counted_by_reason_and_remembered() {
    let clone = Clone::new();
    let rules = "\n[[frame.exclude]]\nreason = \"asked last month\"\nrule = \"age_band = '18-34'\"\n\
                 \n[[frame.exclude]]\nreason = \"no longer a carer\"\nrule = \"age_band = '18-34' or hours_band = '50 and more'\"\n\n[draw]\n";
    clone.edit(CARERS, "\n[draw]\n", rules);
    let ended = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let record = clone.json("output/carers/key/sample.draw.json");
    let excluded = record["excluded"].as_array().expect("a list");
    let by_reason: Vec<(&str, u64)> =
        excluded.iter().map(|e| (e["reason"].as_str().expect("text"), e["rows"].as_u64().expect("rows"))).collect();
    assert_eq!((by_reason[0].0, by_reason[1].0), ("asked last month", "no longer a carer"));
    assert!(by_reason.iter().all(|(_, rows)| *rows > 0), "{by_reason:?}");
    let left: u64 = by_reason.iter().map(|(_, rows)| rows).sum();
    let number = |name: &str| record[name].as_u64().expect("a number");
    assert_eq!(number("frame_rows"), number("population") + left, "before and after");
    // The record is enough to draw again.
    let verified = clone.quorate(&[
        "verify",
        "output/carers/key/sample.draw.json",
        "--frame",
        "sample-data/carers/frame.xlsx",
        "--format",
        "csv",
    ]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.talk);
    // Why somebody is out; the first reason counts.
    let why = clone.quorate(&["status", CARERS, "--why", "001008"]);
    assert_eq!(why.code, 0, "{}", why.talk);
    assert!(why.out.contains("left out before the draw") && why.out.contains("asked last month"), "{}", why.out);

    // The same on a plain frame: with a reason in front, or none.
    let draw = |more: &[&str]| {
        let base = ["draw", "sample-data/case-files/frame.xlsx", "--id", "file_no", "--size", "50", "--seed", "x"];
        clone.quorate(&[&base[..], more].concat())
    };
    let list = ["--exclude", "closed: status = 'Closed'", "--exclude", "area = 'North'"];
    // The sample frame has one file twice, which a plain draw refuses; its rows are drawn from a copy without it.
    let refused = draw(&[&list[..], &["--out", "s.csv"]].concat());
    assert_eq!(refused.code, 2, "{}", refused.talk);
    std::fs::write(
        clone.path("f.csv"),
        "id,status,area,months\n".to_owned()
            + &(0..60)
                .map(|i| {
                    let status = if i % 3 == 0 { "Closed" } else { "Open" };
                    format!("F{i:03},{status},{},{}\n", ["North", "South"][i % 2], i)
                })
                .collect::<String>(),
    )
    .expect("a frame");
    let plain =
        |more: &[&str]| clone.quorate(&[&["draw", "f.csv", "--id", "id", "--size", "9", "--seed", "x"], more].concat());
    let drawn = plain(&[&list[..], &["--out", "s.csv"]].concat());
    assert_eq!(drawn.code, 0, "{}", drawn.talk);
    assert!(drawn.talk.contains("closed, \"status = 'Closed'\": 20 rows"), "{}", drawn.talk);
    let record = clone.json("s.draw.json");
    assert_eq!((record["excluded"][0]["rows"].as_u64(), record["excluded"][1]["rows"].as_u64()), (Some(20), Some(20)));
    assert_eq!(record["excluded"][1].get("reason"), None);
    let why = plain(&[&list[..], &["--why", "F003"]].concat());
    assert!(
        why.out.contains("F003 was left out before the draw") && why.out.contains("reason         closed"),
        "{}",
        why.out
    );
    assert_eq!(clone.quorate(&["verify", "s.draw.json"]).code, 0);
    let wrong = plain(&["--exclude", "closed: state = 'Closed'", "--out", "t.csv"]);
    assert!(wrong.code == 2 && wrong.talk.contains("--exclude, \"closed\""), "{}", wrong.talk);
}

/// Two that did not reply are struck off, one of them deceased and replaced, one refused and not; one that did reply too.
fn with_releases(clone: &Clone) -> (Vec<String>, String) {
    let open = column(&clone.quorate(&["status", CARERS, "--remind", "--format", "csv"]).out, "serial");
    let sample = rows(&clone.text("output/carers/key/sample.csv"));
    let of =
        |serial: &str| sample.iter().find(|row| row["serial"] == serial).expect("in the sample")["stratum"].clone();
    let reserve =
        sample.iter().find(|row| row["role"] == "reserve" && row["stratum"] == of(&open[0])).expect("a reserve");
    let replied = sample.iter().find(|row| row["role"] == "main" && !open.contains(&row["serial"])).expect("one");
    let log = format!(
        "date,serial,reason,reserve,decided_by\n2026-04-01,{},deceased,next,survey lead\n\
         2026-04-02,{},refused,,survey lead\n2026-04-03,{},moved away,,survey lead\n",
        open[0], open[1], replied["serial"]
    );
    std::fs::write(clone.path("pipelines/releases.csv"), log).expect("a log");
    clone.edit(CARERS, "reserve = 30\n", "reserve = 30\nreleases = \"releases.csv\"\n");
    (vec![open[0].clone(), open[1].clone(), replied["serial"].clone()], reserve["serial"].clone())
}

#[test]
fn a_substitution_is_no_reply_and_the_log_can_be_followed() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let (before, forms) = (shares(&clone), clone.read("output/carers/issue/batch-05.xlsx"));
    let rate_before = counts(&clone, "output/carers/run.json", "ingest");
    let (struck, reserve) = with_releases(&clone);
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    assert_eq!(shares(&clone), before, "nobody replied, and nobody became a respondent");
    let ingest = counts(&clone, "output/carers/run.json", "ingest");
    assert_eq!(ingest["drawn"], rate_before["drawn"] + 1);
    assert_eq!(ingest["returned"], rate_before["returned"]);
    assert_eq!(ingest["not_returned"], rate_before["not_returned"] + 1);
    let draw = counts(&clone, "output/carers/run.json", "draw");
    let of = |name: &str| draw[name];
    assert_eq!((of("released"), of("replaced"), of("not_replaced"), of("ineligible")), (1, 1, 2, 1));
    assert_eq!((of("struck_off: deceased"), of("struck_off: refused"), of("struck_off: moved away")), (1, 1, 1));
    // Who returned all the same is noticed, placed in the log.
    let finding = clone.text("output/carers/findings.csv");
    assert!(finding.contains("D009") && finding.contains("releases.csv"), "{finding}");
    assert!(clone.text("output/carers/report.html").contains("Units that could not be used"));
    // The batches that went out stay as they were; the reserve has a form of its own.
    assert!(clone.read("output/carers/issue/batch-05.xlsx") == forms);
    assert!(clone.path("output/carers/issue/reserves-01.xlsx").exists());
    let log = rows(&clone.text("output/carers/release-log.csv"));
    assert_eq!((log[0]["outcome"].as_str(), &log[0]["reserve"]), ("replaced", &reserve));
    assert_eq!(log[0]["in_population"], "no");
    assert_eq!(log[2]["remark"], "the unit returned all the same");
    // Nobody writes to those who were struck off.
    let remind = column(&clone.quorate(&["status", CARERS, "--remind", "--format", "csv"]).out, "serial");
    assert!(!remind.contains(&struck[0]) && !remind.contains(&struck[1]) && remind.contains(&reserve));
    let letters = clone.text("output/carers/key/reminder-list.csv");
    assert_eq!(column(&letters, "serial"), remind);
    assert_eq!(rows(&letters)[0].keys().cloned().collect::<Vec<_>>(), ["address_line", "name", "postcode", "serial"]);
    let reserves = rows(&clone.quorate(&["status", CARERS, "--reserves", "--format", "csv"]).out);
    let states: Vec<&str> =
        reserves.iter().filter(|row| row["stratum"] == log[0]["stratum"]).map(|r| r["state"].as_str()).collect();
    assert_eq!(states[..3], ["released", "next", "waiting"]);
    let why = |id: &str| clone.quorate(&["status", CARERS, "--why", id]).out;
    assert!(why(&reserve).contains("released on 2026-04-01, as reserve 1 of"), "{}", why(&reserve));
    assert!(why(&reserve).contains(&format!("in place of {}", struck[0])), "{}", why(&reserve));
    assert!(why(&struck[0]).contains(&format!("deceased; replaced by {reserve}")), "{}", why(&struck[0]));
    assert!(why(&struck[1]).contains("refused; not replaced"), "{}", why(&struck[1]));
    let verified = clone.quorate(&["verify", "output/carers/run.json"]);
    assert_eq!(verified.code, 0, "{}", verified.talk);

    // Declared so, the one who is deceased makes the stratum smaller: by 1 in those resolved there.
    clone.edit(CARERS, "basis = \"per-unit\"", "basis = \"per-unit\"\nineligible = \"estimate\"");
    clone.quorate(&["run", CARERS]);
    let methods = clone.json("output/carers/run.json")["choices"].clone();
    assert_eq!(methods["Units that do not belong"], "estimate");
    let stratum = rows(&clone.quorate(&["status", CARERS, "--format", "csv"]).out)
        .into_iter()
        .find(|row| row["part"] == "stratum" && row["name"] == log[0]["stratum"])
        .expect("the stratum");
    let number = |name: &str| stratum[name].parse::<f64>().expect("a number");
    let weight = number("population") / (number("returned") + 1.0);
    let strata = clone.text("output/carers/report.html");
    assert!(strata.contains(&format!("{weight:.2}")), "each return stands for {weight:.2}");
}

#[test]
fn a_release_log_that_breaks_the_rules_is_an_error_of_the_data() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS, "--until", "draw"]);
    let sample = rows(&clone.text("output/carers/key/sample.csv"));
    let second = sample.iter().filter(|row| row["role"] == "reserve").nth(1).expect("a second reserve");
    let log =
        format!("date,serial,reason,reserve,decided_by\n2026-04-01,,more needed,{},survey lead\n", second["serial"]);
    std::fs::write(clone.path("pipelines/releases.csv"), log).expect("a log");
    clone.edit(CARERS, "reserve = 30\n", "reserve = 30\nreleases = \"releases.csv\"\n");
    let status = clone.quorate(&["status", CARERS]);
    assert_eq!(status.code, 1);
    assert!(status.talk.contains("D006") && status.talk.contains("releases.csv > D2"), "{}", status.talk);
    std::fs::write(clone.path("pipelines/releases.csv"), "date,serial,why,reserve,decided_by\n").expect("a log");
    let status = clone.quorate(&["status", CARERS]);
    assert!(status.code == 2 && status.talk.contains("no column \"reason\""), "{}", status.talk);
    std::fs::remove_file(clone.path("pipelines/releases.csv")).expect("it was there");
    let status = clone.quorate(&["status", CARERS]);
    assert!(status.code == 2 && status.talk.contains("begins with the headings"), "{}", status.talk);
}

#[test]
fn all_readers_read_the_training_batch_and_estimates_count_it_once() {
    let clone = Clone::new();
    clone.edit(FILES, "read_twice = 0.15", "read_twice = 0.15\ntraining = 4");
    let capacity = |of: &str, by: &str| {
        let text = clone.text(FILES).replace(&format!("capacity = {of}"), &format!("capacity = {by}"));
        std::fs::write(clone.path(FILES), text).expect("the file can be written");
    };
    capacity("25", "22");
    let refused = clone.quorate(&["run", FILES, "--until", "issue"]);
    let said = "134 readings are needed, and the readers can do 132";
    assert!(refused.code == 2 && refused.talk.contains(said), "{}", refused.talk);
    capacity("22", "23");
    let ended = clone.quorate(&["run", FILES, "--until", "issue"]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let mut batches: Vec<BTreeSet<String>> = Vec::new();
    for reader in 1..=6 {
        let path = clone.path(&format!("output/case-files/issue/RD{reader}.xlsx"));
        let book = quorate::sheet::read(&path, &quorate::sheet::Limits::default()).expect("it reads");
        let sheet = book.sheet("Answers").expect("the sheet");
        let heading = (0..sheet.width()).find(|&at| sheet.text(2, at) == "Batch").expect("the column");
        let serial = (0..sheet.width()).find(|&at| sheet.text(0, at) == "_serial").expect("the column");
        let all: Vec<(String, String)> = sheet
            .rows()
            .filter(|(row, _)| *row > 2)
            .map(|(row, _)| (sheet.text(row, heading), sheet.text(row, serial)))
            .collect();
        let marked: BTreeSet<String> =
            all.iter().filter(|(mark, _)| mark == "training").map(|(_, s)| s.clone()).collect();
        assert!(all[..4].iter().all(|(mark, _)| mark == "training"), "they come first: {all:?}");
        batches.push(marked);
    }
    assert!(batches.iter().all(|batch| batch.len() == 4 && *batch == batches[0]), "{batches:?}");
    // Filled in by a pilot, every reading is kept, and each file counts once.
    let pilot = clone.quorate(&["pilot", FILES, "--folder", "try", "--format", "csv"]);
    assert_eq!(pilot.code, 1, "the sample frame has a file twice: {}", pilot.talk);
    let ingest = counts(&clone, "try/made-up-run.json", "ingest");
    // 100 files, 14 of the other 96 read twice, 4 read by five more.
    assert_eq!((ingest["returned"], ingest["accepted"], ingest["set_aside"]), (100, 134, 0));
    assert_eq!(clone.json("try/made-up-run.json")["choices"]["Reading"], "first reading");
    clone.edit(FILES, "training = 4", "training = 99");
    let refused = clone.quorate(&["run", FILES, "--until", "issue"]);
    assert!(refused.code == 2 && refused.talk.contains("all readers may read"), "{}", refused.talk);
}

#[test]
fn a_sample_is_mailed_in_waves() {
    let clone = Clone::new();
    let waves = "\n[[issue.wave]]\nname = \"First letters\"\ndate = \"2026-03-02\"\n\n[[issue.wave]]\nname = \"Second letters\"\n\
                 date = \"2026-03-16\"\n\n[[issue.wave]]\nname = \"Reminder to all\"\ndate = \"2026-04-20\"\nto = \"all\"\n\n[returns]\n";
    clone.edit(CARERS, "\n[returns]\n", waves);
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let list = |name: &str| column(&clone.text(&format!("output/carers/key/mailing-list-{name}.csv")), "serial");
    let (first, second, all) = (list("first-letters"), list("second-letters"), list("reminder-to-all"));
    assert_eq!((first.len(), second.len(), all.len()), (150, 150, 300));
    let both: BTreeSet<&String> = first.iter().chain(&second).collect();
    assert_eq!(both.len(), 300, "everybody is in one part");
    let sample = rows(&clone.text("output/carers/key/sample.csv"));
    let strata: BTreeSet<&String> = sample.iter().map(|row| &row["stratum"]).collect();
    for stratum in strata {
        let here = |list: &[String]| {
            let in_list = |row: &&BTreeMap<String, String>| row["stratum"] == *stratum && list.contains(&row["serial"]);
            sample.iter().filter(in_list).count()
        };
        assert!(here(&first).abs_diff(here(&second)) <= 1, "{stratum}");
    }
    let status = rows(&clone.quorate(&["status", CARERS, "--format", "csv"]).out);
    let waves: Vec<&BTreeMap<String, String>> = status.iter().filter(|row| row["part"] == "wave").collect();
    assert_eq!(
        waves.iter().map(|row| row["date"].as_str()).collect::<Vec<_>>(),
        ["2026-03-02", "2026-03-16", "2026-04-20"]
    );
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<usize>().expect("a count");
    assert_eq!(number(waves[0], "returned") + number(waves[1], "returned"), number(waves[2], "returned"));
    // No batch holds forms of two waves.
    let batches: Vec<usize> =
        status.iter().filter(|row| row["part"] == "batch").map(|row| number(row, "issued")).collect();
    assert_eq!(batches, [60, 60, 30, 60, 60, 30]);
    let remind = |more: &[&str]| {
        let ended = clone.quorate(&[&["status", CARERS, "--remind", "--format", "csv"], more].concat());
        column(&ended.out, "serial")
    };
    let open = remind(&["--wave", "First letters"]);
    assert_eq!(open.len(), number(waves[0], "issued") - number(waves[0], "returned"));
    assert!(open.iter().all(|serial| first.contains(serial)) && open.len() < remind(&[]).len());
    clone.edit(CARERS, "2026-03-16", "16 March");
    let refused = clone.quorate(&["status", CARERS]);
    assert!(refused.code == 2 && refused.talk.contains("the date of a wave is not a day"), "{}", refused.talk);
}

#[test]
fn a_pilot_says_everywhere_that_it_is_made_up_and_touches_nothing() {
    let clone = Clone::new();
    assert_eq!(clone.quorate(&["init", "study", "--kind", "survey"]).code, 0);
    let pilot = |more: &[&str]| {
        clone.quorate(&[&["pilot", "study/pipeline.toml", "--folder", "try", "--format", "csv"], more].concat())
    };
    let ended = pilot(&["--response-rate", "60%"]);
    assert_eq!(ended.code, 0, "made-up mistakes are no errors of the study: {}", ended.talk);
    assert!(!clone.path("study/output").exists(), "neither draw nor forms are made");
    let files = clone.files("try");
    assert!(files.len() > 30);
    for (name, bytes) in &files {
        let file = name.rsplit('/').next().expect("a name");
        assert!(file.starts_with("made-up-"), "{name}");
        let text = String::from_utf8_lossy(bytes);
        if name.ends_with(".html") || name.ends_with(".svg") || name.ends_with(".txt") {
            assert!(text.contains("MADE-UP ANSWERS"), "{name}");
        }
        if name.ends_with("precision.csv") || name.ends_with("comparisons.csv") {
            assert!(text.lines().skip(1).all(|line| line.starts_with("made-up answers,")), "{name}");
        }
        if name.ends_with(".xlsx") {
            let path = clone.path(&format!("try/{name}"));
            let book = quorate::sheet::read(&path, &quorate::sheet::Limits::default()).expect("it reads");
            let said = book.sheets.iter().any(|sheet| {
                sheet.cells.iter().any(|cell| {
                    let text = cell.text();
                    text.contains("MADE-UP ANSWERS") || text.contains("(pilot)")
                })
            });
            assert!(said, "{name}");
        }
    }
    let record = clone.json("try/made-up-run.json");
    assert_eq!(record["choices"]["Answers"], "made up");
    let from: BTreeSet<String> = column(&ended.out, "shares_from").into_iter().collect();
    assert_eq!(from, BTreeSet::from(["benchmark".to_owned(), "even".to_owned()]));
    assert!(ended.talk.contains("comparisons between groups possible"), "{}", ended.talk);
    // The same again, byte for byte; then with the shares of the first as those of an earlier wave.
    pilot(&["--response-rate", "60%"]);
    assert!(clone.files("try") == files);
    std::fs::create_dir(clone.path("earlier")).expect("a folder");
    std::fs::copy(clone.path("try/made-up-estimates.csv"), clone.path("earlier/estimates.csv")).expect("copied");
    let later = pilot(&["--previous", "earlier", "--response-rate", "60%"]);
    assert!(
        column(&later.out, "shares_from").iter().filter(|from| *from == "previous wave").count() > 10,
        "{}",
        later.out
    );
    let gaps = pilot(&["--previous", "earlier", "--comparisons"]);
    assert!(rows(&gaps.out).iter().any(|row| row["by"] == "wave" && row["possible"] == "yes"), "{}", gaps.out);
    // Response differs from stratum to stratum, and comes to what was said in all.
    let response = rows(&clone.text("try/charts/made-up-response.csv"));
    assert!(!response.is_empty());
    assert_eq!(pilot(&["--response-rate", "Nowhere=50%"]).code, 2);
    assert_eq!(pilot(&["--response-rate", "30%,40%"]).code, 2);
    // A folder with something else in it is not touched.
    std::fs::remove_file(clone.path("try/made-up-README.txt")).expect("it was there");
    let refused = pilot(&[]);
    assert!(refused.code == 2 && refused.talk.contains("in use for something else"), "{}", refused.talk);
}

/// Six hundred samples of one population: units that do not belong are found where somebody replies, and replaced by the next
/// reserve; others do not reply, and are not. The estimates are about those who belong, and their intervals hold the truth.
#[test]
fn estimates_with_released_reserves_are_about_those_who_belong() {
    use quorate::draw::{DrawDesign, Role, Unit, draw, number::labelled};
    use quorate::estimate::{Basis, Choices, Respondents, question};
    use quorate::instrument::{self, Answer};
    use quorate::statistics::{Critical, Method};

    let form = r#"
        [instrument]
        id = "i"
        version = "1"
        title = "t"
        kind = "survey"
        [[section]]
        id = "s"
        title = "s"
        [[section.question]]
        id = "q"
        text = "q"
        kind = "yes-no"
    "#;
    let form = instrument::parse(std::path::Path::new("form.toml"), form).expect("a sound form");
    let yes = form.questions[0].scale.as_ref().expect("a scale").responses.iter().position(|r| r.code == "yes");
    let yes = yes.expect("a response");
    // 300 and 100 units; a fifth of the first stratum and a twentieth of the second do not belong.
    let belongs = |i: usize| !i.is_multiple_of(if i < 300 { 5 } else { 20 });
    let says_yes = |i: usize| if i < 300 { i % 10 < 6 } else { i % 10 < 3 };
    let units: Vec<Unit> = (0..400)
        .map(|i| Unit { id: i.to_string(), stratum: if i < 300 { "A" } else { "B" }.to_owned(), ..Unit::default() })
        .collect();
    let members: Vec<usize> = (0..400).filter(|&i| belongs(i)).collect();
    let truth = members.iter().filter(|&&i| says_yes(i)).count() as f64 / members.len() as f64;
    let choices = Choices {
        basis: Basis::PerUnit,
        single: quorate::weights::SingleAnswer::Collapse,
        interval: Method::Wald,
        level: 0.95,
        critical: Critical::T(0.95),
        rule: 0.1,
        suppress_below: 1,
        suppress_cells_below: 0,
    };
    let runs = 600;
    let (mut estimates, mut covered, mut members_estimated) = (Vec::new(), 0, 0.0);
    for run in 0..runs {
        let seed = format!("run {run}");
        let sample = draw(&units, &DrawDesign { reserve: 60, ..DrawDesign::new(&seed, 100) }).expect("a sample");
        let mut respondents = Respondents {
            strata: vec!["A".into(), "B".into()],
            populations: vec![300, 100],
            ineligible: vec![0, 0],
            ..Respondents::default()
        };
        let mut answers = Vec::new();
        for (stratum, name) in ["A", "B"].into_iter().enumerate() {
            let of = |role| sample.units.iter().filter(move |unit| unit.stratum == name && unit.role == role);
            let mut reserves = of(Role::Reserve);
            let mut open: Vec<usize> = of(Role::Main).map(|unit| unit.unit).collect();
            while let Some(unit) = open.pop() {
                if labelled("test-replies", &seed, &units[unit].id).fraction() > 0.7 {
                    continue;
                }
                if belongs(unit) {
                    let no = usize::from(yes == 0);
                    answers.push(Answer::Response(if says_yes(unit) { yes } else { no }));
                    respondents.stratum_of.push(stratum);
                } else {
                    respondents.ineligible[stratum] += 1;
                    open.extend(reserves.next().map(|unit| unit.unit));
                }
            }
        }
        let answers: Vec<&Answer> = answers.iter().collect();
        let result = question(&form.questions[0], &answers, &respondents, &choices).expect("a sound design");
        let share = result.overall.shares.into_iter().nth(yes).expect("the share of yes");
        covered += usize::from((share.estimate - truth).abs() <= share.moe);
        members_estimated += share.sum_weights / f64::from(runs);
        estimates.push(share.estimate);
    }
    let mean = estimates.iter().sum::<f64>() / f64::from(runs);
    let variance = estimates.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(runs - 1);
    let error = (variance / f64::from(runs)).sqrt();
    assert!((mean - truth).abs() < 3.0 * error, "{mean} is not {truth}, give or take {error}");
    let coverage = covered as f64 / f64::from(runs);
    assert!((0.925..=0.975).contains(&coverage), "{coverage}");
    assert!((members_estimated / members.len() as f64 - 1.0).abs() < 0.01, "{members_estimated} of {}", members.len());
}

/// A return without a day is a return: the chart of the days counts it in its stratum, where nothing else has a day too.
#[test]
fn the_page_counts_returns_without_a_day_and_shows_the_unknown_stratum_last() {
    let clone = Clone::new();
    assert_eq!(clone.quorate(&["status", CARERS, "--page", "status.html"]).code, 0);
    let page = clone.text("status.html");
    let table = page.split_once("id=\"by-stratum\"").and_then(|(_, rest)| rest.split_once("</table>")).expect("it").0;
    let mut names = Vec::new();
    for row in table.split("<th scope=\"row\">").skip(1) {
        let (name, rest) = row.split_once("</th>").expect("a name");
        let figures: Vec<&str> = rest.split("<td").skip(1).filter_map(|cell| cell.split(['>', '<']).nth(1)).collect();
        let [issued, returned] = [figures[0], figures[1]];
        if name != "All" {
            let drawn = format!("\n{returned} of {issued}\n");
            // Twice for each stratum: wide and narrow.
            assert!(page.matches(&drawn).count() >= 2, "{name}: {returned} of {issued}");
            names.push(name);
        }
    }
    assert!(names.len() > 3);
    assert_eq!(names.last(), Some(&"(blank)"), "{names:?}");
}
