//! Two studies as the pipeline would hand them over: a carers' survey with the figures quoted in Dundee's framework of
//! 2008, and a case-file audit with ratings from 1 to 6 read twice. The numbers follow from a few rules below; nothing
//! here is anybody's answer.

use std::path::Path;

use quorate::agreement::Agreement;
use quorate::estimate::{Comparison, Estimate, Flag, Statistic, Verdict};
use quorate::finding::{Finding, Place, Severity};
use quorate::instrument::{Instrument, Question, QuestionKind, Valence, parse};
use quorate::results::{
    Counts, EvidenceItem, GroupResult, Grouping, IndicatorEvidence, Method, QuestionAgreement, QuestionResult, Results,
    SourceNote, StratumResult, Strength,
};
use statrs::distribution::{ContinuousCDF, Normal};

/// Stands in every suppressed estimate, so that a test can look for it: 91.37%, base 7,777.
pub const HIDDEN: f64 = 0.9137;
pub const HIDDEN_BASE: usize = 7_777;

/// What a respondent might write to break a page.
pub const HOSTILE: &str = "<script>alert(\"x\")</script> & </td></table> =1+1 \u{202e}abc";

const METHOD: &str = "per-question weights; stratified variance with fpc; wald interval; normal quantile";
const RULE: f64 = 0.10;

const CARERS: &str = r#"
[instrument]
id = "carers"
version = "2026.1"
title = "Survey of carers"
kind = "survey"

[scales.agree]
positive_label = "Agree"
responses = [
  { code = "5", label = "Strongly agree", valence = "positive", score = 5 },
  { code = "4", label = "Agree", valence = "positive", score = 4 },
  { code = "3", label = "Neither agree nor disagree", score = 3 },
  { code = "2", label = "Disagree", valence = "negative", score = 2 },
  { code = "1", label = "Strongly disagree", valence = "negative", score = 1 },
]
missing = [{ code = "8", label = "Don't know", kind = "dont-know" }]

[scales.support]
responses = [
  { code = "a", label = "A break from caring" },
  { code = "b", label = "Training" },
  { code = "c", label = "Money advice" },
  { code = "d", label = "None of these", exclusive = true },
]

[[section]]
id = "contact"
title = "Getting in touch"
question = [
  { id = "q1", text = "When I first got in touch, I had a good response.", label = "Good response when first in contact", kind = "rating", scale = "agree", indicators = ["2.1", "5.1"], benchmarks = ["c1"] },
  { id = "q2", text = "I have a good response when I get in touch during the day.", label = "Good response during the day", kind = "rating", scale = "agree", indicators = ["2.1", "5.1"], benchmarks = ["c2"] },
  { id = "q3", text = "I do not get a good response outside office hours.", label = "No good response outside office hours", kind = "rating", scale = "agree", indicators = ["5.1"] },
]

[[section]]
id = "help"
title = "Help and support"
question = [
  { id = "q4", text = "The person I care for had help at the time they needed it.", label = "Help at the time they needed it", kind = "rating", scale = "agree", indicators = ["2.1", "5.1"], benchmarks = ["c4"] },
  { id = "q5", text = "The services are of good quality.", label = "Services of good quality", kind = "rating", scale = "agree", indicators = ["2.1", "6.5"], benchmarks = ["c5"] },
  { id = "q6", text = "I feel consulted and listened to.", label = "Feel consulted and listened to", kind = "rating", scale = "agree", indicators = ["2.1", "6.4"], benchmarks = ["c6"] },
  { id = "q7", text = "It is easy to get information.", label = "Easy to get information", kind = "rating", scale = "agree", indicators = ["5.1"], benchmarks = ["c7"] },
  { id = "q8", text = "Which of these did you have in the last year? Tick all that apply.", label = "Support in the last year", kind = "multiple", scale = "support" },
  { id = "q9", text = "How many hours a week do you care for somebody?", label = "Hours of caring a week", kind = "integer" },
  { id = "q10", text = "Is there anything else you want to tell us?", label = "Anything else", kind = "text" },
]
"#;

const AUDIT: &str = r#"
[instrument]
id = "case-files"
version = "2026.1"
title = "Case-file audit"
kind = "file-audit"

[scales.six]
positive_label = "4 Good or better"
responses = [
  { code = "1", label = "1 Unsatisfactory", valence = "negative", score = 1 },
  { code = "2", label = "2 Weak", valence = "negative", score = 2 },
  { code = "3", label = "3 Adequate", valence = "negative", score = 3 },
  { code = "4", label = "4 Good", valence = "positive", score = 4 },
  { code = "5", label = "5 Very good", valence = "positive", score = 5 },
  { code = "6", label = "6 Excellent", valence = "positive", score = 6 },
]

[[section]]
id = "record"
title = "What is on file"
question = [
  { id = "consent", text = "Is consent to share information recorded?", label = "Consent recorded", kind = "yes-no", indicators = ["5.3"] },
  { id = "plan", text = "Is there a care or supervision plan on file?", label = "Plan on file", kind = "yes-no", indicators = ["5.2"] },
]

[[section]]
id = "quality"
title = "Quality of the work"
question = [
  { id = "assessment", text = "How good is the assessment?", label = "Assessment", kind = "rating", scale = "six", indicators = ["5.3"] },
  { id = "risk", text = "How good is the assessment of risk?", label = "Risk assessment", kind = "rating", scale = "six", indicators = ["5.4"] },
  { id = "chronology", text = "How good is the chronology?", label = "Chronology", kind = "rating", scale = "six", indicators = ["5.3"] },
  { id = "planning", text = "How good is the plan?", label = "Care or supervision plan", kind = "rating", scale = "six", indicators = ["5.2", "5.5"] },
  { id = "partners", text = "How well did agencies work together on this case?", label = "Partnership working", kind = "rating", scale = "six", indicators = ["5.7"] },
  { id = "views", text = "How well are the person's views recorded and used?", label = "Views recorded", kind = "rating", scale = "six", indicators = ["2.1", "5.5"] },
  { id = "concern", text = "Did you see anything that needs immediate action?", label = "Concern for immediate action", kind = "yes-no", concern = ["yes"] },
]
"#;

fn groupings(areas: &[&str], second: (&str, &str, &[&str])) -> Vec<Grouping> {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    vec![
        Grouping { by: "area".into(), label: "Area".into(), groups: own(areas) },
        Grouping { by: second.0.into(), label: second.1.into(), groups: own(second.2) },
    ]
}

/// An estimate of a share by simple random sampling, which is enough to look real.
struct Maker<'a> {
    question: &'a Question,
    by: &'a str,
    group: &'a str,
    n: usize,
    population: usize,
    suppressed: bool,
}

impl Maker<'_> {
    fn estimate(&self, statistic: Statistic, response: &str, label: &str, value: f64, sd: f64) -> Estimate {
        let n = self.n as f64;
        let fpc = 1.0 - n / self.population as f64;
        let se = (sd * sd * n / (n - 1.0) * fpc / n).sqrt();
        let moe = 1.959963984540054 * se;
        let share = statistic != Statistic::Mean;
        let mut flags = Vec::new();
        if self.suppressed {
            flags.push(Flag::Suppressed);
        } else if share && moe > RULE {
            flags.push(Flag::Wide);
        }
        let value = if self.suppressed { HIDDEN } else { value };
        let bound = |v: f64| if share { v.clamp(0.0, 1.0) } else { v };
        Estimate {
            statistic,
            question: self.question.id.clone(),
            response: response.into(),
            label: label.into(),
            by: self.by.into(),
            group: self.group.into(),
            n: if self.suppressed { HIDDEN_BASE } else { self.n },
            sum_weights: self.population as f64,
            estimate: value,
            se,
            df: n - 7.0,
            ci_low: bound(value - moe),
            ci_high: bound(value + moe),
            moe,
            deff: 1.08,
            method: METHOD.into(),
            flags,
            comparisons: Vec::new(),
        }
    }

    fn result(&self, shares: &[f64]) -> GroupResult {
        let scale = self.question.scale.as_ref().expect("a scale");
        let all: Vec<Estimate> = scale
            .responses
            .iter()
            .zip(shares)
            .map(|(r, &p)| self.estimate(Statistic::Proportion, &r.code, &r.label, p, (p * (1.0 - p)).sqrt()))
            .collect();
        let positive: f64 =
            scale.responses.iter().zip(shares).filter(|(r, _)| r.valence == Valence::Positive).map(|(_, p)| p).sum();
        let scored = |power: i32| -> f64 {
            scale.responses.iter().zip(shares).map(|(r, p)| r.score.unwrap_or_default().powi(power) * p).sum()
        };
        let (mean, square) = (scored(1), scored(2));
        let rated = self.question.kind == QuestionKind::Rating;
        GroupResult {
            by: self.by.into(),
            group: self.group.into(),
            nets: Vec::new(),
            n: if self.suppressed { HIDDEN_BASE } else { self.n },
            shares: all,
            positive: scale.has_positive().then(|| {
                let sd = (positive * (1.0 - positive)).sqrt();
                self.estimate(Statistic::Positive, "", &scale.positive_label, positive, sd)
            }),
            mean: rated
                .then(|| self.estimate(Statistic::Mean, "", "Mean", mean, (square - mean * mean).max(0.0).sqrt())),
            more: Vec::new(),
            units: None,
            suppressed: self.suppressed,
        }
    }
}

fn compare(estimate: &mut Estimate, benchmark: &str, value: f64) {
    let difference = estimate.estimate - value;
    let z = difference / estimate.se;
    let p_value = 2.0 * Normal::standard().cdf(-z.abs());
    let verdict = match () {
        () if p_value < 0.05 && difference > 0.0 => Verdict::Higher,
        () if p_value < 0.05 => Verdict::Lower,
        () if estimate.moe > RULE => Verdict::TooFewToSay,
        () => Verdict::NoRealDifference,
    };
    estimate.comparisons.push(Comparison {
        benchmark: benchmark.into(),
        label: "Scotland so far (2008)".into(),
        source: "Customer Service Excellence framework, Dundee City Council, November 2008".into(),
        value,
        se: None,
        difference,
        ci_low: difference - estimate.moe,
        ci_high: difference + estimate.moe,
        p_value,
        verdict,
        high_is: quorate::instrument::HighIs::Good,
    });
}

fn agree_shares(p: f64) -> [f64; 5] {
    let rest = 1.0 - p;
    [0.38 * p, 0.62 * p, 0.42 * rest, 0.37 * rest, 0.21 * rest]
}

/// Shares of ratings 1 to 6 that fall off around a centre.
fn six_shares(centre: f64) -> [f64; 6] {
    let raw: Vec<f64> = (1..=6).map(|i| (-(f64::from(i) - centre).powi(2) / 2.6).exp()).collect();
    let sum: f64 = raw.iter().sum();
    std::array::from_fn(|i| raw[i] / sum)
}

/// A shift that differs by question and group and is the same on every run.
fn shift(question: usize, group: usize) -> f64 {
    (((question * 7 + group * 5) % 11) as f64 - 5.0) / 55.0
}

fn finding(code: &str, severity: Severity, place: Place, problem: &str, found: &str) -> Finding {
    Finding {
        code: code.into(),
        severity,
        place,
        problem: problem.into(),
        found: found.into(),
        expected: String::new(),
        hint: String::new(),
    }
}

fn strata(rows: &[(&str, usize, usize, usize)]) -> Vec<StratumResult> {
    rows.iter()
        .map(|&(name, population, drawn, returned)| StratumResult {
            name: name.into(),
            population,
            drawn,
            returned,
            weight: population as f64 / returned as f64,
        })
        .collect()
}

fn methods() -> Vec<Method> {
    [
        (
            "Weighting",
            "per-question",
            "Each answer stands for the people of its stratum divided by the answers that the question had there.",
        ),
        ("Variance", "stratified", "Differences within strata only, with the finite population correction."),
        ("Interval", "wald", "The estimate plus and minus 1.96 standard errors, cut at 0 and 100 per cent."),
        ("Suppression", "fewer than 5", "No figure is shown that rests on fewer than five answers."),
    ]
    .map(|(choice, rule, meaning)| Method { choice: choice.into(), rule: rule.into(), meaning: meaning.into() })
    .to_vec()
}

fn base(instrument: Instrument) -> Results {
    Results {
        title: String::new(),
        organisation: "Tayforth Council social work".into(),
        period: "March to May 2026".into(),
        notice: Some("Synthetic data: no figure here is about real people.".into()),
        run_id: "3fa91c07".into(),
        version: "0.1.0".into(),
        instrument,
        counts: Counts::default(),
        strata: Vec::new(),
        methods: methods(),
        rule: RULE,
        level: 0.95,
        suppress_below: 5,
        suppress_cells_below: 0,
        groupings: Vec::new(),
        questions: Vec::new(),

        scores: Vec::new(),
        repeats: Vec::new(),
        banners: Vec::new(),
        comparing: None,
        contrasts: Vec::new(),
        detectable: Vec::new(),
        waves: None,
        funnels: Vec::new(),
        weighting: Vec::new(),
        evidence: Vec::new(),
        agreement: Vec::new(),
        readers: Vec::new(),
        training: Vec::new(),
        findings: Vec::new(),
        fieldwork: Default::default(),
        sources: Vec::new(),
    }
}

/// The carers' survey.
pub fn carers() -> Results {
    let instrument = parse(Path::new("carers.toml"), CARERS).expect("the instrument");
    let mut results = base(instrument);
    results.title = "Survey of carers 2026".into();
    let areas = ["Coast", "Old Town and Harbour", "North", "West and the villages of the upper glen", "Islands"];
    results.groupings = groupings(&areas, ("age", "Age of the carer", &["Under 45", "45 to 64", "65 and over"]));
    results.strata = strata(&[
        ("Coast", 412, 146, 98),
        ("Old Town and Harbour", 388, 138, 71),
        ("North", 301, 107, 66),
        ("West and the villages of the upper glen", 254, 90, 48),
        ("Islands", 47, 19, 4),
    ]);
    results.counts = Counts {
        frame_rows: 1409,
        population: 1402,
        drawn: 500,
        returned: 287,
        not_returned: 213,
        workbooks: 11,
        rows_read: 301,
        accepted: 287,
        set_aside: 14,
        set_aside_reasons: vec![
            ("the same file twice".into(), 8),
            ("earlier version of a return".into(), 4),
            ("not in the sample".into(), 2),
        ],
        ..Counts::default()
    };
    let truth = [
        (0.76, Some(0.65)),
        (0.66, Some(0.64)),
        (0.51, None),
        (0.57, Some(0.64)),
        (0.69, Some(0.63)),
        (0.63, Some(0.57)),
        (0.54, Some(0.46)),
    ];
    for (q, (p, national)) in truth.into_iter().enumerate() {
        let question = results.instrument.questions[q].clone();
        let n = 281 - 6 * q;
        let maker =
            |by, group, n, population, suppressed| Maker { question: &question, by, group, n, population, suppressed };
        let mut overall = maker("", "", n, 1402, false).result(&agree_shares(p));
        if let (Some(value), Some(positive)) = (national, overall.positive.as_mut()) {
            compare(positive, &question.benchmarks[0], value);
        }
        let mut groups = Vec::new();
        let bases = [
            ("area", areas.to_vec(), vec![98, 71, 66, 48, 4], vec![412, 388, 301, 254, 47]),
            ("age", vec!["Under 45", "45 to 64", "65 and over"], vec![41, 132, 108], vec![210, 640, 552]),
        ];
        for (by, names, ns, populations) in bases {
            for (g, name) in names.into_iter().enumerate() {
                let suppressed = ns[g] < 5;
                let m = maker(by, name, ns[g].max(2), populations[g], suppressed);
                groups.push(m.result(&agree_shares((p + shift(q, g)).clamp(0.05, 0.95))));
            }
        }
        let missing =
            vec![("Don't know".to_owned(), 3 + 2 * q), ("Not answered".to_owned(), 287 - n - (3 + 2 * q).min(287 - n))];
        let missing = missing.into_iter().filter(|(_, n)| *n > 0).collect();
        results.questions.push(QuestionResult {
            id: question.id.clone(),
            overall,
            groups,
            missing,
            more_returns: None,
            words: Vec::new(),
        });
    }
    let several = results.instrument.questions[7].clone();
    let maker = Maker { question: &several, by: "", group: "", n: 250, population: 1402, suppressed: false };
    let overall = maker.result(&[0.42, 0.118, 0.236, 0.31]);
    results.questions.push(plain(&several.id, overall, Vec::new()));

    let hours = results.instrument.questions[8].clone();
    let of = |by: &str, group: &str, n: usize, population: usize, mean: f64| {
        let m = Maker { question: &hours, by, group, n, population, suppressed: false };
        let mean = m.estimate(Statistic::Mean, "", "Mean", mean, 22.0);
        GroupResult {
            by: by.into(),
            group: group.into(),
            n,
            shares: vec![],
            positive: None,
            nets: Vec::new(),
            mean: Some(mean),
            more: Vec::new(),
            units: None,
            suppressed: false,
        }
    };
    let groups = vec![
        of("age", "Under 45", 39, 210, 21.4),
        of("age", "45 to 64", 121, 640, 33.9),
        of("age", "65 and over", 99, 552, 52.3),
    ];
    results.questions.push(plain(&hours.id, of("", "", 259, 1402, 38.2), groups));

    let none = GroupResult {
        by: String::new(),
        group: String::new(),
        n: 4,
        shares: vec![],
        positive: None,
        nets: Vec::new(),
        mean: None,
        more: Vec::new(),
        units: None,
        suppressed: false,
    };
    let mut words = plain("q10", none, Vec::new());
    words.words = vec![
        "A phone number that somebody answers at night would change everything.".into(),
        "The break in spring was the first in three years. Thank you.".into(),
        HOSTILE.into(),
        "Forms ask the same things again and again.".into(),
    ];
    results.questions.push(words);
    results.evidence = evidence(&results);
    results.findings = vec![
        finding(
            "R012",
            Severity::Warning,
            Place::file("returns/batch-02.xlsx").sheet("Answers").cell(13, 4).unit("C-0192").question("q3"),
            "an answer is not one of the question's responses",
            "yes (verbal)",
        ),
        finding(
            "R012",
            Severity::Warning,
            Place::file("returns/batch-02.xlsx").sheet("Answers").cell(17, 4).unit("C-0201").question("q3"),
            "an answer is not one of the question's responses",
            "7",
        ),
        finding(
            "R012",
            Severity::Warning,
            Place::file("returns/batch-05.ods").sheet("Answers").cell(3, 5).unit("C-0318").question("q4"),
            "an answer is not one of the question's responses",
            "n/k",
        ),
        finding(
            "R012",
            Severity::Warning,
            Place::file("returns/batch-06.csv").cell(8, 5).unit("C-0340").question("q4"),
            "an answer is not one of the question's responses",
            "Janet said yes",
        ),
        finding(
            "R028",
            Severity::Error,
            Place::file("returns/Copy of batch-02 (2).xlsx").sheet("Answers").row(4).unit("C-0182"),
            "a unit was returned in several versions",
            "",
        ),
        finding(
            "R030",
            Severity::Note,
            Place::file("returns/batch-01.xlsx").sheet("Answers").cell(1, 1).unit("C-0007"),
            "an identifier agrees but for spaces, marks or case",
            " C-0007 ",
        ),
    ];
    results.sources = vec![SourceNote {
        label: "Scotland so far (2008)".into(),
        source: "Customer Service Excellence framework, Dundee City Council, November 2008, criterion 1.3".into(),
        as_of: "2008".into(),
        note: "No base was published, so the figure is treated as fixed.".into(),
    }];
    results
}

/// The case-file audit.
pub fn audit() -> Results {
    let instrument = parse(Path::new("case-files.toml"), AUDIT).expect("the instrument");
    let mut results = base(instrument);
    results.title = "Case-file audit, children and families".into();
    results.notice = None;
    let teams = ["Intake", "Long term east", "Long term west", "Throughcare"];
    results.groupings = groupings(&teams, ("length", "Length of the case", &["Under a year", "A year and over"]));
    results.strata = strata(&[
        ("Intake", 640, 34, 33),
        ("Long term east", 552, 29, 29),
        ("Long term west", 498, 26, 25),
        ("Throughcare", 210, 11, 9),
    ]);
    results.counts = Counts {
        frame_rows: 1911,
        population: 1900,
        drawn: 100,
        returned: 96,
        not_returned: 4,
        workbooks: 6,
        rows_read: 119,
        accepted: 116,
        set_aside: 3,
        set_aside_reasons: vec![("earlier version of a return".into(), 3)],
        ..Counts::default()
    };
    let centres = [0.83, 0.94, 4.2, 3.4, 2.9, 4.0, 4.4, 3.7, 0.03];
    for (q, centre) in centres.into_iter().enumerate() {
        let question = results.instrument.questions[q].clone();
        let shares = |shift: f64| match question.kind {
            QuestionKind::Rating => six_shares(centre + 3.0 * shift).to_vec(),
            _ => vec![(centre + shift / 2.0).clamp(0.01, 0.99), 1.0 - (centre + shift / 2.0).clamp(0.01, 0.99)],
        };
        let maker =
            |by, group, n, population, suppressed| Maker { question: &question, by, group, n, population, suppressed };
        let overall = maker("", "", 96 - q, 1900, false).result(&shares(0.0));
        let mut groups = Vec::new();
        for (g, (name, n)) in teams.iter().zip([33, 29, 25, 4]).enumerate() {
            groups.push(maker("area", name, n, 500, n < 5).result(&shares(shift(q, g))));
        }
        for (g, (name, n)) in [("Under a year", 51), ("A year and over", 44)].into_iter().enumerate() {
            groups.push(maker("length", name, n, 900, false).result(&shares(shift(q, g) / 2.0)));
        }
        let positive = overall.positive.as_ref().expect("a positive share");
        let more_returns = (!positive.holds_within(RULE)).then(|| {
            let needed = (positive.estimate * (1.0 - positive.estimate) * (1.96 / RULE).powi(2)).ceil() as usize;
            needed.saturating_sub(overall.n).max(2)
        });
        let mut result = plain(&question.id, overall, groups);
        result.more_returns = more_returns;
        result.missing = if q > 0 { vec![("Not applicable".into(), q)] } else { Vec::new() };
        results.questions.push(result);
    }
    results.agreement = results.instrument.questions[2..8]
        .iter()
        .enumerate()
        .map(|(i, question)| {
            let estimate = 0.74 - 0.07 * i as f64;
            let coefficient = (i != 4).then(|| Agreement {
                coefficient: "gwet-ac2".into(),
                scale: "ordinal".into(),
                weights: "quadratic".into(),
                units: 20,
                raters: 5,
                estimate,
                se: 0.08,
                ci_low: estimate - 0.17,
                ci_high: (estimate + 0.17).min(1.0),
            });
            QuestionAgreement {
                question: question.id.clone(),
                units: 20,
                exact: 0.65 - 0.05 * i as f64,
                within_one: Some(0.95 - 0.03 * i as f64),
                coefficient,
                words: if i < 2 {
                    "good agreement".into()
                } else {
                    "moderate agreement: look at the files on which readers differ".into()
                },
            }
        })
        .collect();
    results.evidence = evidence(&results);
    results.findings = vec![
        finding(
            "R025",
            Severity::Concern,
            Place::file("returns/reader-03.xlsx").sheet("Cases").cell(11, 20).unit("F-0417").question("concern"),
            "a concern that needs action at once was recorded",
            "Yes - Mary Secretname, at risk tonight",
        ),
        finding(
            "R025",
            Severity::Concern,
            Place::file("returns/reader-05.xlsx").sheet("Cases").cell(7, 20).unit("F-1180").question("concern"),
            "a concern that needs action at once was recorded",
            "yes",
        ),
        finding(
            "R020",
            Severity::Warning,
            Place::file("returns/reader-02.xlsx").sheet("Cases").cell(4, 6).unit("F-0033"),
            "an answer cannot be read as a date",
            "last spring",
        ),
    ];
    results
}

fn plain(id: &str, overall: GroupResult, groups: Vec<GroupResult>) -> QuestionResult {
    QuestionResult { id: id.into(), overall, groups, missing: Vec::new(), more_returns: None, words: Vec::new() }
}

fn evidence(results: &Results) -> Vec<IndicatorEvidence> {
    let names = [
        ("2.1", "Experience of people who use services and their carers", "Impact on people who use our services"),
        ("5.1", "Access to services", "Delivery of key processes"),
        ("5.2", "Day-to-day planning and resource allocation", "Delivery of key processes"),
        ("5.3", "Assessment, care management and statutory supervision", "Delivery of key processes"),
        ("5.4", "Risk management and accountability", "Delivery of key processes"),
        ("5.5", "Personalised approaches", "Delivery of key processes"),
        ("5.7", "Joint and integrated delivery of services", "Delivery of key processes"),
        (
            "6.4",
            "Involvement of users, carers and other stakeholders",
            "Policy and service development, planning and performance management",
        ),
        ("6.5", "Range and quality of services", "Policy and service development, planning and performance management"),
    ];
    let by = results.instrument.by_indicator();
    names
        .iter()
        .filter_map(|(number, name, area)| {
            let items = by.get(number)?.iter().filter_map(|question| item(results, &question.id)).collect();
            Some(IndicatorEvidence { indicator: (*number).into(), name: (*name).into(), area: (*area).into(), items })
        })
        .collect()
}

fn item(results: &Results, id: &str) -> Option<EvidenceItem> {
    let result = results.question(id)?;
    let positive = result.overall.positive.clone();
    let strength = match &positive {
        Some(p) if p.holds_within(RULE) => Strength::Firm,
        Some(_) => Strength::Indicative,
        None => Strength::TooFew,
    };
    let six = result.overall.shares.len() == 6;
    Some(EvidenceItem {
        question: id.into(),
        positive,
        mean: result.overall.mean.clone(),
        distribution: if six { result.overall.shares.clone() } else { Vec::new() },
        agreement: results.agreement.iter().position(|a| a.question == id),
        strength,
    })
}
