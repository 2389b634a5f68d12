//! 1,900 case files that do not exist: the list that a records system would export, and what readers would find.

use std::collections::BTreeMap;

use super::chance::{Chance, Cuts};

/// The services with their number of files, their teams, and how far their files lie from the average.
pub const SERVICES: [(&str, usize, &[&str], f64); 4] = [
    ("Adults with disabilities", 470, &["Disability East", "Disability West"], 0.0),
    ("Children and families", 430, &["Children North", "Children South", "Family Placement"], 0.05),
    ("Criminal justice", 240, &["Justice", "Throughcare"], 0.08),
    ("Older people", 760, &["Older People East", "Older People West", "Hospital"], -0.06),
];

/// The readers of the audit: how much more kindly than the average each of them judges.
const READERS: [(&str, f64); 6] =
    [("RD1", 0.00), ("RD2", 0.05), ("RD3", -0.06), ("RD4", 0.02), ("RD5", -0.02), ("RD6", 0.03)];

/// The columns of the list.
pub const COLUMNS: [&str; 7] = ["file_no", "service", "team", "worker", "area", "opened", "status"];

const SIX: [&str; 6] = ["6", "5", "4", "3", "2", "1"];

/// One question that is judged: what asks for it, the answers best first, and their shares among the files for which it
/// is asked.
struct Judged {
    id: &'static str,
    gate: Option<&'static str>,
    codes: &'static [&'static str],
    shares: &'static [f64],
    /// The share, apart from these, of files for which there is no answer, and its code.
    missing: (&'static str, f64),
}

const fn there(id: &'static str, gate: Option<&'static str>, shares: &'static [f64; 2], not_applicable: f64) -> Judged {
    Judged { id, gate, codes: &["yes", "no"], shares, missing: ("na", not_applicable) }
}

const fn rated(id: &'static str, gate: Option<&'static str>, shares: &'static [f64; 6]) -> Judged {
    Judged { id, gate, codes: &SIX, shares, missing: ("NJ", 0.015) }
}

const JUDGED: [Judged; 20] = [
    there("assessed", None, &[0.84, 0.16], 0.0),
    rated("assessment", Some("assessed"), &[0.06, 0.21, 0.34, 0.23, 0.12, 0.04]),
    there("risk-done", None, &[0.79, 0.21], 0.11),
    rated("risk", Some("risk-done"), &[0.05, 0.18, 0.31, 0.25, 0.15, 0.06]),
    there("risk-plan", Some("risk-done"), &[0.68, 0.32], 0.0),
    there("chron-done", None, &[0.43, 0.57], 0.0),
    rated("chronology", Some("chron-done"), &[0.03, 0.12, 0.26, 0.29, 0.22, 0.08]),
    there("plan-done", None, &[0.81, 0.19], 0.0),
    rated("plan", Some("plan-done"), &[0.05, 0.22, 0.34, 0.23, 0.12, 0.04]),
    there("plan-smart", Some("plan-done"), &[0.47, 0.53], 0.0),
    there("review-done", None, &[0.66, 0.34], 0.08),
    rated("review", Some("review-done"), &[0.05, 0.19, 0.33, 0.25, 0.14, 0.04]),
    rated("partnership", None, &[0.09, 0.26, 0.33, 0.19, 0.10, 0.03]),
    there("views-done", None, &[0.74, 0.26], 0.0),
    rated("views", Some("views-done"), &[0.07, 0.22, 0.32, 0.22, 0.12, 0.05]),
    there("superv-done", None, &[0.57, 0.43], 0.0),
    rated("supervision", Some("superv-done"), &[0.04, 0.15, 0.29, 0.27, 0.18, 0.07]),
    Judged {
        id: "outcome",
        gate: None,
        codes: &["better", "stable", "same", "worse"],
        shares: &[0.36, 0.35, 0.21, 0.08],
        missing: ("NJ", 0.03),
    },
    rated("overall", None, &[0.05, 0.20, 0.35, 0.24, 0.12, 0.04]),
    Judged { id: "concern", gate: None, codes: &["no", "yes"], shares: &[0.992, 0.008], missing: ("", 0.0) },
];

/// The order of the columns of answers in `truth.csv`: the instrument's, without the words.
pub const ANSWERED: [&str; 23] = [
    "assessed",
    "assessment",
    "risk-done",
    "risk",
    "risk-plan",
    "chron-done",
    "chronology",
    "plan-done",
    "plan",
    "plan-smart",
    "review-done",
    "review-date",
    "review",
    "partner-who",
    "partnership",
    "views-done",
    "views",
    "contacts",
    "superv-done",
    "supervision",
    "outcome",
    "overall",
    "concern",
];

/// One case file.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The number: seven digits, zeros in front.
    pub id: String,
    /// The cells of the list, in the order of [`COLUMNS`], without faults.
    pub cells: Vec<String>,
}

impl CaseFile {
    /// The service.
    pub fn service(&self) -> &str {
        &self.cells[1]
    }
}

/// All files, in the order of the list.
pub fn case_files(chance: &Chance) -> Vec<CaseFile> {
    let mut places: Vec<(f64, &str, &[&str])> = SERVICES
        .iter()
        .flat_map(|&(service, count, teams, _)| (0..count).map(move |at| (service, at, teams)))
        .map(|(service, at, teams)| (chance.number(&["service", service, &at.to_string()]), service, teams))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let file = |(at, (_, service, teams)): (usize, (f64, &str, &[&str]))| {
        let id = format!("{:07}", 40_213 + at * 23 + chance.between(0, 16, &["gap", &at.to_string()]) as usize);
        let team = *chance.one(teams, &["team", &id]);
        let worker = format!("{} worker {}", team, chance.between(1, 9, &["worker", &id]));
        let area = *chance.one(&["East", "North", "South", "West"], &["area", &id]);
        let opened = format!(
            "{}-{:02}-{:02}",
            chance.between(2015, 2025, &["year", &id]),
            chance.between(1, 12, &["month", &id]),
            chance.between(1, 28, &["day", &id])
        );
        let cells = [&id, service, team, &worker, area, &opened, "Open"].map(str::to_owned).to_vec();
        CaseFile { id, cells }
    };
    places.into_iter().enumerate().map(file).collect()
}

/// The standard that every reader judges by: where the judgements are cut, so that the shares come out over all files.
#[derive(Debug)]
pub struct Standard {
    chance: Chance,
    cuts: BTreeMap<&'static str, Cuts>,
}

impl Standard {
    /// Cuts the judgements for these files.
    pub fn new(chance: &Chance, files: &[CaseFile]) -> Self {
        let mut standard = Standard { chance: chance.clone(), cuts: BTreeMap::new() };
        for judged in &JUDGED {
            let asked = |file: &&CaseFile| {
                let open = judged.gate.is_none_or(|gate| {
                    let gate = JUDGED.iter().find(|other| other.id == gate);
                    gate.is_some_and(|gate| standard.judge(gate, file, "", 0) == "yes")
                });
                open && !standard.is_missing(judged, file)
            };
            let scores: Vec<f64> =
                files.iter().filter(asked).map(|file| standard.score(judged.id, file, "", 0)).collect();
            let cuts = Cuts::exact(&scores, judged.shares);
            standard.cuts.insert(judged.id, cuts);
        }
        standard
    }

    fn is_missing(&self, judged: &Judged, file: &CaseFile) -> bool {
        self.chance.happens(judged.missing.1, &["missing", judged.id, &file.id])
    }

    /// How good something on a file is, as a reader sees it; as it is, for no reader.
    fn score(&self, question: &str, file: &CaseFile, reader: &str, reading: u8) -> f64 {
        let tilt = SERVICES.iter().find(|(name, ..)| *name == file.service()).map_or(0.0, |(.., tilt)| *tilt);
        let whole = self.chance.number(&["file", &file.id]);
        let part = self.chance.number(&["file", question, &file.id]);
        let seen = match READERS.iter().find(|(code, _)| *code == reader) {
            // Everybody sees a danger.
            Some((_, kindness)) if question != "concern" => {
                kindness + 0.07 * self.chance.around(&["reader", question, &file.id, reader, &reading.to_string()])
            }
            _ => 0.0,
        };
        0.45 * whole + 0.55 * part + tilt + seen
    }

    fn judge(&self, judged: &Judged, file: &CaseFile, reader: &str, reading: u8) -> &'static str {
        if self.is_missing(judged, file) {
            return judged.missing.0;
        }
        let place = self.cuts.get(judged.id).map_or(0, |cuts| cuts.place(self.score(judged.id, file, reader, reading)));
        judged.codes[place]
    }

    /// What a reader writes on the form, as codes; what is true of the file, for no reader.
    pub fn form(&self, file: &CaseFile, reader: &str, reading: u8) -> BTreeMap<String, String> {
        let mut form: BTreeMap<String, String> = BTreeMap::new();
        for judged in &JUDGED {
            let asked = judged.gate.is_none_or(|gate| form.get(gate).is_some_and(|code| code == "yes"));
            if asked {
                form.insert(judged.id.to_owned(), self.judge(judged, file, reader, reading).to_owned());
            }
        }
        let chance = &self.chance;
        if form.get("review-done").is_some_and(|code| code == "yes") {
            let date = format!(
                "{}-{:02}-{:02}",
                2025,
                chance.between(3, 12, &["review", "month", &file.id]),
                chance.between(1, 28, &["review", "day", &file.id])
            );
            form.insert("review-date".to_owned(), date);
        }
        let partners =
            [("health", 0.62), ("police", 0.18), ("education", 0.21), ("housing", 0.27), ("voluntary", 0.35)];
        let chosen: Vec<&str> = partners
            .iter()
            .filter(|(code, share)| chance.happens(*share, &["partner", code, &file.id]))
            .filter(|(code, _)| reader.is_empty() || !chance.happens(0.06, &["overlooked", code, &file.id, reader]))
            .map(|(code, _)| *code)
            .collect();
        form.insert("partner-who".to_owned(), if chosen.is_empty() { "none".to_owned() } else { chosen.join(";") });
        let contacts = chance.between(0, 7, &["contacts", &file.id]);
        let miscounted = u32::from(!reader.is_empty() && chance.happens(0.1, &["miscounted", &file.id, reader]));
        form.insert("contacts".to_owned(), (contacts + miscounted).to_string());
        if reader.is_empty() {
            return form;
        }
        if form.get("concern").is_some_and(|code| code == "yes") {
            form.insert("concern-what".to_owned(), CONCERN.to_owned());
        }
        if chance.happens(0.4, &["words", &file.id, reader]) {
            form.insert("comment".to_owned(), (*chance.one(&WORDS, &["which words", &file.id, reader])).to_owned());
        }
        form
    }
}

const CONCERN: &str =
    "Repeated injuries noted by the day service, and nobody has visited since. Told the service manager, 14:20.";

/// What synthetic readers note.
const WORDS: [&str; 10] = [
    "Good direct work, hardly any of it in the plan.",
    "The risk assessment was not looked at again after the fall.",
    "A clear plan that the family helped to write.",
    "Six months of notes, no analysis.",
    "Supervision made a difference here: decisions have reasons.",
    "The person's own words are on nearly every page.",
    "Three workers in a year, and it shows.",
    "Health and social work did the same assessment twice.",
    "The chronology made the pattern plain.",
    "The review was late, but it changed the plan.",
];
