//! Comparison with published figures: taken as fixed, or estimated from another sample, whose variance is added.
//!
//! The file has the columns of a result (`statistic, variable, response, by, group, estimate, se`), so that the result of
//! an earlier wave or of another council can be given as it is; only `statistic`, `variable` and `estimate` are needed.

use std::collections::BTreeMap;
use std::path::Path;

use super::compare::concerns;
use super::rows::Maker;
use super::tested::{Line, Tested};
use super::writer::{Footing, Subject};
use crate::cli::Talk;
use crate::error::{Error, Result};
use crate::statistics::Estimate;
use crate::statistics::compare::{Test, against_estimated, against_fixed};
use crate::table::Table;

/// What a figure is of: statistic, variable, response, by, group.
type Key = [String; 5];

/// Published figures.
#[derive(Debug)]
pub(super) struct Benchmarks {
    file: String,
    /// Figure and standard error; zero or NaN for a fixed one.
    figures: BTreeMap<Key, (f64, f64)>,
}

const COMPARED: [&str; 5] = ["mean", "proportion", "total", "ratio", "quantile"];

impl Benchmarks {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let table = Table::open(path)?;
        let names = ["statistic", "variable", "response", "by", "group", "estimate", "se"];
        let mut texts: Vec<Option<Vec<String>>> = Vec::new();
        let mut numbers = Vec::new();
        for name in names {
            let needed = ["statistic", "variable", "estimate"].contains(&name);
            if !needed && !table.names().iter().any(|known| known == name) {
                texts.push(None);
                numbers.push(None);
                continue;
            }
            let place = table.column(name).map_err(|error| error.expected("columns statistic, variable, estimate"))?;
            let values = table.read(&[place])?.remove(0);
            let is_number = matches!(name, "estimate" | "se");
            numbers.push(if is_number { Some(table.numbers(name, &values)?) } else { None });
            let text = |row: usize| values.label_at(row).unwrap_or_default().to_owned();
            texts.push(Some((0..values.len()).map(text).collect()));
        }
        let rows = texts[0].as_ref().map_or(0, Vec::len);
        let mut figures = BTreeMap::new();
        for row in 0..rows {
            let text = |column: usize| texts[column].as_ref().map_or_else(String::new, |texts| texts[row].clone());
            let number = |column: usize| numbers[column].as_ref().map_or(f64::NAN, |numbers: &Vec<f64>| numbers[row]);
            let key: Key = [text(0), text(1), text(2), text(3), text(4)];
            if !COMPARED.contains(&key[0].as_str()) {
                continue;
            }
            let (value, se) = (number(5), number(6));
            if !value.is_finite() {
                return Err(Error::data("a benchmark has no figure").at(table.place(row, "estimate")));
            }
            if se < 0.0 || se.is_infinite() {
                return Err(Error::data("the standard error of a benchmark is not a number of at least zero")
                    .at(table.place(row, "se"))
                    .found(se.to_string())
                    .expected("a standard error, or nothing where the figure is fixed"));
            }
            if figures.insert(key, (value, se)).is_some() {
                return Err(Error::data("a benchmark stands twice").at(table.place(row, "variable")).found(text(1)));
            }
        }
        if figures.is_empty() {
            return Err(Error::file(path, "there is no figure to compare with")
                .expected(format!("rows whose statistic is one of: {}", COMPARED.join(", "))));
        }
        Ok(Benchmarks { file: path.display().to_string(), figures })
    }

    /// Refuses a file of which nothing was used, and says when some was not.
    pub(super) fn check_used(&self, lines: &[Line], talk: &Talk) -> Result<()> {
        let is_used = |line: &&Line| matches!(line, Line::Tested(tested) if tested.how.iter().any(|word| word.starts_with("benchmark=")));
        let used = lines.iter().filter(is_used).count();
        let known = self.figures.len();
        if used == 0 {
            let first = self.figures.keys().next().map(|key| key.join(" ")).unwrap_or_default();
            return Err(Error::data("no benchmark is of a figure that is estimated here")
                .at(&self.file)
                .found(first.trim())
                .expected("statistic, variable, response, by and group as they stand in the result"));
        }
        if used < known {
            talk.say(format!("{} of {known} benchmarks in {} have no figure beside them here", known - used, self.file));
        }
        Ok(())
    }
}

/// The line that compares an estimate with its benchmark, if it has one.
pub(super) fn line(
    maker: &Maker<'_>,
    benchmarks: &Benchmarks,
    subject: Subject<'_>,
    estimate: &Estimate,
    footing: Footing,
) -> Option<Line> {
    let key = [subject.statistic, subject.variable, subject.response, subject.by, subject.group].map(str::to_owned);
    let &(figure, its_se) = benchmarks.figures.get(&key)?;
    let (critical, df) = (maker.writer.choices.critical, estimate.df);
    let fixed = its_se.is_nan() || its_se == 0.0;
    let share = subject.statistic == "proportion";
    let mut how = vec![format!("t-test against {} benchmark", if fixed { "a fixed" } else { "an estimated" })];
    how.push(format!("benchmark={figure}"));
    if !fixed {
        how.push(format!("benchmark-se={its_se}"));
    }
    let mut test = if fixed {
        against_fixed(estimate.value, estimate.se, df, figure, critical)
    } else {
        against_estimated(estimate.value, estimate.se, df, figure, its_se, critical)
    };
    let is_certain = estimate.se == 0.0 && !footing.census;
    if is_certain && share {
        // The standard error says nothing: the exact interval of the share, less the figure, does.
        let (interval, _, rule, _) = maker.writer.share(estimate, footing);
        let unknown = Test { se: f64::NAN, t: f64::NAN, p_value: f64::NAN, ..test };
        test = Test { ci_low: interval.low - figure, ci_high: interval.high - figure, ..unknown };
        how.push(rule);
    } else if is_certain {
        test = Test::of(test.difference, f64::NAN, df, critical);
    }
    let group = if subject.group.is_empty() { "(all)" } else { subject.group };
    Some(Line::Tested(Box::new(Tested {
        statistic: "difference",
        variable: subject.variable.to_owned(),
        response: subject.response.to_owned(),
        by: subject.by.to_owned(),
        group: format!("{group} - (benchmark)"),
        base: estimate.base,
        test,
        how,
        flags: concerns(std::slice::from_ref(estimate), share, footing),
        family: format!("benchmark|{}|{}|{}|{}", subject.statistic, subject.variable, subject.response, subject.by),
    })))
}
