//! What a returned file is: what it says about itself, and where on its sheets the answers stand.

use std::collections::{BTreeMap, HashSet};

use super::AnswerColumns;
use super::exports::{self, Export};
use super::headings::{Headings, Role, Tier};
use super::sampled::{Index, Key, looks_like_token};
use super::spelling::tidy;
use crate::instrument::{Instrument, Variant};
use crate::issue::key_entry::{ENTRY_MARK, Entry};
use crate::issue::{FORMAT, IDENTITY_SHEET, PROPERTY_PREFIX};
use crate::sheet::{Book, Cell, Sheet};

/// Rows at the top of a sheet in which headings are looked for.
const TOP: usize = 30;

/// Rows of headings around the best one (ids, section titles, wordings).
const NEAR: usize = 3;

/// Rows from which it is seen which column holds serials.
const PROBE: usize = 200;

/// What a return workbook says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub format: String,
    pub study: String,
    pub instrument: String,
    pub version: String,
    pub sample: String,
    pub batch: String,
    /// The language of its texts.
    pub language: String,
    /// The hash of the file that it takes the place of; empty where it takes nobody's.
    pub mends: String,
    /// Which key-entry workbook it is, if it is one.
    pub entry: Option<Entry>,
    pub form: String,
}

/// The sheet that says what the workbook is.
pub(super) fn identity_sheet(book: &Book) -> Option<&Sheet> {
    let says = |sheet: &&Sheet| sheet.text(0, 0) == "format" && sheet.text(0, 1).starts_with("quorate-return");
    book.sheet(IDENTITY_SHEET).filter(says).or_else(|| book.sheets.iter().find(says))
}

/// Reads the marks from the identity sheet, or else from the workbook's properties.
pub(super) fn marks(book: &Book) -> Option<Marks> {
    let names: BTreeMap<String, String> = match identity_sheet(book) {
        Some(sheet) => (0..12).map(|row| (sheet.text(row, 0), sheet.text(row, 1))).collect(),
        None => book
            .properties
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(PROPERTY_PREFIX)?.to_owned(), value.clone())))
            .collect(),
    };
    let get = |name: &str| names.get(name).cloned().unwrap_or_default();
    names.contains_key("format").then(|| Marks {
        format: get("format"),
        study: get("study"),
        instrument: get("instrument"),
        version: get("version"),
        sample: get("sample"),
        batch: get("batch"),
        language: get("language"),
        mends: get("mends"),
        entry: Entry::marked(&get(ENTRY_MARK)),
        form: get("form"),
    })
}

impl Marks {
    /// The form that the workbook says it is.
    pub fn variant(&self) -> Option<Variant> {
        Variant::named(&self.form)
    }

    /// Why the workbook does not belong to this sample, if it does not: what it says, what it should say, what that means.
    pub fn foreign(&self, instrument: &Instrument, index: &Index<'_>) -> Option<(String, String, &'static str)> {
        let sampled = index.sampled;
        let differs = |what: &str, here: &str, there: &str, means: &'static str| {
            (here != there).then(|| (format!("{what} {here:?}"), format!("{what} {there:?}"), means))
        };
        differs("format", &self.format, FORMAT, "it was made by another version of the program")
            .or_else(|| differs("instrument", &self.instrument, &instrument.id, "it answers another form"))
            .or_else(|| differs("study", &self.study, &sampled.study, "it belongs to another study"))
            .or_else(|| differs("sample", &self.sample, &sampled.sample, "it was issued for another draw"))
    }
}

/// A table of answers on a sheet.
#[derive(Debug)]
pub(super) struct Table {
    /// The first row that may hold answers.
    pub first_row: u32,
    /// What each column holds, by its place on the sheet.
    pub roles: Vec<Option<Role>>,
    /// The heading of each column, as far as it has one.
    pub headings: Vec<String>,
    /// The row of the best headings.
    pub heading_row: u32,
    /// Columns whose headings agreed only loosely.
    pub loose: Vec<u32>,
    /// Columns that are headed like a question that another column answers already, with that column.
    pub again: Vec<(u32, u32)>,
    /// Columns with content that nothing is known about.
    pub unknown: Vec<u32>,
    /// The survey program whose export it is, as far as its headings say.
    pub export: Option<Export>,
    /// The columns of each question.
    pub columns: Vec<Columns>,
    pub token: Option<u32>,
    pub serial: Option<u32>,
    pub id: Option<u32>,
    pub reader: Option<u32>,
    /// The numbers of the rows of a repeat.
    pub number: Option<u32>,
    /// The column that says which form was filled in.
    pub variant: Option<u32>,
}

impl Table {
    /// Where the answers stand, by column.
    pub fn answers_on(&self, sheet: &str, repeat: Option<usize>) -> AnswerColumns {
        let mut questions = Vec::new();
        for (place, columns) in self.columns.iter().enumerate() {
            match columns {
                Columns::None => {}
                Columns::One(column) => questions.push((*column, place, None)),
                Columns::Ticks(ticks) => {
                    questions.extend(ticks.iter().map(|(choice, column)| (*column, place, Some(*choice))));
                }
            }
        }
        AnswerColumns { sheet: sheet.to_owned(), repeat, first_row: self.first_row, questions }
    }
}

/// Where the answers to a question stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Columns {
    /// Nowhere.
    #[default]
    None,
    /// In one column.
    One(u32),
    /// In one column for each response, or for each place of an order: the place of it, and the column.
    Ticks(Vec<(usize, u32)>),
}

impl Columns {
    /// The first column, if there is any.
    pub fn first(&self) -> Option<u32> {
        match self {
            Columns::None => None,
            Columns::One(column) => Some(*column),
            Columns::Ticks(columns) => columns.first().map(|(_, column)| *column),
        }
    }
}

/// Finds the table of answers on a sheet: the row with the most headings of questions among the first ones, and below it a
/// column of tokens, serials or identifiers. `declared` is the row of headings, counted from one, where the pipeline says it.
pub(super) fn table(
    sheet: &Sheet,
    instrument: &Instrument,
    headings: &Headings,
    index: &Index<'_>,
    declared: Option<u32>,
) -> Option<Table> {
    let from = declared.map_or(0, |row| row.saturating_sub(1));
    let top: Vec<(u32, &[Cell])> = sheet.rows().skip_while(|(row, _)| *row < from).take(TOP).collect();
    let roles_of = |cells: &[Cell]| -> Vec<(u32, Tier, Role)> {
        let role = |cell: &Cell| headings.role(&cell.text()).map(|(tier, role)| (cell.column, tier, role));
        cells.iter().filter_map(role).collect()
    };
    let found: Vec<Vec<(u32, Tier, Role)>> = top.iter().map(|(_, cells)| roles_of(cells)).collect();
    let score = |roles: &[(u32, Tier, Role)]| {
        // Several cells may name one question (a page of guidance); it counts once.
        roles.iter().filter_map(|(_, _, role)| question_of(*role)).collect::<HashSet<_>>().len()
    };
    let scores: Vec<usize> = found.iter().map(|roles| score(roles)).collect();
    let rows = if declared.is_some() { 1.min(scores.len()) } else { scores.len() };
    let best = (0..rows).max_by_key(|&row| (scores[row], std::cmp::Reverse(row)))?;
    if scores[best] == 0 {
        return None;
    }
    // A page that explains the questions one below the other (the guidance) is no table: headings stand side by side.
    let named: HashSet<usize> = found.iter().flatten().filter_map(|(_, _, role)| question_of(*role)).collect();
    if scores[best] == 1 && named.len() > 2 {
        return None;
    }
    let threshold = scores[best].div_ceil(2);
    let near = if declared.is_some() { 0 } else { NEAR };
    let block: Vec<usize> = (best.saturating_sub(near)..=best + near)
        .filter(|&row| scores.get(row).is_some_and(|&s| s >= threshold))
        .collect();
    let mut last = block.last().copied().unwrap_or(best);
    let width = sheet.width() as usize;
    let mut roles: Vec<Option<(Tier, Role)>> = vec![None; width];
    let mut names = vec![String::new(); width];
    for &row in &block {
        for cell in top[row].1 {
            if let Some(name) = names.get_mut(cell.column as usize).filter(|name| name.is_empty()) {
                *name = cell.text();
            }
        }
        for &(column, tier, role) in &found[row] {
            let Some(slot) = roles.get_mut(column as usize) else { continue };
            if slot.is_none_or(|(before, _)| tier < before) {
                *slot = Some((tier, role));
            }
        }
    }
    let export = Export::of(names.iter().map(String::as_str));
    for (name, slot) in names.iter().zip(&mut roles) {
        // What a program puts beside the answers is none of them, and no identifier but by what stands in it.
        let is_answer = matches!(slot, Some((_, Role::Answer { .. })));
        if export.is_some_and(|export| export.owns(name)) && !is_answer {
            *slot = None;
        }
    }
    // Some programs write a second row of headings: the responses under the wording, or marks of their own.
    let owner = |column: u32| {
        let above = top[best].1.iter().rev().find(|cell| cell.column <= column && !cell.value.is_blank())?;
        headings.role(&above.text()).and_then(|(_, role)| question_of(role))
    };
    while let Some((_, cells)) = top.get(last + 1).filter(|(row, _)| *row == top[last].0 + 1) {
        let Some(more) = exports::second_row(cells, instrument, &owner) else { break };
        for (column, role) in more {
            if let Some(slot) = roles.get_mut(column as usize) {
                *slot = Some((Tier::Exact, role));
            }
        }
        for cell in *cells {
            if let Some(name) = names.get_mut(cell.column as usize).filter(|name| name.is_empty()) {
                *name = cell.text();
            }
        }
        last += 1;
    }
    let mut table = Table {
        first_row: top[last].0 + 1,
        export,
        roles: roles.iter().map(|role| role.map(|(_, role)| role)).collect(),
        headings: names,
        heading_row: top[best].0,
        loose: Vec::new(),
        again: Vec::new(),
        unknown: Vec::new(),
        columns: vec![Columns::None; instrument.questions.len()],
        token: None,
        serial: None,
        id: None,
        reader: None,
        number: None,
        variant: None,
    };
    table.settle(&roles);
    table.find_keys(sheet, index);
    if table.token.is_none() && table.serial.is_none() && table.id.is_none() {
        return None;
    }
    table.find_unknown(sheet);
    Some(table)
}

fn question_of(role: Role) -> Option<usize> {
    match role {
        Role::Answer { question, .. } => Some(question),
        _ => None,
    }
}

impl Table {
    /// Gives each question its columns: the better agreement first, then the one further left.
    fn settle(&mut self, roles: &[Option<(Tier, Role)>]) {
        let mut order: Vec<(Tier, u32, Role)> =
            (0..).zip(roles).filter_map(|(column, role)| role.map(|(tier, role)| (tier, column, role))).collect();
        order.sort_by_key(|(tier, column, _)| (*tier, *column));
        for (tier, column, role) in order {
            let Role::Answer { question, choice } = role else {
                let slot = match role {
                    Role::Token => &mut self.token,
                    Role::Serial => &mut self.serial,
                    Role::Id => &mut self.id,
                    Role::Reader => &mut self.reader,
                    Role::Number => &mut self.number,
                    Role::Variant => &mut self.variant,
                    _ => continue,
                };
                slot.get_or_insert(column);
                continue;
            };
            let columns = &mut self.columns[question];
            // Some programs write the responses both together and apart: the same answers twice.
            if matches!((&columns, choice), (Columns::One(_), Some(_))) {
                self.roles[column as usize] = Some(Role::Ours);
                continue;
            }
            let taken = match (&mut *columns, choice) {
                (Columns::None, None) => {
                    *columns = Columns::One(column);
                    None
                }
                (Columns::None, Some(choice)) => {
                    *columns = Columns::Ticks(vec![(choice, column)]);
                    None
                }
                (Columns::Ticks(ticks), Some(choice)) => match ticks.iter().find(|(known, _)| *known == choice) {
                    Some((_, before)) => Some(*before),
                    None => {
                        ticks.push((choice, column));
                        ticks.sort_unstable();
                        None
                    }
                },
                (columns, _) => columns.first(),
            };
            match taken {
                Some(before) => {
                    self.again.push((column, before));
                    self.roles[column as usize] = None;
                }
                None if tier == Tier::Tidied => self.loose.push(column),
                None => {}
            }
        }
        self.again.sort_unstable();
        self.loose.sort_unstable();
    }

    /// Finds the keys by what stands in the columns where no heading says it, and drops headings that mislead.
    fn find_keys(&mut self, sheet: &Sheet, index: &Index<'_>) {
        #[derive(Default, Clone)]
        struct Hits {
            filled: usize,
            tokens: usize,
            serials: usize,
            ids: usize,
            different: HashSet<String>,
        }
        let mut hits = vec![Hits::default(); self.roles.len()];
        for (_, cells) in sheet.rows().filter(|(row, _)| *row >= self.first_row).take(PROBE) {
            for cell in cells {
                let Some(slot) = hits.get_mut(cell.column as usize) else { continue };
                let open =
                    matches!(self.roles[cell.column as usize], None | Some(Role::Token | Role::Serial | Role::Id));
                if !open || cell.value.is_blank() {
                    continue;
                }
                slot.filled += 1;
                slot.tokens += usize::from(looks_like_token(&cell.text()));
                slot.serials += usize::from(matches!(index.serial(cell), Key::Unit(..)));
                slot.ids += usize::from(matches!(index.id(cell), Key::Unit(..) | Key::Doubt));
                slot.different.insert(cell.text());
            }
        }
        // Half of what stands in a column must be of the kind, and hardly anything may stand there twice: ages and counts
        // look like short identifiers too. The column with the most has it.
        let best = |count: &dyn Fn(&Hits) -> usize, taken: &[Option<u32>]| {
            (0..)
                .zip(&hits)
                .filter(|(column, h)| !taken.contains(&Some(*column)) && count(h) > 0 && count(h) * 2 >= h.filled)
                .filter(|(_, h)| h.different.len() * 10 >= h.filled * 8)
                .max_by_key(|(column, h)| (count(h), std::cmp::Reverse(*column)))
                .map(|(column, _): (u32, _)| column)
        };
        let proven = |column: Option<u32>, count: &dyn Fn(&Hits) -> usize| {
            column.filter(|&column| hits.get(column as usize).is_some_and(|h| count(h) > 0))
        };
        let named = (self.token, self.serial, self.id);
        self.token = proven(named.0, &|h| h.tokens).or_else(|| best(&|h| h.tokens, &[])).or(named.0);
        let taken = [self.token];
        let by_id = proven(named.2, &|h| h.ids);
        self.serial = proven(named.1, &|h| h.serials).or_else(|| best(&|h| h.serials, &[taken[0], by_id])).or(named.1);
        self.id = by_id.or_else(|| best(&|h| h.ids, &[self.token, self.serial])).or(named.2);
        for (column, role) in [(self.token, Role::Token), (self.serial, Role::Serial), (self.id, Role::Id)] {
            if let Some(slot) = column.and_then(|column| self.roles.get_mut(column as usize)) {
                *slot = Some(role);
            }
        }
    }

    /// Lists the columns with content about which nothing is known.
    fn find_unknown(&mut self, sheet: &Sheet) {
        let mut filled = vec![false; self.roles.len()];
        for (_, cells) in sheet.rows().filter(|(row, _)| *row >= self.first_row) {
            // What stands below the headings without a key in its row (a note) is no column.
            if !self.has_key(cells) {
                continue;
            }
            for cell in cells.iter().filter(|cell| !cell.value.is_blank()) {
                if let Some(slot) = filled.get_mut(cell.column as usize) {
                    *slot = true;
                }
            }
        }
        let again: HashSet<u32> = self.again.iter().map(|(column, _)| *column).collect();
        self.unknown = (0..)
            .zip(self.roles.iter().zip(&filled))
            .filter(|(column, (role, filled))| role.is_none() && **filled && !again.contains(column))
            .filter(|(column, _)| {
                let heading = self.headings.get(*column as usize).map_or("", String::as_str);
                !self.export.is_some_and(|export| export.owns(heading))
            })
            .map(|(column, _)| column)
            .collect();
    }

    /// Whether a key stands in the row.
    pub fn has_key(&self, cells: &[Cell]) -> bool {
        let keys = [self.token, self.serial, self.id];
        cells.iter().any(|cell| keys.contains(&Some(cell.column)) && !cell.value.is_blank())
    }

    /// Whether a row holds headings again, as in a table that was pasted together from several.
    pub fn is_headings(&self, cells: &[Cell], headings: &Headings) -> bool {
        let names = |cell: &&Cell| {
            let role = headings.role(&cell.text()).map(|(_, role)| role);
            role.is_some() && role == self.roles.get(cell.column as usize).copied().flatten()
        };
        let agreeing = cells.iter().filter(names).count();
        agreeing >= 2 && agreeing * 2 >= cells.iter().filter(|cell| !cell.value.is_blank()).count()
    }

    /// The heading of a column, for a finding.
    pub fn heading(&self, column: u32) -> String {
        let heading = self.headings.get(column as usize).map(|text| tidy(text)).unwrap_or_default();
        if heading.is_empty() { "no heading".to_owned() } else { format!("{heading:?}") }
    }
}
