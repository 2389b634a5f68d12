//! 3,000 people who do not exist and get care: the list that a council would draw from, and the return of England's Adult
//! Social Care Survey that it would send in, in the layout of the survey's own workbook.

use std::collections::BTreeMap;

use quorate::Result;
use quorate::error::Error;
use quorate::pipeline::Forms;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::chance::Chance;
use super::frame_workbook::{List, workbook};

/// The strata with how many people there are in each, and how far their answers lie from the average.
const STRATA: [(&str, usize, f64); 4] = [
    ("1 Learning disability", 640, 0.25),
    ("2 Aged 18 to 64", 710, -0.25),
    ("3 Aged 65 and over, care home", 620, 0.1),
    ("4 Aged 65 and over, community", 1030, -0.05),
];

/// The columns of the list.
const COLUMNS: [&str; 7] = ["person_id", "stratum", "gender", "age_band", "form", "support_reason", "support_setting"];

/// The columns of the return, in the order of the survey's workbook: a key, and how the heading begins. Columns that are left
/// empty have no key.
pub const RETURN: [(&str, &str); 97] = [
    ("", "LA Code"),
    ("serial", "Serial Number / Unique Reference Number"),
    ("", "Primary Key"),
    ("stratum", "Stratum"),
    ("population", "Population in Stratum"),
    ("method", "Method of Collection"),
    ("response", "Response/ Non Response"),
    ("gender", "Gender"),
    ("age", "Age (Years)"),
    ("ethnic_group", "Ethnic Group"),
    ("orientation", "Sexual Orientation"),
    ("religion", "Religion"),
    ("reason", "Primary Support Reason"),
    ("setting", "Support Setting"),
    ("delivery", "Mechanism of Delivery"),
    ("full_cost", "Service User is a Full Cost Client (Voluntary field)"),
    ("budget", "Complete Cost of Care Package (Voluntary fields) Gross annual budget"),
    ("contributions", "Complete Cost of Care Package (Voluntary fields) Does this budget include any contributions"),
    ("equipment", "Complete Cost of Care Package (Voluntary fields) Does this budget include any equipment costs"),
    ("fees", "Complete Cost of Care Package (Voluntary fields) Does this budget include any care home fees"),
    (
        "other_funding",
        "Complete Cost of Care Package (Voluntary fields) Does this budget include other streams of funding",
    ),
    (
        "central",
        "Complete Cost of Care Package (Voluntary fields) Has the service user received any centrally funded services",
    ),
    ("", "Complete Cost of Care Package (Voluntary fields) Please provide information on the types"),
    ("copd", "Reported Health Condition: Chronic Obstructive Pulmonary Disease"),
    ("cancer", "Reported Health Condition: Cancer"),
    ("injury", "Reported Health Condition: Acquired Physical Injury"),
    ("hiv", "Reported Health Condition: HIV / AIDs"),
    ("physical", "Reported Health Condition: Other Long Term Health condition - Physical"),
    ("stroke", "Reported Health Condition: Stroke"),
    ("parkinson", "Reported Health Condition: Parkinson's"),
    ("motor_neurone", "Reported Health Condition: Motor Neurone Disease"),
    ("brain_injury", "Reported Health Condition: Acquired Brain Injury"),
    ("neurological", "Reported Health Condition: Other Long Term Health condition - Neurological"),
    ("sight", "Reported Health Condition: Visually impaired"),
    ("hearing", "Reported Health Condition: Hearing impaired"),
    ("sensory", "Reported Health Condition: Other Sensory Impairment"),
    ("learning", "Reported Health Condition: Learning Disability"),
    ("autism", "Reported Health Condition: Autism"),
    ("asperger", "Reported Health Condition: Asperger Syndrome"),
    ("developmental", "Reported Health Condition: Other Learning, Developmental or Intellectual Disability"),
    ("dementia", "Reported Health Condition: Dementia"),
    ("mental_health", "Reported Health Condition: Other Mental Health Condition"),
    ("other_condition", "Reported Health Condition: Any other"),
    ("advocate", "Was an advocate used?"),
    ("interpreter", "Was an interpreter used?"),
    ("language", "Language of questionnaire used"),
    ("questionnaire", "Which questionnaire was used?"),
    ("replacement", "Is this a replacement for somebody who was excluded?"),
    ("mailing", "Did this person respond to the original mailing or a reminder?"),
    ("copy", "Did the user request a copy of the report?"),
    ("q1", "Q1 - Satisfaction"),
    ("q2a", "Q2a - Quality of life"),
    ("q2b", "Q2b - Care improves quality of life"),
    ("q2c", "Q2c - Choice"),
    ("q3a", "Q3a - Control"),
    ("q3b", "Q3b - Care helps with control"),
    ("q4a", "Q4a - Clean and presentable"),
    ("q4b", "Q4b - Care helps to be clean and presentable"),
    ("q5a", "Q5a - Food and drink"),
    ("q5b", "Q5b - Care helps with food and drink"),
    ("q6a", "Q6a - Home"),
    ("q6b", "Q6b - Care helps with the home"),
    ("q7a", "Q7a - Safety"),
    ("q7b", "Q7b - Care helps with safety"),
    ("q8a", "Q8a - Social contact"),
    ("q8b", "Q8b - Care helps with social contact"),
    ("q9a", "Q9a - Use of time"),
    ("q9b", "Q9b - Care helps with use of time"),
    ("q10", "Q10 - Having help"),
    ("q11", "Q11 - Being treated"),
    ("q12", "Q12 - Finding information"),
    ("q13", "Q13 - Health"),
    ("q14a", "Q14a - Pain"),
    ("q14b", "Q14b - Anxiety"),
    ("q15a", "Q15[a] - Indoors"),
    ("q15b", "Q15[b] - Bed or chair"),
    ("q15c", "Q15[c] - Feed oneself"),
    ("q15d", "Q15[d] - Money and paperwork"),
    ("q16a", "Q16[a] - Wash all over"),
    ("q16b", "Q16[b] - Dress"),
    ("q16c", "Q16[c] - Toilet"),
    ("q16d", "Q16[d] - Wash face and hands"),
    ("q17", "Q17 - Design of the home"),
    ("q18", "Q18 - Outside"),
    ("q19/a", "Q19[a] - In the household"),
    ("q19/b", "Q19[b] - In another household"),
    ("q19/c", "Q19[c] - No"),
    ("q20/a", "Q20[a] - Own money"),
    ("q20/b", "Q20[b] - The family"),
    ("q20/c", "Q20[c] - No"),
    ("q21", "Q21 - Help with the form"),
    ("q22/a", "Q22[a] - None"),
    ("q22/b", "Q22[b] - Read"),
    ("q22/c", "Q22[c] - Translated"),
    ("q22/d", "Q22[d] - Wrote"),
    ("q22/e", "Q22[e] - Talked through"),
    ("q22/f", "Q22[f] - Answered"),
];

/// The questions with one answer, with the shares of the codes from 1 on in the standard form.
const SHARES: [(&str, &[f64]); 34] = [
    ("q1", &[0.27, 0.36, 0.24, 0.06, 0.03, 0.02, 0.02]),
    ("q2a", &[0.09, 0.19, 0.32, 0.27, 0.07, 0.03, 0.03]),
    ("q2b", &[0.91, 0.09]),
    ("q2c", &[0.66, 0.27, 0.07]),
    ("q3a", &[0.34, 0.43, 0.18, 0.05]),
    ("q3b", &[0.07, 0.83, 0.10]),
    ("q4a", &[0.56, 0.36, 0.06, 0.02]),
    ("q4b", &[0.22, 0.65, 0.13]),
    ("q5a", &[0.62, 0.31, 0.05, 0.02]),
    ("q5b", &[0.22, 0.62, 0.16]),
    ("q6a", &[0.63, 0.31, 0.05, 0.01]),
    ("q6b", &[0.18, 0.66, 0.16]),
    ("q7a", &[0.69, 0.25, 0.04, 0.02]),
    ("q7b", &[0.86, 0.14]),
    ("q8a", &[0.44, 0.33, 0.17, 0.06]),
    ("q8b", &[0.17, 0.53, 0.30]),
    ("q9a", &[0.37, 0.33, 0.23, 0.07]),
    ("q9b", &[0.13, 0.58, 0.29]),
    ("q10", &[0.60, 0.29, 0.09, 0.02]),
    ("q11", &[0.62, 0.29, 0.08, 0.01]),
    ("q12", &[0.28, 0.20, 0.30, 0.14, 0.08]),
    ("q13", &[0.13, 0.30, 0.38, 0.14, 0.05]),
    ("q14a", &[0.37, 0.48, 0.15]),
    ("q14b", &[0.47, 0.44, 0.09]),
    ("q15a", &[0.44, 0.31, 0.25]),
    ("q15b", &[0.46, 0.29, 0.25]),
    ("q15c", &[0.75, 0.17, 0.08]),
    ("q15d", &[0.16, 0.20, 0.64]),
    ("q16a", &[0.31, 0.20, 0.49]),
    ("q16b", &[0.39, 0.24, 0.37]),
    ("q16c", &[0.58, 0.19, 0.23]),
    ("q16d", &[0.66, 0.18, 0.16]),
    ("q17", &[0.56, 0.31, 0.10, 0.03]),
    ("q18", &[0.31, 0.22, 0.20, 0.27]),
];

/// One person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The identifier in the list.
    pub id: String,
    stratum: usize,
    /// What the council holds, by the key of the return's column.
    record: BTreeMap<&'static str, i64>,
}

/// Everybody, in the order of the list.
pub fn people(chance: &Chance) -> Vec<Person> {
    let mut places: Vec<(f64, usize)> = (STRATA.iter().enumerate())
        .flat_map(|(stratum, (name, count, _))| (0..*count).map(move |at| (stratum, *name, at)))
        .map(|(stratum, name, at)| (chance.number(&["ascs stratum", name, &at.to_string()]), stratum))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.into_iter().enumerate().map(|(at, (_, stratum))| person(chance, at, stratum)).collect()
}

fn person(chance: &Chance, at: usize, stratum: usize) -> Person {
    let id = format!("{:07}", 20_011 + at * 13);
    let between = |low: u32, high: u32, what: &str| i64::from(chance.between(low, high, &["ascs", what, &id]));
    let happens = |share: f64, what: &str| chance.happens(share, &["ascs", what, &id]);
    let pick = |shares: &[f64], what: &str| code(shares, chance.number(&["ascs", what, &id]));
    let age = match stratum {
        0 => between(18, 79, "age"),
        1 => between(18, 64, "age"),
        _ => between(65, 99, "age"),
    };
    let setting = match stratum {
        0 | 1 => pick(&[0.82, 0.14, 0.04], "setting"),
        2 => 1 + pick(&[0.66, 0.34], "setting"),
        _ => 1,
    };
    let reason = match stratum {
        0 => 7,
        _ => [1, 2, 3, 4, 6, 8, 12][(pick(&[0.17, 0.44, 0.03, 0.02, 0.15, 0.14, 0.05], "reason") - 1) as usize],
    };
    let easy = if stratum == 0 { happens(0.94, "easy") } else { happens(0.01, "easy") };
    let questionnaire = if easy { 3 } else { 1 + i64::from(setting > 1) };
    let autism = 2 - i64::from(happens(if stratum == 0 { 0.16 } else { 0.02 }, "autism"));
    let record = [
        ("gender", pick(&[0.42, 0.577, 0.003], "gender")),
        ("age", age),
        (
            "ethnic_group",
            if happens(0.03, "no ethnic") {
                98
            } else {
                pick(&[0.8, 0.02, 0.01, 0.04, 0.01, 0.01, 0.01, 0.01, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01], "ethnic")
            },
        ),
        (
            "orientation",
            if happens(0.6, "no orientation") { -9 } else { pick(&[0.95, 0.03, 0.01, 0.01], "orientation") },
        ),
        (
            "religion",
            if happens(0.4, "no religion") {
                -9
            } else {
                pick(&[0.35, 0.55, 0.01, 0.02, 0.01, 0.04, 0.01, 0.01], "religion")
            },
        ),
        ("reason", reason),
        ("setting", setting),
        ("delivery", if setting > 1 { 5 } else { pick(&[0.2, 0.07, 0.55, 0.18], "delivery") }),
        ("autism", autism),
        ("asperger", if autism == 1 { 2 } else { 2 - i64::from(happens(0.02, "asperger")) }),
        ("language", if happens(0.03, "language") { between(2, 19, "which language") } else { 1 }),
        ("questionnaire", questionnaire),
        ("replacement", 2 - i64::from(happens(0.07, "replacement"))),
    ];
    Person { id, stratum, record: record.into() }
}

/// The code, from 1 on, of which a number from 0 to 1 falls into the share.
fn code(shares: &[f64], number: f64) -> i64 {
    let mut left = number;
    let at = shares.iter().position(|share| {
        left -= share;
        left < 0.0
    });
    at.unwrap_or(shares.len() - 1) as i64 + 1
}

/// The list as a workbook.
///
/// # Errors
/// None that can be foreseen.
pub fn list(people: &[Person]) -> Result<Vec<u8>> {
    let rows: Vec<Vec<String>> = people
        .iter()
        .map(|person| {
            let age = person.record["age"];
            let band = if age < 65 {
                "18 to 64"
            } else if age < 85 {
                "65 to 84"
            } else {
                "85 and over"
            };
            let gender = ["Male", "Female", "Other"][(person.record["gender"] - 1) as usize];
            let form = ["community", "care home", "easy read"][(person.record["questionnaire"] - 1) as usize];
            let reason = match person.record["reason"] {
                1 | 2 => "Physical support",
                3..=5 => "Sensory support",
                6 => "Memory and cognition",
                7 => "Learning disability",
                8 => "Mental health",
                _ => "Social support",
            };
            let setting = ["Community", "Residential care", "Nursing care"][(person.record["setting"] - 1) as usize];
            let stratum = STRATA[person.stratum].0;
            [&person.id, stratum, gender, band, form, reason, setting].map(str::to_owned).into()
        })
        .collect();
    let about = "People who got long-term support from Example Council on 30 September 2021";
    workbook(&List { sheet: "People", about, columns: &COLUMNS, rows: &rows, dates: usize::MAX })
}

/// A row of the return: what stands in each of the columns, by their keys.
pub type Row = BTreeMap<&'static str, String>;

/// The rows of the return, one for everybody in the sample, with the faults that `sample-data/README.md` lists.
pub fn rows(chance: &Chance, forms: &Forms, people: &[Person]) -> Vec<Row> {
    let by_id: BTreeMap<&str, &Person> = people.iter().map(|person| (person.id.as_str(), person)).collect();
    let drawn = forms.sampling.sample.main().filter_map(|unit| Some((&unit.serial, by_id.get(unit.id.as_str())?)));
    let mut rows: Vec<Row> = drawn.map(|(serial, person)| row(chance, serial, person)).collect();
    spoil(&mut rows);
    rows
}

fn row(chance: &Chance, serial: &str, person: &Person) -> Row {
    let happens = |share: f64, what: &str| chance.happens(share, &["ascs", what, &person.id]);
    let mut row: Row = person.record.iter().map(|(key, code)| (*key, code.to_string())).collect();
    let mut put = |key: &'static str, code: i64| _ = row.insert(key, code.to_string());
    let responds = happens([0.44, 0.33, 0.37, 0.46][person.stratum], "responds");
    put("response", if responds { 1 } else { 2 + i64::from(happens(0.93, "never came")) });
    put("advocate", if responds { 2 - i64::from(happens(0.03, "advocate")) } else { 2 });
    put("interpreter", if responds { 2 - i64::from(happens(0.01, "interpreter")) } else { 2 });
    put("mailing", if responds { 1 + i64::from(happens(0.3, "reminder")) } else { -9 });
    put("method", 1);
    if responds {
        put("method", code(&[0.97, 0.02, 0.01], chance.number(&["ascs", "method", &person.id])));
        answers(chance, person, &mut put);
    }
    row.insert("serial", serial.to_owned());
    row
}

fn answers(chance: &Chance, person: &Person, put: &mut impl FnMut(&'static str, i64)) {
    let number = |what: &str| chance.number(&["ascs", what, &person.id]);
    let easy = person.record["questionnaire"] == 3;
    // How somebody is and feels runs through all their answers.
    let mood = STRATA[person.stratum].2 + 0.6 * chance.around(&["ascs mood", &person.id]);
    for (question, shares) in SHARES {
        let number = number(question);
        if question == "q2c" && person.record["questionnaire"] != 1 {
            continue;
        }
        if number < 0.02 {
            put(question, -9);
            continue;
        }
        // Towards 0, the good end, for those in a good mood.
        let leaning = ((number - 0.02) / 0.98).powf(mood.exp().clamp(0.4, 2.5));
        let code = code(shares, leaning);
        let helps = shares.len() == 3 && question.ends_with('b') && question < "q9c" && question.len() == 3;
        put(
            question,
            match (easy, question) {
                (true, "q1" | "q2a") => [1, 1, 2, 3, 4, 5, 5][(code - 1) as usize],
                (true, _) if helps && code == 1 && !question.starts_with("q14") => 2,
                _ => code,
            },
        );
    }
    tick(
        put,
        &["q19/a", "q19/b", "q19/c"],
        &[(0.35, &[0]), (0.25, &[1]), (0.12, &[0, 1]), (0.26, &[2])],
        number("q19"),
    );
    tick(
        put,
        &["q20/a", "q20/b", "q20/c"],
        &[(0.25, &[0]), (0.09, &[1]), (0.03, &[0, 1]), (0.61, &[2])],
        number("q20"),
    );
    let helped = number("q21") < if easy { 0.92 } else { 0.68 };
    put("q21", if helped { 1 + code(&[0.45, 0.35, 0.2], number("helper")) } else { 1 });
    let kinds: &[(f64, &[usize])] = if helped {
        &[(0.4, &[1, 3]), (0.2, &[1]), (0.05, &[2, 3]), (0.2, &[4]), (0.13, &[5])]
    } else {
        &[(0.99, &[0])]
    };
    tick(put, &["q22/a", "q22/b", "q22/c", "q22/d", "q22/e", "q22/f"], kinds, number("q22"));
}

/// Puts 1 into the columns that are ticked, 2 into the others, -9 into all where none is.
fn tick(put: &mut impl FnMut(&'static str, i64), columns: &[&'static str], of: &[(f64, &[usize])], number: f64) {
    let mut left = number;
    let ticked = of.iter().find(|(share, _)| {
        left -= share;
        left < 0.0
    });
    for (at, column) in columns.iter().enumerate() {
        put(column, ticked.map_or(-9, |(_, chosen)| if chosen.contains(&at) { 1 } else { 2 }));
    }
}

/// The mishaps of the return: the response of this place, counted from the first, the column and what stands there.
const FAULTS: [(usize, &str, &str); 24] = [
    (4, "reason", "-9"),
    (7, "autism", "1"),
    (7, "asperger", "1"),
    (9, "q4a", "5"),
    (11, "q5a", ""),
    (13, "q19/a", "1"),
    (13, "q19/b", "2"),
    (13, "q19/c", "1"),
    (15, "q20/a", "2"),
    (15, "q20/b", "2"),
    (15, "q20/c", "2"),
    (17, "q22/a", "2"),
    (17, "q22/b", "1"),
    (17, "q22/c", "-9"),
    (17, "q22/d", "2"),
    (17, "q22/e", "2"),
    (17, "q22/f", "2"),
    (19, "mailing", "-9"),
    (21, "budget", "-120"),
    (23, "q21", "1"),
    (23, "q22/a", "2"),
    (23, "q22/b", "1"),
    (25, "full_cost", "1"),
    (25, "contributions", "2"),
];

fn spoil(rows: &mut [Row]) {
    let is = |row: &Row, key: &str, code: &str| row.get(key).is_some_and(|found| found == code);
    let responses: Vec<usize> = (0..rows.len()).filter(|&at| is(&rows[at], "response", "1")).collect();
    for (place, column, text) in FAULTS {
        rows[responses[place]].insert(column, text.to_owned());
    }
    // A response in which no question is answered.
    for (key, text) in &mut rows[responses[27]] {
        if key.starts_with('q') && *key != "questionnaire" {
            "-9".clone_into(text);
        }
    }
    let first = |rows: &[Row], of: &[(&str, &str)]| {
        responses[30..].iter().copied().find(|&at| of.iter().all(|(key, code)| is(&rows[at], key, code)))
    };
    // The easy-read form has five responses to the first question, and does not ask about choice.
    if let Some(at) = first(rows, &[("questionnaire", "3")]) {
        rows[at].insert("q1", "6".to_owned());
        rows[at].insert("q2c", "1".to_owned());
    }
    if let Some(at) = first(rows, &[("setting", "2")]) {
        rows[at].insert("delivery", "3".to_owned());
    }
    if let Some(at) = first(rows, &[("questionnaire", "1"), ("setting", "1")]) {
        rows[at].insert("questionnaire", "2".to_owned());
    }
    // Somebody who did not respond has an advocate, another one an answer.
    let silent: Vec<usize> = (0..rows.len()).filter(|&at| is(&rows[at], "response", "3")).collect();
    rows[silent[2]].insert("advocate", "1".to_owned());
    rows[silent[5]].insert("q13", "2".to_owned());
}

/// The return as a workbook of the survey's layout.
///
/// # Errors
/// None that can be foreseen.
pub fn returned(rows: &[Row]) -> Result<Vec<u8>> {
    build(rows).map_err(|error| Error::data("the return cannot be written").found(error.to_string()))
}

fn build(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2022, 5, 3)?;
    workbook.set_properties(&DocProperties::new().set_title("Data return (synthetic)").set_creation_datetime(&made));
    let heading = Format::new().set_bold().set_text_wrap();
    let about = workbook.add_worksheet().set_name("About")?;
    about.set_column_width(0, 100)?;
    let lines = [
        "Synthetic data: nobody in this return exists, and every answer is made up.",
        "The layout is that of the data return of England's Adult Social Care Survey, 2021-22; the headings are shortened.",
        "Made by: cargo run --example sample-data. Some rows are at fault on purpose; sample-data/README.md lists them.",
    ];
    for (row, line) in (0..).zip(lines) {
        about.write_string(row, 0, line)?;
    }
    let sheet = workbook.add_worksheet().set_name("Service User Data")?;
    sheet.set_freeze_panes(1, 2)?;
    for (column, (_, name)) in (0..).zip(RETURN) {
        sheet.write_string_with_format(0, column, name, &heading)?;
    }
    for (at, row) in (1..).zip(rows) {
        for (column, (key, _)) in (0..).zip(RETURN) {
            match row.get(key).map(|text| (text, text.parse::<f64>())) {
                Some((text, Ok(number))) if !text.is_empty() && key != "serial" => {
                    _ = sheet.write_number(at, column, number)?
                }
                Some((text, _)) if !text.is_empty() => _ = sheet.write_string(at, column, text)?,
                _ => {}
            }
        }
    }
    workbook.save_to_buffer()
}
