//! Results as a run would give them, made from counts by the textbook formula for a simple random sample.

use std::path::Path;

use quorate::agreement::Agreement;
use quorate::estimate::{Comparison, Estimate, Flag, Statistic, Verdict};
use quorate::finding::{Finding, Place, Severity};
use quorate::instrument::{self, Answer, HighIs, Instrument, Valence};
use quorate::results::{
    Check, Counts, DispositionCount, EditCounts, EditResult, EvidenceItem, Fieldwork, GroupResult, Grouping,
    IndicatorEvidence, Method, OutcomeRate, QuestionAgreement, QuestionResult, ReaderDrift, Results, SourceNote,
    StratumResult, Strength,
};
use quorate::returns::{Given, Origin, Response};
use quorate::table::write::MicroUnit;
use quorate::terms::Missing;

/// What a respondent with a bad sense of humour writes.
pub const FORMULA: &str = "=cmd|'/c calc'!A0";

const AUDIT: &str = r#"
[instrument]
id = "audit"
version = "2"
title = "Case-file audit form"
kind = "file-audit"

[scales.six]
positive_label = "Good or better"
responses = [
  { code = 1, label = "Unsatisfactory", valence = "negative", score = 1 },
  { code = 2, label = "Weak", valence = "negative", score = 2 },
  { code = 3, label = "Adequate", valence = "neutral", score = 3 },
  { code = 4, label = "Good", valence = "positive", score = 4 },
  { code = 5, label = "Very good", valence = "positive", score = 5 },
  { code = 6, label = "Excellent", valence = "positive", score = 6 },
]
missing = [{ code = "na", label = "Does not apply to this file", kind = "not-applicable" }]

[scales.yes-no]
positive_label = "Yes"
responses = [
  { code = "yes", label = "Yes", valence = "positive" },
  { code = "no", label = "No", valence = "negative" },
]

[scales.partners]
responses = [
  { code = "health", label = "Health" },
  { code = "school", label = "School or nursery" },
  { code = "none", label = "No partner", exclusive = true },
]

[[section]]
id = "practice"
title = "Practice"

[[section.question]]
id = "assessment_present"
text = "Is there a current assessment on the file?"
label = "Assessment on file"
kind = "yes-no"
scale = "yes-no"
indicators = ["5.3"]

[[section.question]]
id = "assessment_quality"
text = "How good is the assessment?"
label = "Quality of assessment"
kind = "rating"
scale = "six"
ask_if = { question = "assessment_present", is = ["yes"] }
indicators = ["5.3"]
benchmarks = ["a", "b"]

[[section.question]]
id = "risk_quality"
text = "How good is the assessment of risk?"
label = "Quality of risk assessment"
kind = "rating"
scale = "six"
indicators = ["5.4"]

[[section.question]]
id = "chronology_quality"
text = "How good is the chronology?"
label = "Quality of chronology"
kind = "rating"
scale = "six"
indicators = ["5.3", "5.4"]

[[section.question]]
id = "partners"
text = "Which partners took part in the plan?"
label = "Partners in the plan"
kind = "multiple"
scale = "partners"

[[section.question]]
id = "visits"
text = "How many visits were made in the last three months?"
label = "Visits in three months"
kind = "integer"

[[section.question]]
id = "reviewed"
text = "When was the plan last reviewed?"
label = "Last review"
kind = "date"

[[section.question]]
id = "remarks"
text = "Is there anything else to say?"
label = "Remarks"
kind = "text"
"#;

/// The instrument of the audit.
pub fn audit_instrument() -> Instrument {
    instrument::parse(Path::new("audit.toml"), AUDIT).expect("the form is well defined")
}

/// A case-file audit: ratings, benchmarks, groups of which one is suppressed, files read twice, findings.
pub fn audit() -> Results {
    let instrument = audit_instrument();
    let groups = ["Adults", "Children & families", "Justice"];
    let tables: [(&str, Vec<[usize; 6]>); 4] = [
        (
            "assessment_present",
            vec![[81, 19, 0, 0, 0, 0], [40, 10, 0, 0, 0, 0], [38, 9, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0]],
        ),
        (
            "assessment_quality",
            vec![[2, 7, 20, 28, 17, 7], [1, 4, 10, 14, 8, 3], [1, 3, 9, 13, 8, 4], [0, 0, 1, 1, 1, 0]],
        ),
        ("risk_quality", vec![[4, 12, 31, 30, 18, 5], [2, 6, 15, 15, 9, 3], [2, 6, 15, 13, 9, 2], [0, 0, 1, 2, 0, 0]]),
        (
            "chronology_quality",
            vec![[0, 9, 24, 27, 12, 0], [0, 4, 12, 14, 6, 0], [0, 5, 11, 12, 5, 0], [0, 0, 1, 1, 1, 0]],
        ),
    ];
    let mut questions: Vec<QuestionResult> = tables
        .iter()
        .map(|(id, counts)| {
            let question = instrument.question(id).expect("the form has it");
            let scale = question.scale.as_ref().expect("it has a scale");
            let responses = &scale.responses;
            let of = |by: &str, group: &str, counts: &[usize; 6]| {
                let n: usize = counts.iter().sum();
                let suppressed = n < 5;
                let population = if by.is_empty() { 1_900 } else { 640 };
                let make = Maker { id, by, group, n, population, suppressed };
                let positives: usize = responses
                    .iter()
                    .zip(counts)
                    .filter(|(r, _)| r.valence == Valence::Positive)
                    .map(|(_, count)| count)
                    .sum();
                let scores: Vec<(f64, usize)> =
                    responses.iter().zip(counts).filter_map(|(r, c)| Some((r.score?, *c))).collect();
                GroupResult {
                    by: by.to_owned(),
                    group: group.to_owned(),
                    n,
                    shares: responses
                        .iter()
                        .zip(counts)
                        .map(|(r, count)| make.share(Statistic::Proportion, &r.code, &r.label, *count))
                        .collect(),
                    positive: Some(make.share(Statistic::Positive, "", &scale.positive_label, positives)),
                    nets: Vec::new(),
                    mean: (!scores.is_empty()).then(|| make.mean(&scores)),
                    more: Vec::new(),
                    units: None,
                    suppressed,
                }
            };
            let mut overall = of("", "", &counts[0]);
            if *id == "assessment_quality" {
                let positive = overall.positive.as_mut().expect("made above");
                positive.comparisons = vec![
                    comparison(positive, "a", "National inspection, 2025", 0.55, Some(0.02)),
                    comparison(positive, "b", "Last audit, 2024", 0.50, None),
                ];
            }
            QuestionResult {
                id: (*id).to_owned(),
                overall,
                groups: groups.iter().zip(&counts[1..]).map(|(group, c)| of("service", group, c)).collect(),
                missing: if *id == "chronology_quality" {
                    vec![("Not applicable".to_owned(), 20), ("Not answered".to_owned(), 8)]
                } else {
                    Vec::new()
                },
                more_returns: (*id == "chronology_quality").then_some(21),
                words: Vec::new(),
            }
        })
        .collect();
    questions.push(number_of_visits());
    questions.push(QuestionResult {
        id: "remarks".to_owned(),
        overall: GroupResult {
            by: String::new(),
            group: String::new(),
            n: 3,
            shares: Vec::new(),
            positive: None,
            nets: Vec::new(),
            mean: None,
            more: Vec::new(),
            units: None,
            suppressed: false,
        },
        groups: Vec::new(),
        missing: vec![("Not answered".to_owned(), 97)],
        more_returns: None,
        words: vec![
            FORMULA.to_owned(),
            "The chronology is \"kept\" but <not> used & hard to follow.".to_owned(),
            "+44 is how the number began".to_owned(),
        ],
    });
    let evidence = evidence(&questions);
    Results {
        title: "Case-file audit 2026".to_owned(),
        organisation: "Strathord Council Social Work".to_owned(),
        period: "March to May 2026".to_owned(),
        notice: Some("Synthetic data: no real person or file is described.".to_owned()),
        run_id: "5f0c92ab".to_owned(),
        version: "0.1.0".to_owned(),
        instrument,
        counts: Counts {
            frame_rows: 1_912,
            population: 1_900,
            drawn: 110,
            returned: 100,
            not_returned: 10,
            workbooks: 9,
            rows_read: 118,
            accepted: 112,
            set_aside: 6,
            set_aside_reasons: vec![("earlier version of a return".to_owned(), 5), ("not in the sample".to_owned(), 1)],
            ..Counts::default()
        },
        strata: vec![
            stratum("Adults", 950, 55, 50),
            stratum("Children & families", 900, 52, 47),
            stratum("Justice", 50, 3, 3),
        ],
        methods: vec![
            method("Weighting", "per-question", "each valid answer stands for N_h / n_h units of its stratum"),
            method("Variance", "stratified, with finite population correction", "linearised"),
            method(
                "Interval",
                "logit",
                "of the share, back-transformed, t quantile with the design's degrees of freedom",
            ),
        ],
        rule: 0.10,
        level: 0.95,
        suppress_below: 5,
        suppress_cells_below: 0,
        groupings: vec![Grouping {
            by: "service".to_owned(),
            label: "Service".to_owned(),
            groups: groups.map(str::to_owned).to_vec(),
        }],
        questions,

        scores: Vec::new(),
        repeats: Vec::new(),
        contrasts: Vec::new(),
        banners: Vec::new(),
        comparing: None,
        detectable: Vec::new(),
        waves: None,
        funnels: Vec::new(),
        weighting: Vec::new(),
        evidence,
        agreement: vec![QuestionAgreement {
            question: "assessment_quality".to_owned(),
            units: 12,
            exact: 0.75,
            within_one: Some(1.0),
            coefficient: Some(Agreement {
                coefficient: "gwet-ac2".to_owned(),
                scale: "ordinal".to_owned(),
                weights: "quadratic".to_owned(),
                units: 12,
                raters: 2,
                estimate: 0.91,
                se: 0.05,
                ci_low: 0.8,
                ci_high: 1.0,
            }),
            words: "Very good agreement, on few files.".to_owned(),
        }],
        readers: vec![
            drift("R1", 0.42, "Reads 0.42 points higher than the others (+0.11 to +0.73), more than chance brings."),
            drift("R2", -0.08, "No more than chance: -0.08 points (-0.39 to +0.23)."),
        ],
        training: vec![
            drift("R1", 0.75, "Reads 0.75 points higher than the others."),
            drift("R2", -0.75, "Reads lower."),
        ],
        findings: findings(),
        fieldwork: fieldwork(),
        sources: vec![SourceNote {
            label: "National inspection, 2025".to_owned(),
            source: "Inspectorate, file reading across 32 councils".to_owned(),
            as_of: "2025".to_owned(),
            note: "With its own error, from the base given.".to_owned(),
        }],
    }
}

fn drift(reader: &str, mean_difference: f64, words: &str) -> ReaderDrift {
    ReaderDrift {
        reader: reader.to_owned(),
        points: 6,
        files: 12,
        mean_difference,
        ci_low: mean_difference - 0.31,
        ci_high: mean_difference + 0.31,
        p_value: 0.03,
        same: 0.75,
        words: words.to_owned(),
    }
}

/// A carers' survey: one scale of agreement, every statement with a published figure, no file read twice.
pub fn survey() -> Results {
    const STATEMENTS: [(&str, &str, [usize; 6], f64); 7] = [
        ("first_contact", "Good response when first in touch", [52, 29, 8, 13, 5, 0], 0.65),
        ("daytime", "Good response during the day", [30, 40, 15, 14, 7, 0], 0.64),
        ("out_of_hours", "Good response outside office hours", [8, 11, 20, 30, 24, 0], 0.50),
        ("help_in_time", "Help at the time it was needed", [25, 42, 13, 18, 9, 0], 0.64),
        ("quality", "Services of good quality", [31, 43, 14, 12, 7, 0], 0.63),
        ("consulted", "Consulted and listened to", [28, 39, 16, 15, 9, 0], 0.57),
        ("information", "Easy to get clear information about services", [20, 37, 18, 21, 10, 0], 0.46),
    ];
    let questions: String = STATEMENTS
        .iter()
        .map(|(id, label, ..)| {
            format!(
                "[[section.question]]\nid = {id:?}\ntext = \"How far do you agree: {label}?\"\nlabel = {label:?}\n\
                 kind = \"single\"\nscale = \"agree\"\nindicators = [\"2.1\"]\nbenchmarks = [{id:?}]\n"
            )
        })
        .collect();
    let text = format!(
        r#"
[instrument]
id = "carers"
version = "1"
title = "Carers' questionnaire"
kind = "survey"

[scales.agree]
positive_label = "Agree or strongly agree"
responses = [
  {{ code = 1, label = "Strongly agree", valence = "positive", score = 5 }},
  {{ code = 2, label = "Agree", valence = "positive", score = 4 }},
  {{ code = 3, label = "Neither", valence = "neutral", score = 3 }},
  {{ code = 4, label = "Disagree", valence = "negative", score = 2 }},
  {{ code = 5, label = "Strongly disagree", valence = "negative", score = 1 }},
]

[[section]]
id = "services"
title = "Services"

{questions}"#
    );
    let instrument = instrument::parse(Path::new("carers.toml"), &text).expect("the form is well defined");
    let scale = instrument.questions[0].scale.clone().expect("it has a scale");
    let questions: Vec<QuestionResult> = STATEMENTS
        .iter()
        .map(|(id, _, counts, figure)| {
            let n = counts.iter().sum();
            let make = Maker { id, by: "", group: "", n, population: 1_400, suppressed: false };
            let mut positive = make.share(Statistic::Positive, "", &scale.positive_label, counts[0] + counts[1]);
            positive.comparisons = vec![comparison(&positive, id, "Scotland so far, 2008", *figure, None)];
            let responses = || scale.responses.iter().zip(counts);
            let scores: Vec<(f64, usize)> = responses().filter_map(|(r, count)| Some((r.score?, *count))).collect();
            QuestionResult {
                id: (*id).to_owned(),
                overall: GroupResult {
                    by: String::new(),
                    group: String::new(),
                    n,
                    shares: responses()
                        .map(|(r, count)| make.share(Statistic::Proportion, &r.code, &r.label, *count))
                        .collect(),
                    positive: Some(positive),
                    nets: Vec::new(),
                    mean: Some(make.mean(&scores)),
                    more: Vec::new(),
                    units: None,
                    suppressed: false,
                },
                groups: Vec::new(),
                missing: vec![("Not answered".to_owned(), 107 - n)],
                more_returns: None,
                words: Vec::new(),
            }
        })
        .collect();
    let items = questions
        .iter()
        .map(|question| EvidenceItem {
            question: question.id.clone(),
            positive: question.overall.positive.clone(),
            mean: None,
            distribution: Vec::new(),
            agreement: None,
            strength: Strength::Firm,
        })
        .collect();
    Results {
        title: "Carers' survey 2026".to_owned(),
        instrument,
        questions,

        scores: Vec::new(),
        repeats: Vec::new(),
        contrasts: Vec::new(),
        banners: Vec::new(),
        comparing: None,
        detectable: Vec::new(),
        waves: None,
        funnels: Vec::new(),
        weighting: Vec::new(),
        evidence: vec![IndicatorEvidence {
            indicator: "2.1".to_owned(),
            name: "Experience of individuals and their carers".to_owned(),
            area: "Impact on people who use our services".to_owned(),
            items,
        }],
        agreement: Vec::new(),
        readers: Vec::new(),
        training: Vec::new(),
        groupings: Vec::new(),
        findings: Vec::new(),
        ..audit()
    }
}

/// Editing, dispositions, rates and checks, as they come out of a run.
fn fieldwork() -> Fieldwork {
    let edit = |id: &str, label: &str, counts| EditResult {
        id: id.to_owned(),
        label: label.to_owned(),
        action: "set missing (not asked)".to_owned(),
        counts,
    };
    let counts = EditCounts { returns: 7, answers: 8, answered: Some((93, 85)) };
    let ended = |words: &str, units: usize| DispositionCount {
        disposition: words.to_owned(),
        units,
        weighted: 17.27 * units as f64,
    };
    Fieldwork {
        edits: vec![
            edit("routing", "An answer to a question that was not asked", Some(counts)),
            edit("E1", "Few", None),
        ],
        dispositions: vec![ended("complete", 98), ended("partial", 2), ended("not returned", 10)],
        rates: vec![OutcomeRate {
            name: "RR1".to_owned(),
            formula: "I / (I + P + R + NC + O + U)".to_owned(),
            unweighted: 98.0 / 110.0,
            weighted: 98.0 / 110.0,
        }],
        eligible: (1.0, 1.0),
        untold: Default::default(),
        items: Vec::new(),
        checks: vec![
            Check {
                id: "response".to_owned(),
                found: "90.9% of those drawn returned".to_owned(),
                expected: "30% to 70%".to_owned(),
                explanation: Some("Files were read in house.".to_owned()),
            },
            Check {
                id: "stratum-Justice".to_owned(),
                found: "Justice is 2.7% of the sample and 2.6% of the frame".to_owned(),
                expected: "no difference".to_owned(),
                explanation: None,
            },
        ],
    }
}

/// Findings of every severity; one holds what looks like a formula.
pub fn findings() -> Vec<Finding> {
    let at = |row, column| Place::file("team-3/ward-07.xlsx").sheet("Cases").cell(row, column).unit("C-0192");
    vec![
        Finding::new("R034", at(4, 1)).severity(Severity::Note).found(" C-0192"),
        Finding::new("R012", at(13, 3).question("assessment_quality"))
            .found(FORMULA)
            .expected("1 to 6")
            .severity(Severity::Error),
        Finding::new("R024", Place::file("team-1.csv").row(8)).severity(Severity::Concern).found("concern marked"),
        Finding::new("F003", Place::file("frame.xlsx").sheet("Frame").cell(7, 2)).severity(Severity::Warning),
    ]
}

struct Maker<'a> {
    id: &'a str,
    by: &'a str,
    group: &'a str,
    n: usize,
    population: usize,
    suppressed: bool,
}

impl Maker<'_> {
    fn share(&self, statistic: Statistic, code: &str, label: &str, count: usize) -> Estimate {
        let n = self.n as f64;
        let p = count as f64 / n;
        let se = (p * (1.0 - p) / (n - 1.0) * (1.0 - n / self.population as f64)).sqrt();
        let half = 1.984 * se / (p * (1.0 - p));
        let logit = |x: f64| 1.0 / (1.0 + (-x).exp());
        let at = (p / (1.0 - p)).ln();
        let (low, high) = if se > 0.0 { (logit(at - half), logit(at + half)) } else { (p, p) };
        self.estimate(statistic, code, label, [p, se, low, high])
    }

    fn mean(&self, scores: &[(f64, usize)]) -> Estimate {
        let n = self.n as f64;
        let mean = scores.iter().map(|(score, count)| score * *count as f64).sum::<f64>() / n;
        let square = scores.iter().map(|(score, count)| (score - mean).powi(2) * *count as f64).sum::<f64>();
        let se = (square / (n - 1.0) / n).sqrt();
        self.estimate(Statistic::Mean, "", "Mean rating", [mean, se, mean - 1.984 * se, mean + 1.984 * se])
    }

    fn estimate(&self, statistic: Statistic, code: &str, label: &str, [value, se, low, high]: [f64; 4]) -> Estimate {
        let moe = 1.984 * se;
        let mut flags = Vec::new();
        if self.suppressed {
            flags.push(Flag::Suppressed);
        }
        if statistic != Statistic::Mean && moe > 0.10 {
            flags.push(Flag::Wide);
        }
        if se == 0.0 {
            flags.push(Flag::AllSame);
        }
        Estimate {
            statistic,
            question: self.id.to_owned(),
            response: code.to_owned(),
            label: label.to_owned(),
            by: self.by.to_owned(),
            group: self.group.to_owned(),
            n: self.n,
            sum_weights: self.population as f64,
            estimate: value,
            se,
            df: 97.0,
            ci_low: low,
            ci_high: high,
            moe,
            deff: if se > 0.0 { 1.0731 } else { f64::NAN },
            method: "per-question; stratified; logit; t".to_owned(),
            flags,
            comparisons: Vec::new(),
        }
    }
}

fn number_of_visits() -> QuestionResult {
    let make = Maker { id: "visits", by: "", group: "", n: 100, population: 1_900, suppressed: false };
    let mut mean = make.mean(&[(0.0, 10), (2.0, 30), (5.0, 40), (9.0, 20)]);
    mean.label = "Mean".to_owned();
    QuestionResult {
        id: "visits".to_owned(),
        overall: GroupResult {
            by: String::new(),
            group: String::new(),
            n: 100,
            shares: Vec::new(),
            positive: None,
            nets: Vec::new(),
            mean: Some(mean),
            more: Vec::new(),
            units: None,
            suppressed: false,
        },
        groups: Vec::new(),
        missing: Vec::new(),
        more_returns: None,
        words: Vec::new(),
    }
}

fn comparison(estimate: &Estimate, id: &str, label: &str, value: f64, se: Option<f64>) -> Comparison {
    let difference = estimate.estimate - value;
    let error = (estimate.se.powi(2) + se.unwrap_or(0.0).powi(2)).sqrt();
    let verdict = match difference.abs() > 1.96 * error {
        true if difference > 0.0 => Verdict::Higher,
        true => Verdict::Lower,
        false => Verdict::NoRealDifference,
    };
    Comparison {
        benchmark: id.to_owned(),
        label: label.to_owned(),
        source: "Inspectorate, annual report".to_owned(),
        value,
        se,
        difference,
        ci_low: difference - 1.96 * error,
        ci_high: difference + 1.96 * error,
        p_value: 0.0123,
        verdict,
        high_is: HighIs::Good,
    }
}

fn evidence(questions: &[QuestionResult]) -> Vec<IndicatorEvidence> {
    let item = |id: &str, agreement| {
        let overall = &questions.iter().find(|q| q.id == id).expect("made above").overall;
        EvidenceItem {
            question: id.to_owned(),
            positive: overall.positive.clone(),
            mean: overall.mean.clone(),
            distribution: if overall.shares.len() == 6 { overall.shares.clone() } else { Vec::new() },
            agreement,
            strength: if id == "chronology_quality" { Strength::Indicative } else { Strength::Firm },
        }
    };
    vec![
        IndicatorEvidence {
            indicator: "5.3".to_owned(),
            name: "Assessment, care management and statutory supervision".to_owned(),
            area: "Delivery of key processes".to_owned(),
            items: vec![
                item("assessment_present", None),
                item("assessment_quality", Some(0)),
                item("chronology_quality", None),
            ],
        },
        IndicatorEvidence {
            indicator: "5.4".to_owned(),
            name: "Risk management and accountability".to_owned(),
            area: "Delivery of key processes".to_owned(),
            items: vec![item("risk_quality", None), item("chronology_quality", None)],
        },
    ]
}

fn stratum(name: &str, population: usize, drawn: usize, returned: usize) -> StratumResult {
    StratumResult { name: name.to_owned(), population, drawn, returned, weight: population as f64 / returned as f64 }
}

fn method(choice: &str, rule: &str, meaning: &str) -> Method {
    Method { choice: choice.to_owned(), rule: rule.to_owned(), meaning: meaning.to_owned() }
}

/// Three accepted rows of the audit, one of them a second reading, with their units.
pub fn responses() -> (Vec<Response>, Vec<MicroUnit>) {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");
    let rows: [(&str, &str, u8, [Answer; 8]); 3] = [
        (
            "0007",
            "R1",
            1,
            [
                Answer::Response(0),
                Answer::Response(3),
                Answer::Response(5),
                Answer::Missing(Missing::NotApplicable),
                Answer::Responses(vec![0, 1]),
                Answer::Number(4.0),
                Answer::Date(date),
                Answer::Text(FORMULA.to_owned()),
            ],
        ),
        (
            "0012",
            "R2",
            1,
            [
                Answer::Response(1),
                Answer::Missing(Missing::NotAsked),
                Answer::Response(0),
                Answer::Missing(Missing::Unreadable),
                Answer::Missing(Missing::NotAnswered),
                Answer::Missing(Missing::NotAnswered),
                Answer::Missing(Missing::NotAnswered),
                Answer::Missing(Missing::NotAnswered),
            ],
        ),
        (
            "0007",
            "R2",
            2,
            [
                Answer::Response(0),
                Answer::Response(4),
                Answer::Response(5),
                Answer::Response(2),
                Answer::Responses(vec![2]),
                Answer::Number(4.0),
                Answer::Date(date),
                Answer::Missing(Missing::NotAnswered),
            ],
        ),
    ];
    let units = rows
        .iter()
        .map(|(serial, _, reading, _)| MicroUnit {
            serial: (*serial).to_owned(),
            stratum: "Adults".to_owned(),
            groups: vec!["Adults".to_owned()],
            weight: if *reading == 1 { 950.0 / 3.0 } else { f64::NAN },
        })
        .collect();
    let responses = rows
        .into_iter()
        .map(|(serial, reader, reading, answers)| Response {
            serial: serial.to_owned(),
            reader: reader.to_owned(),
            reading,
            origin: Origin { workbook: "a.xlsx".to_owned(), sheet: "Cases".to_owned(), row: 4 },
            variant: None,
            answers: answers
                .into_iter()
                .map(|answer| Given { answer, raw: Default::default(), original: None, column: None })
                .collect(),
            repeats: Vec::new(),
            edits: Vec::new(),
        })
        .collect();
    (responses, units)
}
