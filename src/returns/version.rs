//! Which version of the form a return without a mark was filled in: as the pipeline file says of its file, or of the day on
//! which a row was answered. And what is to be said where the labels of several versions stand in one return.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::answer::{Readers, day};
use super::recognise::Table;
use super::rows::Candidate;
use super::spelling::{fold, quoted};
use super::{DateOrder, Rules};
use crate::finding::{Finding, Place};
use crate::instrument::{Instrument, Question, Scale, Variant};
use crate::sheet::Cell;

/// What the pipeline file says about the version of returns that do not say it themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionRule {
    /// The version.
    pub version: String,
    /// The files that it is about, by their paths from the returns folder, `*` standing for anything; all if empty.
    pub files: Vec<String>,
    /// The headings of the column with the day on which a row was answered.
    pub headings: Vec<String>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

impl VersionRule {
    fn is_about(&self, file: &str) -> bool {
        self.files.is_empty() || self.files.iter().any(|pattern| matches(&pattern.to_lowercase(), &file.to_lowercase()))
    }

    fn is_dated(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }
}

/// Whether a name is what a pattern with `*` says.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

/// A rule that is about a file, with the form as it was worded in the version; none where it is the form as it is now.
pub(super) struct Chosen<'r> {
    rule: &'r VersionRule,
    earlier: Option<Instrument>,
}

/// The rules about a file that does not say its version itself.
pub(super) fn of_file<'r>(rules: &'r Rules, instrument: &Instrument, file: &str) -> Vec<Chosen<'r>> {
    let about = rules.versions.iter().filter(|rule| rule.is_about(file));
    about.map(|rule| Chosen { rule, earlier: instrument.in_version(&rule.version) }).collect()
}

/// A version with the readers of its labels, and where in a table the day stands.
pub(super) struct Version<'a> {
    pub instrument: &'a Instrument,
    pub readers: Readers<'a>,
    rule: &'a VersionRule,
    column: Option<u32>,
    order: DateOrder,
}

/// The versions that the rows of a table may be read with.
pub(super) fn of_table<'a>(
    chosen: &'a [Chosen<'a>],
    now: &'a Instrument,
    rules: &Rules,
    table: &Table,
) -> Vec<Version<'a>> {
    let one = |chosen: &'a Chosen<'a>| {
        let instrument = chosen.earlier.as_ref().unwrap_or(now);
        let named = |heading: &String| chosen.rule.headings.iter().any(|name| fold(name) == fold(heading));
        let column = table.headings.iter().position(named).map(|column| column as u32);
        let readers = Readers::new(instrument, rules.dates, &rules.ticks);
        Version { instrument, readers, rule: chosen.rule, column, order: rules.dates }
    };
    chosen.iter().map(one).collect()
}

/// The version of a row, as its place among those that it may be read with; and what is to be said where the day on which it
/// was answered cannot be told. `place` is that of a column of the row.
pub(super) fn of_row(
    versions: &[Version<'_>],
    cells: &[Cell],
    place: &dyn Fn(Option<u32>) -> Place,
) -> (Option<usize>, Option<Finding>) {
    let mut doubt = None;
    for (at, version) in versions.iter().enumerate() {
        let rule = version.rule;
        if !rule.is_dated() {
            return (Some(at), None);
        }
        let cell = cells.iter().find(|cell| Some(cell.column) == version.column && !cell.value.is_blank());
        match cell.and_then(|cell| day(cell, version.order)) {
            Some(day) => {
                if rule.from.is_none_or(|from| day >= from) && rule.until.is_none_or(|until| day <= until) {
                    return (Some(at), None);
                }
            }
            None => {
                let found = cell.map_or_else(|| "no day".to_owned(), |cell| quoted(&cell.text()));
                let finding = Finding::new("R074", place(version.column)).found(found);
                doubt.get_or_insert(finding.expected("the day on which it was answered"));
            }
        }
    }
    (None, doubt)
}

/// What versions a form has had, the present one first.
fn names(instrument: &Instrument) -> Vec<String> {
    let scales = instrument.questions.iter().flat_map(scales);
    let responses = scales
        .flat_map(|scale| scale.responses.iter().map(|r| &r.previous).chain(scale.missing.iter().map(|m| &m.previous)));
    let earlier: BTreeSet<&String> = responses.flat_map(BTreeMap::keys).collect();
    std::iter::once(&instrument.version)
        .chain(earlier.into_iter().filter(|v| **v != instrument.version))
        .cloned()
        .collect()
}

fn scales(question: &Question) -> impl Iterator<Item = &Scale> {
    let puts = Variant::ALL.into_iter().filter_map(|variant| question.put(variant)?.scale.as_ref());
    puts.chain(&question.scale)
}

/// The codes of a scale by their labels.
type Labels = BTreeMap<String, String>;

/// The labels of a question in each version, as one of its forms puts it; nothing where it offers none.
fn in_versions(question: &Question, form: Option<Variant>, versions: &[String]) -> Vec<Labels> {
    let of_form = form.and_then(|form| question.put(form)?.scale.as_ref());
    let scale = of_form.or(question.scale.as_ref());
    scale.map_or_else(Vec::new, |scale| versions.iter().map(|version| labels(scale, version)).collect())
}

/// The labels of a scale in one version.
fn labels(scale: &Scale, version: &str) -> Labels {
    let scale = scale.in_version(version);
    let valid = scale.responses.iter().map(|r| (fold(&r.label), r.code.clone()));
    valid.chain(scale.missing.iter().map(|m| (fold(&m.label), m.code.clone()))).collect()
}

/// What the answers of rows that were read with one version say of another.
#[derive(Default)]
struct Evidence {
    /// Answers in labels that only the other version has.
    against: usize,
    /// Answers in labels that only the version has that they were read with.
    agree: usize,
    /// The first answer that speaks against it.
    first: Option<Place>,
}

/// Looks at the labels that stand in a return without a mark. A cell whose label is another version's is told so; and of the
/// return it is said where it has labels of two versions, or such as mean something else in each.
pub(super) fn about_labels(
    instrument: &Instrument,
    chosen: &[Chosen<'_>],
    candidates: &mut [Candidate],
) -> Vec<Finding> {
    let names = names(instrument);
    if names.len() < 2 {
        return Vec::new();
    }
    let mut evidence: BTreeMap<(usize, usize), Evidence> = BTreeMap::new();
    let mut doubtful: BTreeMap<usize, (Place, String, String)> = BTreeMap::new();
    // By question and form, each version's labels.
    let of_question = |question| {
        [None, Some(Variant::Standard), Some(Variant::EasyRead)].map(|form| in_versions(question, form, &names))
    };
    let known: Vec<[Vec<Labels>; 3]> = instrument.questions.iter().map(of_question).collect();
    for candidate in candidates {
        let told = candidate.version.map(|at| chosen[at].rule.version.as_str());
        let read = told.and_then(|told| names.iter().position(|name| name == told)).unwrap_or(0);
        let form = match candidate.variant {
            None => 0,
            Some(Variant::Standard) => 1,
            Some(Variant::EasyRead) => 2,
        };
        for (number, (question, given)) in instrument.questions.iter().zip(&candidate.given).enumerate() {
            let versions = &known[number][form];
            let text = fold(&given.raw);
            let is_code = versions.first().is_none_or(|labels| labels.values().any(|code| fold(code) == text));
            if text.is_empty() || is_code {
                continue;
            }
            let here = versions[read].get(&text);
            for (other, labels) in versions.iter().enumerate().filter(|(other, _)| *other != read) {
                let place = || {
                    let origin = &candidate.origin;
                    let place = Place::file(&origin.workbook).sheet(&origin.sheet).question(&question.id);
                    given
                        .column
                        .map_or_else(|| place.clone().row(origin.row), |column| place.clone().cell(origin.row, column))
                };
                match (here, labels.get(&text)) {
                    (None, Some(code)) => {
                        let evidence = evidence.entry((read, other)).or_default();
                        evidence.against += 1;
                        evidence.first.get_or_insert_with(place);
                        let cell = place().cell;
                        let version = &names[other];
                        let its = |finding: &&mut Finding| finding.code == "R012" && finding.place.cell == cell;
                        if let Some(finding) = candidate.findings.iter_mut().find(its) {
                            finding.hint = format!(
                                "version {version} called response {code} so: say under [[returns.version]] what was collected with it"
                            );
                        }
                    }
                    (Some(_), None) => evidence.entry((read, other)).or_default().agree += 1,
                    (Some(here), Some(there)) if here != there && told.is_none() => {
                        doubtful.entry(number).or_insert_with(|| {
                            let means = format!(
                                "the version that it is: {here} in version {}, {there} in version {}",
                                names[read], names[other]
                            );
                            (place(), quoted(&given.raw), means)
                        });
                    }
                    _ => {}
                }
            }
        }
    }
    let mixed = evidence.into_iter().filter_map(|((read, other), seen)| {
        let found = format!(
            "{} in labels of version {} only, {} in labels of version {} only",
            answers(seen.against),
            names[other],
            answers(seen.agree),
            names[read]
        );
        Some(Finding::new("R072", seen.first?).found(found).expected(format!("labels of version {}", names[read])))
    });
    let doubtful = doubtful
        .into_values()
        .map(|(place, found, expected)| Finding::new("R073", place).found(found).expected(expected));
    mixed.chain(doubtful).collect()
}

fn answers(count: usize) -> String {
    match count {
        1 => "1 answer".to_owned(),
        n => format!("{n} answers"),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_holds_for_whole_names() {
        for (pattern, name, expected) in [
            ("web-*.csv", "web-2024.csv", true),
            ("web-*.csv", "web-2024.csv.bak", false),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("web.csv", "web.csv", true),
            ("web.csv", "old/web.csv", false),
            ("*/web.csv", "old/web.csv", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
