//! Registers kept by hand: a row a piece of evidence, in csv or any spreadsheet.
//!
//! | column | holds |
//! | --- | --- |
//! | `id` | the name by which judgements refer to it |
//! | `kind` | survey, document, inspection, focus group, ... |
//! | `title`, `source`, `owner` | what it is, where it comes from, who answers for it (a role) |
//! | `date` | from when it is: `2026-03-31`, or `2026-03` |
//! | `indicators` | what it bears on, divided by spaces, commas or semicolons |
//! | `says` | strength, weakness, mixed or unclear |
//! | `strength`, `weakness` | what it shows |
//! | `audience`, `method`, `people`, `changed`, `quality` | for consultations: who was asked, how, how many, what came of it |

use std::path::Path;

use chrono::NaiveDate;

use super::evidence::{Consultation, Item, Kind, Says};
use crate::error::Result;
use crate::evidence::Framework;
use crate::finding::{Finding, Place};
use crate::frame::{TextTable, read_table};
use crate::instrument::{is_conflict_mark, nearest};

/// The columns that a register must have.
const NEEDED: [&str; 3] = ["id", "title", "indicators"];

/// What a register gives.
#[derive(Debug, Default)]
pub(super) struct FromRegister {
    pub items: Vec<Item>,
    pub consultations: Vec<Consultation>,
    pub findings: Vec<Finding>,
}

/// Reads a register; `name` stands for the file in places. A row that cannot be used is a finding, and so is every cell
/// of the others that cannot be read; what can be read of a row is used.
///
/// # Errors
/// When the file cannot be read or lacks one of the columns `id`, `title` and `indicators`.
pub(super) fn read(path: &Path, name: &str, framework: &Framework) -> Result<FromRegister> {
    let table = read_table(path, None, &NEEDED)?;
    let columns = Columns { table: &table, name };
    for needed in NEEDED {
        if columns.place_of(needed).is_none() {
            let known = table.columns.iter().map(String::as_str).filter(|column| !column.is_empty());
            let error = crate::Error::file(path, format!("the register has no column {needed:?}"))
                .found(format!("columns {}", known.clone().collect::<Vec<_>>().join(", ")));
            return Err(match nearest(needed, known) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error,
            });
        }
    }
    let mut from = FromRegister::default();
    for (row, cells) in &table.rows {
        from.row(&columns, *row, cells, framework);
    }
    Ok(from)
}

struct Columns<'a> {
    table: &'a TextTable,
    name: &'a str,
}

impl Columns<'_> {
    fn place_of(&self, column: &str) -> Option<usize> {
        self.table.columns.iter().position(|name| name.trim().eq_ignore_ascii_case(column))
    }

    fn text(&self, cells: &[String], column: &str) -> String {
        let place = self.place_of(column);
        place.and_then(|place| cells.get(place)).map_or(String::new(), |text| text.trim().to_owned())
    }

    fn place(&self, row: u32, column: &str) -> Place {
        let place = Place::file(self.name).sheet(&self.table.sheet);
        match self.place_of(column) {
            Some(column) => place.cell(row, self.table.first_column + column as u32),
            None => place.row(row),
        }
    }
}

impl FromRegister {
    fn row(&mut self, columns: &Columns<'_>, row: u32, cells: &[String], framework: &Framework) {
        let text = |column: &str| columns.text(cells, column);
        let id = text("id");
        if is_conflict_mark(&id) {
            self.findings.push(Finding::new("E034", columns.place(row, "id")).found(&id));
            return;
        }
        if id.is_empty() {
            self.findings.push(Finding::new("E012", columns.place(row, "id")).found(text("title")));
            return;
        }
        let indicators = self.indicators(columns, row, &text("indicators"), &id, framework);
        let kind = self.named(columns, row, "kind", &text("kind"), &Kind::ALL, Kind::Other);
        let says = self.named(columns, row, "says", &text("says"), &Says::ALL, Says::Unclear);
        let date = self.date(columns, row, &text("date"), &id);
        for column in ["source", "owner", "date"] {
            if text(column).is_empty() {
                let finding = Finding::new("E014", columns.place(row, column).unit(&id));
                self.findings.push(finding.expected(format!("the {column} of {id}")));
            }
        }
        if kind.is_consultation() {
            let people = text("people");
            if !people.is_empty() && people.parse::<usize>().is_err() {
                let finding = Finding::new("E013", columns.place(row, "people").unit(&id));
                self.findings.push(finding.found(&people).expected("a whole number"));
            }
            let method = text("method");
            self.consultations.push(Consultation {
                id: id.clone(),
                title: text("title"),
                method: if method.is_empty() { kind.name().to_owned() } else { method },
                audience: text("audience"),
                people: people.parse().ok(),
                date,
                owner: text("owner"),
                indicators: indicators.clone(),
                changed: text("changed"),
                quality: text("quality"),
            });
        }
        self.items.push(Item {
            title: text("title"),
            kind,
            indicators,
            source: text("source"),
            owner: text("owner"),
            date,
            says,
            strength: text("strength"),
            weakness: text("weakness"),
            figure: None,
            place: columns.place(row, "id").unit(&id),
            id,
        });
    }

    fn indicators(
        &mut self,
        columns: &Columns<'_>,
        row: u32,
        text: &str,
        id: &str,
        framework: &Framework,
    ) -> Vec<String> {
        let named = text.split([' ', ',', ';', '|', '\n']).filter(|part| !part.is_empty());
        let (known, strange): (Vec<&str>, Vec<&str>) = named.partition(|number| framework.indicator(number).is_some());
        let place = || columns.place(row, "indicators").unit(id);
        for number in &strange {
            let all = framework.indicators().map(|(_, indicator)| indicator.number.as_str());
            let finding = Finding::new("E011", place()).found(*number);
            self.findings.push(match nearest(number, all) {
                Some(near) => finding.hint(format!("did they mean {near:?}? Mend the cell")),
                None => finding,
            });
        }
        if known.is_empty() && strange.is_empty() {
            self.findings.push(Finding::new("E011", place()).found("(empty)").expected("at least one indicator"));
        }
        known.into_iter().map(str::to_owned).collect()
    }

    fn named<T: Copy>(
        &mut self,
        columns: &Columns<'_>,
        row: u32,
        column: &str,
        text: &str,
        all: &[(T, &'static str)],
        otherwise: T,
    ) -> T {
        let plain = text.to_lowercase().replace(['-', '_'], " ");
        if plain.is_empty() {
            return otherwise;
        }
        all.iter().find(|(_, name)| *name == plain).map_or_else(
            || {
                let names: Vec<&str> = all.iter().map(|(_, name)| *name).collect();
                let finding = Finding::new("E013", columns.place(row, column)).found(text);
                self.findings.push(finding.expected(format!("one of {}", names.join(", "))));
                otherwise
            },
            |(value, _)| *value,
        )
    }

    fn date(&mut self, columns: &Columns<'_>, row: u32, text: &str, id: &str) -> Option<NaiveDate> {
        if text.is_empty() {
            return None;
        }
        let date = parse_date(text);
        if date.is_none() {
            let finding = Finding::new("E013", columns.place(row, "date").unit(id)).found(text);
            self.findings.push(finding.expected("a date such as 2026-03-31, or a month such as 2026-03"));
        }
        date
    }
}

/// A day (`2026-03-31`) or a month (`2026-03`, taken as its first day).
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    day(text).or_else(|| day(&format!("{text}-01")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Framework {
        crate::evidence::framework::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/frameworks/pim.toml"))
            .expect("it ships")
    }

    #[test]
    fn rows_are_read_and_faults_placed_to_the_cell() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("register.csv");
        let text = "id,kind,title,source,owner,date,indicators,says,strength,weakness,people\n\
            plan-1,Document,Service plan,Council,Head of Service,2026-03,\"6.2; 6.3\",Strength,current,,\n\
            fg,focus-group,Carers' group,Centre,Carers' lead,2026-02-30,2.1 2.9,good,,\"waits\",twelve\n\
            ,document,No name,Council,Head,2026-01,6.1,,,,\n\
            bare,,Bare,,,,,,,,\n";
        std::fs::write(&path, text).expect("it writes");
        let from = read(&path, "register.csv", &model()).expect("it reads");
        let ids: Vec<&str> = from.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["plan-1", "fg", "bare"]);
        assert_eq!(from.items[0].indicators, ["6.2", "6.3"]);
        assert_eq!(from.items[0].date, NaiveDate::from_ymd_opt(2026, 3, 1));
        assert_eq!((from.items[1].kind, from.items[1].says), (Kind::FocusGroup, Says::Unclear));
        assert_eq!(from.consultations.len(), 1);
        let at: Vec<(&str, &str)> =
            from.findings.iter().map(|finding| (finding.code.as_str(), finding.place.cell.as_str())).collect();
        assert_eq!(
            at,
            [
                ("E011", "G3"),
                ("E013", "H3"),
                ("E013", "F3"),
                ("E013", "K3"),
                ("E012", "A4"),
                ("E011", "G5"),
                ("E014", "D5"),
                ("E014", "E5"),
                ("E014", "F5"),
            ]
        );
    }

    #[test]
    fn a_register_without_a_needed_column_is_refused_with_the_nearest_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("register.csv");
        std::fs::write(&path, "id,title,indicator\na,b,5.1\n").expect("it writes");
        let error = read(&path, "register.csv", &model()).expect_err("a column is missing").to_string();
        assert!(error.contains("did you mean \"indicator\"?"), "{error}");
    }
}
