//! Whether targets are met: the ends that they are held against as in R, how often chance alone calls them met, and what is
//! said when there is no figure to judge by.

use std::collections::BTreeMap;

use quorate::files::sha256_hex;
use quorate::plan::target::{Criterion, Measured, Rule, Sides, Target, Verdict, read};
use quorate::record::Record;
use quorate::returns::DateOrder;
use quorate::statistics::Method;
use rand::{RngExt, SeedableRng};

use super::{Desk, of};

fn target(text: &str) -> Target {
    match read(text, DateOrder::Undeclared) {
        Criterion::Target(target) => target,
        other => panic!("{text:?} is {other:?}"),
    }
}

#[test]
fn the_ends_are_those_of_r() {
    let mut rows = 0;
    for line in include_str!("../reference/targets.csv").lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let number = |at: usize| parts[at].parse::<f64>().expect("a number");
        let sides = if parts[1] == "two-sided" { Sides::TwoSided } else { Sides::OneSided };
        let rule = Rule { sides, level: number(2), interval: Method::Wilson };
        let measured = Measured {
            value: number(3),
            se: number(4),
            n: number(5),
            df: number(6),
            share: parts[0] == "share",
            census: false,
        };
        let ends = rule.interval(&measured);
        for (found, expected) in [(ends.low, number(7)), (ends.high, number(8))] {
            assert!((found - expected).abs() < 1e-9, "{line}: {found}");
        }
        rows += 1;
    }
    assert_eq!(rows, 48);
}

/// Where the truth is exactly the target, chance alone calls it met, or not met, about as often as the rule says.
#[test]
fn chance_alone_seldom_decides() {
    let goal = target("s:q positive > 60%");
    let mut random = rand::rngs::ChaCha20Rng::seed_from_u64(2026);
    let (n, draws) = (150u32, 40_000u32);
    for (sides, each_side) in [(Sides::TwoSided, 0.025), (Sides::OneSided, 0.05)] {
        let rule = Rule { sides, level: 0.95, interval: Method::Wilson };
        // The verdict follows from how many agree: look it up rather than work it out anew.
        let verdicts: Vec<Verdict> = (0..=n)
            .map(|k| {
                let p = f64::from(k) / f64::from(n);
                let se = (p * (1.0 - p) / f64::from(n - 1)).sqrt();
                let measured = Measured { value: p, se, n: n.into(), df: f64::from(n - 1), share: true, census: false };
                rule.judge(&goal, &measured)
            })
            .collect();
        let mut counts = BTreeMap::new();
        for _ in 0..draws {
            let agree = (0..n).filter(|_| random.random::<f64>() < 0.6).count();
            *counts.entry(verdicts[agree]).or_insert(0u32) += 1;
        }
        for verdict in [Verdict::Met, Verdict::NotMet] {
            let rate = f64::from(counts.get(&verdict).copied().unwrap_or(0)) / f64::from(draws);
            // The binomial has steps of about a point and a half here.
            assert!((each_side - 0.012..each_side + 0.012).contains(&rate), "{sides:?} {verdict:?} {rate}");
        }
    }
}

/// A run's folder with one question of 200 answers for each share.
fn run(desk: &Desk, folder: &str, rows: &[&str]) {
    let mut csv = String::from(
        "statistic,variable,response,by,group,n,sum_weights,estimate,se,df,ci_low,ci_high,moe,deff,method,flags,question,label\n",
    );
    for row in rows {
        csv.push_str(row);
        csv.push('\n');
    }
    let record = Record {
        subject: quorate::record::Subject::Study,
        program: "quorate".to_owned(),
        version: "0.1.0".to_owned(),
        run_id: "0123abcd".to_owned(),
        study: "carers".to_owned(),
        pipeline: "pipeline.toml".to_owned(),
        seed: "any".to_owned(),
        inputs: BTreeMap::new(),
        stages: Vec::new(),
        choices: BTreeMap::new(),
        outputs: BTreeMap::from([("estimates.csv".to_owned(), sha256_hex(csv.as_bytes()))]),
    };
    desk.write(&format!("{folder}/estimates.csv"), &csv);
    desk.write(&format!("{folder}/run.json"), &record.json());
}

const PLAN: &str = r#"
[plan]
id = "p"
title = "Plan"
agreed = "2026-07"

[targets]
rule = "two-sided"
level = 0.95
interval = "wilson"

[[survey]]
id = "carers"
date = "2026-05"
run = "../run-2026"

[[survey]]
id = "carers"
date = "2027-05"
run = "../run-2027"
"#;

pub(super) fn desk() -> Desk {
    let desk = Desk::new();
    let share = |question: &str, p: f64, more: &str| {
        let se = (p * (1.0 - p) / 200.0).sqrt();
        format!("positive,{question},,{more},200,1000,{p},{se},199,0,1,0.1,1,m,,Is it good?,Agree")
    };
    let rows = |p: f64| {
        vec![
            share("q1", p, ","),
            share("q1", p + 0.1, "area,Glen Isle"),
            "mean,q2,,,,90,500,4.1,0.1,89,3.9,4.3,0.2,1,m,,How good?,Mean".to_owned(),
            "positive,q3,,,,3,,,,,,,,,m,suppressed,Secret?,Agree".to_owned(),
            "positive,q4,,,,50,50,0.75,0,49,0.75,0.75,0,,m,census,All?,Agree".to_owned(),
        ]
    };
    for (folder, p) in [("run-2026", 0.5), ("run-2027", 0.7)] {
        let rows = rows(p);
        run(&desk, folder, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    }
    desk.write("plan/plan.toml", PLAN);
    desk
}

fn action(criterion: &str) -> String {
    format!(
        "id = \"A-001\"\naction = \"Do it\"\noutcome = \"Better\"\nresponsible = \"Head of Service\"\ndue = \"June 2027\"\n\
         resources = \"Within existing resources\"\ncriteria = [{criterion:?}]\n"
    )
}

fn judged(desk: &Desk, criterion: &str, as_at: &str) -> (String, String) {
    desk.write("plan/actions/A-001.toml", &action(criterion));
    let out = desk.done(&["plan", "targets", "plan", "--as-at", as_at, "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&out).expect("JSON");
    let text = |key: &str| rows[0][key].as_str().unwrap_or("").to_owned();
    assert!(text("method").contains("two-sided 95%; wilson"), "{out}");
    (text("verdict"), text("words"))
}

#[test]
fn targets_are_met_missed_or_cannot_be_said() {
    let desk = desk();
    // 70% of 200: 63.3% to 75.9%.
    for (criterion, verdict) in [
        ("carers:q1 positive >= 63% by 2027-06", "met"),
        ("carers:q1 positive >= 65% by 2027-06", "cannot be said"),
        ("carers:q1 positive >= 75% by 2027-06", "cannot be said"),
        ("carers:q1 positive >= 77% by 2027-06", "not met"),
        ("carers:q1 positive <= 77% by 2027-06", "met"),
        ("carers:q1 positive in area=Glen Isle >= 70% by 2027-06", "met"),
        ("carers:q2 mean >= 3.8 by 2027-06", "met"),
        ("carers:q2 mean >= 4.5 by 2027-06", "not met"),
        ("carers:q3 positive >= 50%", "cannot be said"),
        ("carers:q4 positive >= 75%", "met"),
        ("carers:q4 positive > 75%", "not met"),
    ] {
        assert_eq!(judged(&desk, criterion, "2027-07-01").0, verdict, "{criterion}");
    }
    // Studies from before the plan decide nothing, and later ones are not known yet.
    let (verdict, words) = judged(&desk, "carers:q1 positive >= 40% by 2027-06", "2026-12-31");
    assert_eq!(
        (verdict.as_str(), words.as_str()),
        ("cannot be said", "Cannot be said yet: not measured since the plan was agreed.")
    );
    assert_eq!(
        judged(&desk, "carers:q1 positive >= 77% by 2028-06", "2027-12-31").1,
        "Not met so far (due 30 June 2028)."
    );
    assert_eq!(
        judged(&desk, "carers:q1 positive >= 63% by 2028-06", "2027-12-31").1,
        "Met already, ahead of its date."
    );
}

#[test]
fn targets_that_name_what_is_not_there_are_findings_at_their_line() {
    let desk = desk();
    for (criterion, code, words) in [
        ("carers:q9 positive >= 60%", "A013", "no question"),
        ("users:q1 positive >= 60%", "A013", "no study"),
        ("carers:q1 mean >= 3", "A013", "no such figure"),
        ("carers:q1 positive >= 60", "A012", "positive >= 60"),
    ] {
        desk.write("plan/actions/A-001.toml", &action(criterion));
        let findings = desk.findings(&["plan", "check", "plan"]);
        let [(place, found)] = of(&findings, code)[..] else { panic!("{criterion}: {findings:?}") };
        assert_eq!(place, "line 7");
        assert!(found.contains(words), "{found}");
    }
    // Figures that somebody changed after the run are told.
    desk.write("plan/actions/A-001.toml", &action("carers:q1 positive >= 60%"));
    assert!(desk.findings(&["plan", "check", "plan"]).is_empty());
    let changed = desk.text("run-2027/estimates.csv").replace("0.7,", "0.9,");
    desk.write("run-2027/estimates.csv", &changed);
    assert_eq!(of(&desk.findings(&["plan", "check", "plan"]), "A033").len(), 1);
    // Without a rule nothing is judged, and nothing is assumed.
    desk.write(
        "plan/plan.toml",
        &PLAN.replace("[targets]\nrule = \"two-sided\"\nlevel = 0.95\ninterval = \"wilson\"\n", ""),
    );
    assert_eq!(of(&desk.findings(&["plan", "check", "plan"]), "A034").len(), 1);
    let out = desk.done(&["plan", "targets", "plan", "--as-at", "2027-07-01"]);
    assert!(out.contains("names no rule"), "{out}");
}
