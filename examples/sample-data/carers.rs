//! 1,400 carers who do not exist: the list that a council would export, and what each of them would answer.

use std::collections::BTreeMap;

use super::chance::{Chance, Cuts};

/// The areas, with how many carers live there and how far their answers lie from the average.
pub const AREAS: [(&str, usize, f64); 6] = [
    ("Castlehill", 180, -0.09),
    ("Glen Isle", 60, -0.16),
    ("Harbourside", 420, 0.0),
    ("Millbrook", 270, 0.05),
    ("Northgate", 360, -0.03),
    ("Westfield", 110, 0.12),
];

/// The statements with the share of all who would agree, as quoted for carers in Dundee in 2008, split into strongly
/// agree, agree, disagree and strongly disagree. The last one is asked of those only who called out of hours: 51 per
/// cent of them disagree, 36 strongly.
pub const STATEMENTS: [(&str, [f64; 4]); 7] = [
    ("q04", [0.27, 0.49, 0.16, 0.08]),
    ("q05", [0.20, 0.46, 0.23, 0.11]),
    ("q08", [0.14, 0.40, 0.31, 0.15]),
    ("q09", [0.18, 0.45, 0.25, 0.12]),
    ("q10", [0.21, 0.48, 0.22, 0.09]),
    ("q11", [0.17, 0.46, 0.25, 0.12]),
    ("q07", [0.15, 0.34, 0.15, 0.36]),
];

const AGREE: [&str; 4] = ["SA", "A", "D", "SD"];
const SIX: [&str; 6] = ["6", "5", "4", "3", "2", "1"];

/// The shares of the ratings from 6 to 1: overall, and of the support that followed a talk about the carer's own needs.
const OVERALL: [f64; 6] = [0.08, 0.23, 0.33, 0.21, 0.10, 0.05];
const SUPPORT: [f64; 6] = [0.11, 0.25, 0.29, 0.19, 0.11, 0.05];

/// Those who called out of hours, and those with whom somebody talked about their own needs.
const CALLED: f64 = 0.34;
const TALKED: f64 = 0.47;

/// The columns of the list.
pub const COLUMNS: [&str; 9] =
    ["carer_id", "name", "address_line", "postcode", "area", "age_band", "cared_for_group", "hours_band", "registered"];

/// The order of the columns of answers in `truth.csv`: the instrument's, without the open question.
pub const ANSWERED: [&str; 15] =
    ["q01", "q02", "q03", "q04", "q05", "q06", "q07", "q08", "q09", "q10", "q11", "q12", "q13", "q14", "q15"];

/// One carer.
#[derive(Debug, Clone)]
pub struct Carer {
    /// The identifier: six digits, zeros in front.
    pub id: String,
    /// The cells of the list, in the order of [`COLUMNS`], without faults.
    pub cells: Vec<String>,
    /// The answers as codes by question; a question is not there if it would not be asked.
    pub answers: BTreeMap<&'static str, String>,
}

impl Carer {
    /// The area.
    pub fn area(&self) -> &str {
        &self.cells[4]
    }

    fn age(&self) -> &str {
        &self.cells[5]
    }
}

/// All carers, in the order of the list.
pub fn carers(chance: &Chance) -> Vec<Carer> {
    let people: Vec<Carer> = areas(chance).into_iter().enumerate().map(|(at, area)| carer(chance, at, area)).collect();
    answer(chance, people)
}

/// Everybody's area, shuffled: a list is in the order in which people came, not by area.
fn areas(chance: &Chance) -> Vec<&'static str> {
    let mut places: Vec<(f64, &str)> = AREAS
        .iter()
        .flat_map(|&(area, count, _)| (0..count).map(move |at| (area, at)))
        .map(|(area, at)| (chance.number(&["area", area, &at.to_string()]), area))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.into_iter().map(|(_, area)| area).collect()
}

fn carer(chance: &Chance, at: usize, area: &str) -> Carer {
    // Numbers with gaps, as registers have them, of people who left.
    let id = format!("{:06}", 1007 + at * 17 + chance.between(0, 11, &["gap", &at.to_string()]) as usize);
    let pick = |what: &str, shares: &[(&str, f64)]| -> String {
        let mut left = chance.number(&[what, &id]);
        for (name, share) in shares {
            if left < *share {
                return (*name).to_owned();
            }
            left -= share;
        }
        shares[shares.len() - 1].0.to_owned()
    };
    let age = pick("age", &[("18-34", 0.08), ("35-49", 0.19), ("50-64", 0.36), ("65-79", 0.27), ("80+", 0.10)]);
    let cared_for = pick(
        "cared-for",
        &[
            ("Older person", 0.52),
            ("Physical disability", 0.19),
            ("Learning disability", 0.13),
            ("Mental health", 0.11),
            ("Child with a disability", 0.05),
        ],
    );
    let hours = pick("hours", &[("Under 20", 0.34), ("20 to 34", 0.20), ("35 to 49", 0.15), ("50 and more", 0.31)]);
    let street = chance.one(&["Sample Street", "Specimen Road", "Example Lane", "Invented Avenue"], &["street", &id]);
    let house = chance.between(1, 180, &["house", &id]);
    let letters = ["AA", "BB", "DD", "EE", "FF"];
    let postcode = format!(
        "ZZ{} {}{}",
        1 + AREAS.iter().position(|(name, ..)| *name == area).unwrap_or(0),
        chance.between(1, 9, &["postcode", &id]),
        chance.one(&letters, &["letters", &id])
    );
    let registered = format!(
        "{}-{:02}-{:02}",
        chance.between(2016, 2025, &["year", &id]),
        chance.between(1, 12, &["month", &id]),
        chance.between(1, 28, &["day", &id])
    );
    let name = format!("Synthetic Person {:04}", at + 1);
    let cells = vec![
        id.clone(),
        name,
        format!("{house} {street}"),
        postcode,
        area.to_owned(),
        age,
        cared_for,
        hours,
        registered,
    ];
    Carer { id, cells, answers: BTreeMap::new() }
}

/// How content a carer is with something, in no particular unit: their general view, a view of their own, their area.
fn score(chance: &Chance, carer: &Carer, question: &str) -> f64 {
    let tilt = AREAS.iter().find(|(name, ..)| *name == carer.area()).map_or(0.0, |(.., tilt)| *tilt);
    0.5 * chance.number(&["view", &carer.id]) + 0.5 * chance.number(&["view", question, &carer.id]) + tilt
}

fn answer(chance: &Chance, mut people: Vec<Carer>) -> Vec<Carer> {
    for carer in &mut people {
        let id = carer.id.clone();
        let (low, high) = match carer.cells[7].as_str() {
            "Under 20" => (2, 19),
            "20 to 34" => (20, 34),
            "35 to 49" => (35, 49),
            _ => (50, 168),
        };
        carer.answers.insert("q01", chance.between(low, high, &["q01", &id]).to_string());
        let tasks = [
            ("personal", 0.46),
            ("medicine", 0.55),
            ("home", 0.81),
            ("travel", 0.62),
            ("paperwork", 0.66),
            ("company", 0.74),
        ];
        carer.answers.insert("q02", several(chance, "q02", &id, &tasks));
        let supports = [("break", 0.22), ("training", 0.09), ("group", 0.17), ("advice", 0.26), ("equipment", 0.31)];
        carer.answers.insert("q14", several(chance, "q14", &id, &supports));
        let month = chance.between(1, 14, &["q03", "month", &id]);
        let (year, month) = if month > 12 { (2026, month - 12) } else { (2025, month) };
        let day = chance.between(1, 28, &["q03", "day", &id]);
        carer.answers.insert("q03", format!("{year}-{month:02}-{day:02}"));
    }
    // Those who do not know, or to whom it does not apply, are no part of the shares.
    shared_out(chance, &mut people, "q06", &[CALLED, 1.0 - CALLED], &["yes", "no"], &[("DK", 0.01)], |_| true);
    shared_out(chance, &mut people, "q12", &[TALKED, 1.0 - TALKED], &["yes", "no"], &[("DK", 0.04)], |_| true);
    for (question, shares) in STATEMENTS {
        let asked = |carer: &Carer| question != "q07" || carer.answers.get("q06").is_some_and(|code| code == "yes");
        shared_out(chance, &mut people, question, &shares, &AGREE, &[("DK", 0.03), ("NA", 0.02)], asked);
    }
    shared_out(chance, &mut people, "q13", &SUPPORT, &SIX, &[("DK", 0.02)], |carer| {
        carer.answers.get("q12").is_some_and(|code| code == "yes")
    });
    shared_out(chance, &mut people, "q15", &OVERALL, &SIX, &[("DK", 0.02)], |_| true);
    people
}

/// Gives everybody who is asked an answer: the missing ones by chance, the others in exactly these shares.
fn shared_out(
    chance: &Chance,
    people: &mut [Carer],
    question: &'static str,
    shares: &[f64],
    codes: &[&str],
    missing: &[(&str, f64)],
    asked: impl Fn(&Carer) -> bool,
) {
    let none = |carer: &Carer| -> Option<&str> {
        let mut left = chance.number(&["missing", question, &carer.id]);
        missing.iter().find_map(|(code, share)| {
            let hit = left < *share;
            left -= share;
            hit.then_some(*code)
        })
    };
    let scores: Vec<f64> = people
        .iter()
        .filter(|carer| asked(carer) && none(carer).is_none())
        .map(|carer| score(chance, carer, question))
        .collect();
    let cuts = Cuts::exact(&scores, shares);
    for carer in people.iter_mut().filter(|carer| asked(carer)) {
        let code = match none(carer) {
            Some(code) => code,
            None => codes[cuts.place(score(chance, carer, question))],
        };
        carer.answers.insert(question, code.to_owned());
    }
}

/// Several answers, or `none` where nothing applies.
fn several(chance: &Chance, question: &str, id: &str, options: &[(&str, f64)]) -> String {
    let chosen: Vec<&str> = options
        .iter()
        .filter(|(code, share)| chance.happens(*share, &[question, code, id]))
        .map(|(code, _)| *code)
        .collect();
    if chosen.is_empty() { "none".to_owned() } else { chosen.join(";") }
}

/// Whether a carer sends the form back: more in some areas and with age, whatever they would answer.
pub fn returns(chance: &Chance, carer: &Carer) -> bool {
    let by_area = match carer.area() {
        "Harbourside" => 0.46,
        "Northgate" => 0.50,
        "Castlehill" => 0.54,
        "Glen Isle" => 0.66,
        _ => 0.57,
    };
    let by_age = match carer.age() {
        "18-34" => -0.10,
        "65-79" => 0.08,
        "80+" => 0.03,
        _ => 0.0,
    };
    chance.happens(by_area + by_age, &["returns", &carer.id])
}

/// What stands on a form that comes back: the answers, less those left out, and here and there a sentence.
pub fn form(chance: &Chance, carer: &Carer) -> BTreeMap<String, String> {
    let left_out = |question: &str| chance.happens(0.025, &["left out", question, &carer.id]);
    let mut form: BTreeMap<String, String> = BTreeMap::new();
    for (question, code) in carer.answers.iter().filter(|(question, _)| !left_out(question)) {
        form.insert((*question).to_owned(), code.clone());
    }
    // Nobody answers what they were not asked: the question before it stands empty.
    for (gate, routed) in [("q06", "q07"), ("q12", "q13")] {
        if !form.contains_key(gate) {
            form.remove(routed);
        }
    }
    if chance.happens(0.38, &["words", &carer.id]) {
        form.insert("q16".to_owned(), (*chance.one(&WORDS, &["which words", &carer.id])).to_owned());
    }
    form
}

/// What synthetic carers ask for.
const WORDS: [&str; 14] = [
    "Answer the phone in the evening.",
    "Tell us when the worker changes.",
    "A break that we can plan for.",
    "Do not make me tell the whole story again each time.",
    "Write down what was agreed and send it to us.",
    "Ring back when you say you will.",
    "One person to talk to.",
    "Nothing, you have been very good to us.",
    "Let me know how long the waiting list is.",
    "Ask how I am, not only how she is.",
    "Shorter forms!",
    "Help before it gets to a crisis.",
    "A leaflet that says what there is.",
    "Come at the time that was agreed.",
];
