//! Linear contrasts: any sum of numbers times estimates of one sample, covariances counted.
//!
//! ```text
//! contrast = [sign] part { sign part }
//! part     = [number "*"] estimate [ "[" condition "]" ] | number
//! estimate = "mean(" COL ")" | "share(" COL "=" LEVEL ")" | "total(" COL ")" | "ratio(" NUM "/" DEN ")"
//! ```
//!
//! The condition is one as under `--where`; a number by itself is a figure that is known, such as a benchmark.

use std::ops::Range;

use super::args::{Args, ContrastBase};
use super::asked;
use super::compare::{concerns, tested};
use super::data::Columns;
use super::derived::{Names, level_of};
use super::domain::{Domain, known, taken};
use super::figure::{Figure, share_of};
use super::rows::Maker;
use super::tested::{Line, Tested};
use crate::error::{Error, Result};
use crate::expression::{Expression, underlined};
use crate::statistics::linearised::{Base, Linearised};

/// A contrast as meant.
#[derive(Debug)]
pub(super) struct Contrast {
    text: String,
    parts: Vec<Part>,
    /// What is added as a known number.
    known: f64,
    base: ContrastBase,
}

#[derive(Debug)]
struct Part {
    coefficient: f64,
    what: What,
    condition: Option<Expression>,
}

/// What is estimated; columns by their places.
#[derive(Debug, Clone, PartialEq)]
enum What {
    Mean(usize),
    Share(usize, String),
    Total(usize),
    Ratio(usize, usize),
}

impl Contrast {
    /// The columns that it is made from.
    pub(super) fn columns(&self) -> Vec<usize> {
        let of = |part: &Part| match part.what {
            What::Mean(column) | What::Share(column, _) | What::Total(column) => vec![column],
            What::Ratio(above, below) => vec![above, below],
        };
        self.parts.iter().flat_map(of).collect()
    }

    /// The conditions of its parts.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| part.condition.as_ref())
    }
}

/// Every contrast that is asked for.
pub(super) fn contrasts(args: &Args, names: &Names<'_>) -> Result<Vec<Contrast>> {
    args.contrast.iter().map(|text| Reader { text, at: 0, names }.contrast(args.contrast_base)).collect()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    names: &'t Names<'t>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, symbol: char) -> bool {
        self.skip_spaces();
        let is = self.rest().starts_with(symbol);
        self.at += if is { symbol.len_utf8() } else { 0 };
        is
    }

    fn fault(&self, span: Range<usize>, problem: &str, expected: &str) -> Error {
        underlined("--contrast", self.text, span, problem, Error::usage("this is no contrast")).expected(expected)
    }

    fn contrast(mut self, base: ContrastBase) -> Result<Contrast> {
        let mut contrast = Contrast { text: self.text.trim().to_owned(), parts: Vec::new(), known: 0.0, base };
        let mut first = true;
        loop {
            self.skip_spaces();
            if self.rest().is_empty() && !first {
                break;
            }
            let sign = match (self.take('-'), first) {
                (true, _) => -1.0,
                (false, _) if self.take('+') => 1.0,
                (false, true) => 1.0,
                (false, false) => return Err(self.fault(self.at..self.text.len(), "not expected here", "+ or -")),
            };
            self.part(sign, &mut contrast)?;
            first = false;
        }
        if contrast.parts.is_empty() {
            return Err(self.fault(0..self.text.len(), "nothing to estimate", "mean(COL) - mean(COL)"));
        }
        Ok(contrast)
    }

    fn part(&mut self, sign: f64, contrast: &mut Contrast) -> Result<()> {
        self.skip_spaces();
        let start = self.at;
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let mut coefficient = sign;
        if self.rest().starts_with(is_number) {
            let mut length = self.rest().find(|c| !is_number(c)).unwrap_or(self.rest().len());
            // An exponent, with its sign.
            let exponent = self.rest()[length..].strip_prefix(['e', 'E']).map(|rest| {
                let digits = rest.strip_prefix(['-', '+']).unwrap_or(rest);
                rest.len() - digits.len() + digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())
            });
            length += exponent.map_or(0, |more| 1 + more);
            let number: f64 = self.rest()[..length]
                .parse()
                .map_err(|_| self.fault(start..start + length, "no number", "a number such as 0.5"))?;
            self.at += length;
            if !self.take('*') {
                contrast.known += sign * number;
                return Ok(());
            }
            coefficient = sign * number;
            self.skip_spaces();
        }
        let what = self.estimate()?;
        let condition = if self.take('[') {
            let inside = self.enclosed('[', ']')?;
            let condition = known(&self.text[inside], "--contrast", self.names);
            Some(condition.map_err(|error| error.expected("a condition, its texts in quotes: [sex = 'f']"))?)
        } else {
            None
        };
        contrast.parts.push(Part { coefficient, what, condition });
        Ok(())
    }

    fn estimate(&mut self) -> Result<What> {
        let start = self.at;
        let expected = "mean(COL), share(COL=LEVEL), total(COL) or ratio(NUM/DEN)";
        let word: String = self.rest().chars().take_while(|c| c.is_alphabetic()).collect();
        self.at += word.len();
        let is_known = ["mean", "share", "total", "ratio"].contains(&word.as_str());
        if !is_known || !self.take('(') {
            let length = word.len().max(self.text[start..].chars().next().map_or(0, char::len_utf8));
            return Err(self.fault(start..start + length, "no estimate", expected));
        }
        let span = self.enclosed('(', ')')?;
        let inside = self.text[span.clone()].trim().to_owned();
        let column = |name: &str| {
            self.names
                .column(name)
                .map_err(|error| underlined("--contrast", self.text, span.clone(), "no such column", error))
        };
        Ok(match word.as_str() {
            "mean" => What::Mean(column(&inside)?),
            "total" => What::Total(column(&inside)?),
            "ratio" => {
                let (above, below) = asked::ratio(&inside, self.names)
                    .map_err(|error| underlined("--contrast", self.text, span.clone(), "no ratio", error))?;
                What::Ratio(above, below)
            }
            _ => {
                let splits = inside.match_indices('=').map(|(at, _)| (inside[..at].trim(), inside[at + 1..].trim()));
                let splits: Vec<(&str, &str)> = splits.collect();
                let found = splits.iter().find(|(name, _)| self.names.has(name)).or(splits.first());
                let Some((name, level)) = found else {
                    return Err(self.fault(span, "no level", "share(COL=LEVEL)"));
                };
                let quoted = |mark: char| level.strip_prefix(mark)?.strip_suffix(mark);
                let level = quoted('\'').or(quoted('"')).unwrap_or(level);
                What::Share(column(name)?, level.to_owned())
            }
        })
    }

    /// The text up to the closing symbol, those opened within it closed first; quotes hide both.
    fn enclosed(&mut self, open: char, close: char) -> Result<Range<usize>> {
        let start = self.at;
        let (mut depth, mut quote) = (1, None);
        for (at, c) in self.rest().char_indices() {
            match quote {
                Some(mark) if c == mark => quote = None,
                Some(_) => {}
                None if ['\'', '"', '`'].contains(&c) => quote = Some(c),
                None if c == open => depth += 1,
                None if c == close => depth -= 1,
                None => {}
            }
            if depth == 0 {
                self.at = start + at + c.len_utf8();
                return Ok(start..start + at);
            }
        }
        Err(self.fault(start.saturating_sub(1)..self.text.len(), "not closed", &format!("a {close} that closes it")))
    }
}

/// The lines of a contrast: one for every domain.
pub(super) fn lines(
    maker: &Maker<'_>,
    contrast: &Contrast,
    columns: &Columns<'_>,
    domains: &[Domain],
) -> Result<Vec<Line>> {
    let figures = contrast.parts.iter().map(|part| figure(part, columns)).collect::<Result<Vec<_>>>()?;
    let common: Vec<bool> = match contrast.base {
        ContrastBase::Each => vec![true; columns.rows()],
        ContrastBase::Common => {
            (0..columns.rows()).map(|row| figures.iter().all(|figure| figure.is_answered(row))).collect()
        }
    };
    let conditions = contrast
        .parts
        .iter()
        .map(|part| part.condition.as_ref().map(|condition| taken(condition, columns)).transpose())
        .collect::<Result<Vec<_>>>()?;
    let mut lines = Vec::new();
    for domain in domains {
        let members: Vec<Vec<bool>> = conditions
            .iter()
            .map(|holds| {
                let is_in = |row: usize| domain.members[row] && common[row] && holds.as_ref().is_none_or(|h| h[row]);
                (0..columns.rows()).map(is_in).collect()
            })
            .collect();
        // Whoever stands behind any part.
        let behind: Vec<bool> = (0..columns.rows())
            .map(|row| members.iter().zip(&figures).any(|(inside, figure)| inside[row] && figure.is_answered(row)))
            .collect();
        let footing = maker.footing(&behind);
        let estimates: Vec<Linearised> =
            figures.iter().zip(&members).map(|(figure, inside)| figure.of(maker.sample(), inside)).collect();
        let parts: Vec<(f64, &Linearised)> =
            contrast.parts.iter().zip(&estimates).map(|(part, estimate)| (part.coefficient, estimate)).collect();
        let mut combination = Linearised::combination(&parts);
        combination.value += contrast.known;
        combination.base = Base::of(maker.sample().weights(), &behind);
        let sides: Vec<_> = estimates.iter().map(|side| maker.sample().estimate(side, footing.df)).collect();
        let mut flags: Vec<&'static str> = Vec::new();
        for (figure, side) in figures.iter().zip(&sides) {
            for flag in concerns(std::slice::from_ref(side), figure.is_share(), footing) {
                if !flags.contains(&flag) {
                    flags.push(flag);
                }
            }
        }
        lines.push(Line::Tested(Box::new(Tested {
            statistic: "contrast",
            variable: contrast.text.clone(),
            response: String::new(),
            by: domain.by.clone(),
            group: domain.group.clone(),
            base: combination.base,
            test: tested(maker, &combination, footing),
            how: vec!["t-test of a contrast".to_owned(), format!("base {}", contrast.base.name())],
            flags,
            family: format!("contrast|{}|{}", domain.by, domain.group),
        })));
    }
    Ok(lines)
}

fn figure(part: &Part, columns: &Columns<'_>) -> Result<Figure<'static>> {
    Ok(match &part.what {
        What::Mean(column) => Figure::Mean(columns.numbers(*column)?),
        What::Total(column) => Figure::Total(columns.numbers(*column)?),
        What::Ratio(above, below) => Figure::Ratio(columns.numbers(*above)?, columns.numbers(*below)?),
        What::Share(column, level) => {
            let values = columns.values(*column);
            let code = level_of(values, level).ok_or_else(|| {
                Error::usage(format!("no row has this level in the column {:?}", columns.name(*column)))
                    .at("--contrast")
                    .found(level)
                    .expected(format!("one of: {}", values.levels().join(", ")))
            })?;
            share_of(columns, *column, code as u32)
        }
    })
}
