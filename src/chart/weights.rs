//! The weights before and after they were adjusted.

use super::figure::{count, number};
use super::palette::{Fill, Ink, Step};
use super::sheet::{Anchor, Face, SIZE, Sheet, wrap};
use super::width::Width;
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::results::{Results, WeightStep};

const BINS: usize = 30;
const TALL: i32 = 64;

/// A histogram of the first and the last weights on one axis.
pub(super) fn before_and_after(results: &Results) -> Result<Option<Chart>> {
    let (Some(before), Some(after)) = (results.weighting.first(), results.weighting.last()) else { return Ok(None) };
    let ends = [before.quantile(0.0), after.quantile(0.0), before.quantile(1.0), after.quantile(1.0)];
    if results.weighting.len() < 2 || ends.iter().any(|end| !end.is_finite()) {
        return Ok(None);
    }
    let most = ends[2].max(ends[3]) * 1.02;
    let caption = Caption {
        name: "weights".to_owned(),
        place: ChartPlace::Weights,
        title: title(after),
        description: format!(
            "Two histograms of weights on one axis. Before ({}): {} to {}, median {}. After ({}): {} to {}, median {}.",
            super::figure::lower_first(&before.name),
            number(ends[0], 2),
            number(ends[2], 2),
            number(before.quantile(0.5), 2),
            after.rule,
            number(ends[1], 2),
            number(ends[3], 2),
            number(after.quantile(0.5), 2),
        ),
        note: "Height: returns with about this weight. Worth of the answers: Kish's effective size, the square of the sum of the \
               weights over the sum of their squares."
            .to_owned(),
    };
    let data = ChartData {
        columns: vec!["step", "from", "to", "returns"],
        rows: [before, after].into_iter().flat_map(|step| data(step, most)).collect(),
    };
    caption.frame(results, |width| draw(width, [before, after], most), data).map(Some)
}

fn data(step: &WeightStep, most: f64) -> Vec<Vec<String>> {
    let end = |bin: usize| number(most * bin as f64 / BINS as f64, 4);
    let row = |(bin, n): (usize, usize)| vec![step.name.clone(), end(bin), end(bin + 1), step.told(n).to_string()];
    bins(step, most).into_iter().enumerate().map(row).collect()
}

fn draw(width: Width, steps: [&WeightStep; 2], most: f64) -> Sheet {
    let (left, right) = width.pick((218, 640), (14, 314));
    let mut sheet = Sheet::new(width.pixels());
    let end = sheet.width;
    let mut y = match width {
        Width::Wide => {
            sheet.text((end, 10), Anchor::Right, Face::Bold, Ink::Text, "Worth of the");
            sheet.text((end, 28), Anchor::Right, Face::Bold, Ink::Text, "answers");
            44
        }
        Width::Narrow => {
            sheet.text((end, 10), Anchor::Right, Face::Bold, Ink::Text, "Worth of the answers");
            30
        }
    };
    for (step, words) in steps.into_iter().zip(["Before: ", "After: "]) {
        let named = format!("{words}{}", super::figure::lower_first(&step.name));
        let range = format!("{} to {}", number(step.quantile(0.0), 2), number(step.quantile(1.0), 2));
        let worth = format!("{} of {}", number(step.worth(), 0), count(step.count()));
        let middle = match width {
            Width::Wide => y + 32,
            Width::Narrow => {
                y += 48;
                y - 16
            }
        };
        let named = wrap(&named, Face::Bold, SIZE, width.pick(left - 12, end), 1).concat();
        sheet.text((0, middle - width.pick(10, 20)), Anchor::Left, Face::Bold, Ink::Text, named);
        sheet.text((0, middle + width.pick(10, 0)), Anchor::Left, Face::Regular, Ink::Quiet, range);
        sheet.text((end, middle), Anchor::Right, Face::Bold, Ink::Text, worth);
        let bins = bins(step, most);
        let highest = bins.iter().map(|&n| step.told(n)).max().unwrap_or(1).max(1);
        for (bin, &n) in bins.iter().enumerate() {
            let n = step.told(n);
            let edge = |bin: usize| left + (bin as i32 * (right - left)) / BINS as i32;
            let tall = if n == 0 { 0 } else { ((n as f64 / highest as f64 * f64::from(TALL)).round() as i32).max(2) };
            let (from, to) = ((edge(bin) + 1, y + TALL - tall), (edge(bin + 1) - 1, y + TALL));
            sheet.rect(from, to, Fill::Positive(Step::Middle).ink());
        }
        sheet.line((left, y + TALL), (right, y + TALL), 1, Ink::Quiet);
        y += TALL + 20;
    }
    let axis = super::dots::Axis { low: 0.0, high: most, label: |value| number(value, 1) };
    for tick in axis.ticks() {
        let x = left + (tick / most * f64::from(right - left)).round() as i32;
        sheet.line((x, y - 20), (x, y - 14), 1, Ink::Quiet);
        let label = if most >= 10.0 { number(tick, 0) } else { number(tick, 1) };
        sheet.text((x, y - 4), Anchor::Middle, Face::Regular, Ink::Quiet, label);
    }
    let words = "Weight: units that an answer stands for";
    sheet.text(((left + right) / 2, y + 16), Anchor::Middle, Face::Regular, Ink::Quiet, words);
    sheet.height = y + 30;
    sheet
}

fn bins(step: &WeightStep, most: f64) -> Vec<usize> {
    let mut bins = vec![0; BINS];
    for weight in &step.weights {
        bins[((weight / most * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    bins
}

fn title(after: &WeightStep) -> String {
    let (n, worth) = (after.count(), after.worth());
    if after.loss() < 0.005 {
        format!("Weighting costs next to nothing: {} answers are worth as many with equal weights", count(n))
    } else {
        format!("Weighting makes {} answers worth as much as {} with equal weights", count(n), number(worth, 0))
    }
}
