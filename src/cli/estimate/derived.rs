//! Names that the arguments give to what is made from columns: scores, nets, questions that take several answers.

use super::args::Args;
use super::data::Columns;
use crate::error::{Error, Result};
use crate::statistics::score::{Base, Combine, Options, net, score};
use crate::table::{Table, Values};

/// A column made from others.
#[derive(Debug, Clone)]
pub(super) struct Derived {
    /// Its name.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a made column is made of; columns by their places.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Items put together.
    Score { items: Vec<usize>, combine: Combine, minimum: usize },
    /// One of several levels.
    Net { column: usize, levels: Vec<String> },
    /// Any of several options of a question that takes several answers.
    Any { set: Set, options: Vec<usize> },
}

/// A question that takes several answers: a column for each option.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Set {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
    pub(super) base: Base,
}

/// All names that columns go by: those of the file, and behind them those of the made columns.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) table: &'a Table,
    pub(super) derived: Vec<Derived>,
    pub(super) sets: Vec<Set>,
}

impl<'a> Names<'a> {
    /// Reads `--score`, `--multiple` and `--net`, in this order, so that a net can be of a score.
    pub(super) fn read(args: &Args, table: &'a Table) -> Result<Self> {
        let mut names = Names { table, derived: Vec::new(), sets: Vec::new() };
        for text in &args.score {
            let (name, definition) = named(text, "--score", "NAME=ITEM+ITEM[:MINIMUM]")?;
            let kind = names.score(definition)?;
            names.add(name, kind)?;
        }
        for text in &args.multiple {
            let (name, pattern) = named(text, "--multiple", "NAME=COL,COL")?;
            names.check_free(name)?;
            let columns = names.columns(pattern)?;
            names.sets.push(Set { name: name.to_owned(), columns, base: args.multiple_base.meant() });
        }
        for text in &args.net {
            let (name, definition) = named(text, "--net", "NAME=COL:LEVEL,LEVEL")?;
            let kind = names.net(definition)?;
            names.add(name, kind)?;
        }
        Ok(names)
    }

    fn add(&mut self, name: &str, kind: Kind) -> Result<()> {
        self.check_free(name)?;
        self.derived.push(Derived { name: name.to_owned(), kind });
        Ok(())
    }

    fn check_free(&self, name: &str) -> Result<()> {
        let taken = self.table.names().iter().any(|known| known == name)
            || self.derived.iter().any(|known| known.name == name)
            || self.sets.iter().any(|known| known.name == name);
        if taken { Err(Error::usage("this name is taken already").found(name).hint("choose another")) } else { Ok(()) }
    }

    /// `a+b+c`, `mean(a+b+c)`, either with `:MINIMUM` behind it.
    fn score(&self, text: &str) -> Result<Kind> {
        let (sum, minimum) = match text.rsplit_once(':') {
            Some((sum, minimum)) => (sum.trim(), Some(minimum.trim())),
            None => (text.trim(), None),
        };
        let inside = |how: &str| sum.strip_prefix(how)?.strip_prefix('(')?.strip_suffix(')');
        let (combine, sum) = match (inside("mean"), inside("sum")) {
            (Some(sum), _) => (Combine::Mean, sum),
            (None, Some(sum)) => (Combine::Sum, sum),
            (None, None) => (Combine::Sum, sum),
        };
        let mut items = Vec::new();
        for part in sum.split('+') {
            items.extend(self.columns(part.trim())?);
        }
        let minimum = match minimum {
            None => items.len(),
            Some(text) => text.parse().ok().filter(|minimum| (1..=items.len()).contains(minimum)).ok_or_else(|| {
                Error::usage("the minimum of a score is no number of its items")
                    .found(text)
                    .expected(format!("1 to {}", items.len()))
            })?,
        };
        Ok(Kind::Score { items, combine, minimum })
    }

    /// `COL:LEVEL,LEVEL`, or `SET:COL,COL` for options of a question that takes several answers.
    fn net(&self, text: &str) -> Result<Kind> {
        let (name, parts) = text.rsplit_once(':').ok_or_else(|| {
            Error::usage("a net needs a column and levels").found(text).expected("--net NAME=COL:LEVEL,LEVEL")
        })?;
        if let Some(set) = self.sets.iter().find(|set| set.name == name) {
            let place = |column: usize| {
                set.columns.iter().position(|&option| option == column).ok_or_else(|| {
                    Error::usage(format!("the question {name:?} has no such option")).found(self.name(column))
                })
            };
            let options = self.columns(parts)?.into_iter().map(place).collect::<Result<_>>()?;
            return Ok(Kind::Any { set: set.clone(), options });
        }
        let levels = parts.split(',').map(|level| level.trim().to_owned()).collect();
        Ok(Kind::Net { column: self.column(name)?, levels })
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize> {
        match self.derived.iter().position(|derived| derived.name == name) {
            Some(at) => Ok(self.table.names().len() + at),
            None if self.sets.iter().any(|set| set.name == name) => {
                Err(Error::usage(format!("{name:?} is a question of several columns"))
                    .hint("name one of its columns, or a net of them"))
            }
            None => self.table.column(name),
        }
    }

    /// The columns that a name, a comma list or a pattern stands for, each once.
    pub(super) fn columns(&self, pattern: &str) -> Result<Vec<usize>> {
        let is_made = |name: &str| self.derived.iter().any(|derived| derived.name == name);
        if !pattern.split(',').any(|part| is_made(part.trim())) {
            return self.table.columns(pattern);
        }
        let mut found: Vec<usize> = Vec::new();
        for part in pattern.split(',').map(str::trim) {
            let columns = if is_made(part) { vec![self.column(part)?] } else { self.table.columns(part)? };
            found.extend(columns);
        }
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|column| seen.insert(*column));
        Ok(found)
    }

    /// A column's name.
    pub(super) fn name(&self, column: usize) -> &str {
        match self.table.names().get(column) {
            Some(name) => name,
            None => &self.derived[column - self.table.names().len()].name,
        }
    }

    /// Whether a column of that name is known.
    pub(super) fn has(&self, name: &str) -> bool {
        self.column(name).is_ok()
    }

    /// What a column is made of; none for a column of the file.
    pub(super) fn made(&self, column: usize) -> Option<&Derived> {
        column.checked_sub(self.table.names().len()).map(|at| &self.derived[at])
    }

    /// The columns that a column is made from, itself last.
    pub(super) fn sources(&self, column: usize) -> Vec<usize> {
        let from: Vec<usize> = match self.made(column).map(|made| &made.kind) {
            None => Vec::new(),
            Some(Kind::Score { items, .. }) => items.clone(),
            Some(Kind::Net { column, .. }) => vec![*column],
            Some(Kind::Any { set, .. }) => set.columns.clone(),
        };
        let mut all: Vec<usize> = from.into_iter().flat_map(|source| self.sources(source)).collect();
        all.push(column);
        all
    }
}

impl Kind {
    /// The rule in the `method` column.
    pub(super) fn words(&self) -> String {
        match self {
            Kind::Score { items, combine, minimum } if *minimum == items.len() => {
                format!("{} of {} items, all answered", combine.name(), items.len())
            }
            Kind::Score { items, combine, minimum } => {
                let raised = if *combine == Combine::Sum { ", raised to all" } else { "" };
                format!("{} of {} items, at least {minimum} answered{raised}", combine.name(), items.len())
            }
            Kind::Net { levels, .. } => format!("net of {}", levels.join(", ")),
            Kind::Any { set, options } => format!("net of {} options, base {}", options.len(), set.base.name()),
        }
    }

    /// The question of several answers that it is of.
    pub(super) fn of_set(&self) -> Option<&str> {
        match self {
            Kind::Any { set, .. } => Some(&set.name),
            Kind::Score { .. } | Kind::Net { .. } => None,
        }
    }

    /// The values.
    pub(super) fn make(&self, columns: &Columns<'_>) -> Result<Values> {
        let numbers = match self {
            Kind::Score { items, combine, minimum } => {
                let items = items.iter().map(|&item| columns.numbers(item)).collect::<Result<Vec<_>>>()?;
                score(&items.iter().map(Vec::as_slice).collect::<Vec<_>>(), *combine, *minimum)
            }
            Kind::Net { column, levels } => {
                let values = columns.values(*column);
                let mut counted = vec![false; values.levels().len()];
                for level in levels {
                    let place = level_of(values, level).ok_or_else(|| {
                        Error::usage(format!("no row has this level in the column {:?}", columns.name(*column)))
                            .at("--net")
                            .found(level)
                            .expected(format!("some of: {}", values.levels().join(", ")))
                    })?;
                    counted[place] = true;
                }
                net(values.codes(), |code| counted[code as usize])
            }
            Kind::Any { set, options } => set.options(columns).any(options),
        };
        Ok(Values::from_numbers(numbers.into_iter()))
    }
}

impl Set {
    /// Who ticked what. A number other than zero is ticked; of texts all but `no`, `n` and `false` are.
    pub(super) fn options(&self, columns: &Columns<'_>) -> Options {
        let ticked: Vec<Vec<f64>> = self
            .columns
            .iter()
            .map(|&column| {
                let values = columns.values(column);
                let is_no = |level: &String| {
                    let no = ["no", "n", "false"].iter().any(|no| level.eq_ignore_ascii_case(no));
                    no || level.parse() == Ok(0.0)
                };
                let of_level: Vec<f64> =
                    values.levels().iter().map(|level| f64::from(u8::from(!is_no(level)))).collect();
                values.codes().iter().map(|&code| of_level.get(code as usize).copied().unwrap_or(f64::NAN)).collect()
            })
            .collect();
        Options::new(&ticked.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.base)
    }
}

/// The place of a label among a column's levels; numbers are compared as numbers.
pub(super) fn level_of(values: &Values, label: &str) -> Option<usize> {
    values.levels().iter().position(|known| known == label).or_else(|| {
        let number: f64 = label.parse().ok()?;
        values.level_numbers()?.iter().position(|&known| known == number)
    })
}

/// `NAME=...`.
fn named<'t>(text: &'t str, flag: &str, form: &str) -> Result<(&'t str, &'t str)> {
    let parts = text.split_once('=').map(|(name, rest)| (name.trim(), rest.trim()));
    parts.filter(|(name, rest)| !name.is_empty() && !rest.is_empty()).ok_or_else(|| {
        Error::usage(format!("{flag} needs a name and what it stands for")).found(text).expected(format!("{flag} {form}"))
    })
}
