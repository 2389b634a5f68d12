//! The weights before and after they were adjusted.

use super::figure::{count, number};
use super::palette::{Fill, Ink, Step};
use super::sheet::{Anchor, Face, Sheet};
use super::{Caption, Chart, ChartData, ChartPlace, WIDTH};
use crate::error::Result;
use crate::results::{Results, WeightStep};

const LEFT: i32 = 218;
const RIGHT: i32 = 640;
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
    let mut sheet = Sheet::new(WIDTH);
    sheet.text((WIDTH, 10), Anchor::Right, Face::Bold, Ink::Text, "Worth of the");
    sheet.text((WIDTH, 28), Anchor::Right, Face::Bold, Ink::Text, "answers");
    let mut y = 44;
    let mut data = Vec::new();
    for (step, words) in [(before, "Before: "), (after, "After: ")] {
        let bins = bins(step, most);
        let highest = bins.iter().map(|&n| step.told(n)).max().unwrap_or(1).max(1);
        sheet.text(
            (0, y + 22),
            Anchor::Left,
            Face::Bold,
            Ink::Text,
            format!("{words}{}", super::figure::lower_first(&step.name)),
        );
        let range = format!("{} to {}", number(step.quantile(0.0), 2), number(step.quantile(1.0), 2));
        sheet.text((0, y + 42), Anchor::Left, Face::Regular, Ink::Quiet, range);
        for (bin, &n) in bins.iter().enumerate() {
            let n = step.told(n);
            let edge = |bin: usize| LEFT + (bin as i32 * (RIGHT - LEFT)) / BINS as i32;
            let tall = if n == 0 { 0 } else { ((n as f64 / highest as f64 * f64::from(TALL)).round() as i32).max(2) };
            sheet.rect(
                (edge(bin) + 1, y + TALL - tall),
                (edge(bin + 1) - 1, y + TALL),
                Fill::Positive(Step::Middle).ink(),
            );
            data.push(vec![
                step.name.clone(),
                number(most * bin as f64 / BINS as f64, 4),
                number(most * (bin + 1) as f64 / BINS as f64, 4),
                n.to_string(),
            ]);
        }
        sheet.line((LEFT, y + TALL), (RIGHT, y + TALL), 1, Ink::Quiet);
        let worth = format!("{} of {}", number(step.worth(), 0), count(step.count()));
        sheet.text((WIDTH, y + 32), Anchor::Right, Face::Bold, Ink::Text, worth);
        y += TALL + 20;
    }
    let axis = super::dots::Axis { low: 0.0, high: most, label: |value| number(value, 1) };
    for tick in axis.ticks() {
        let x = LEFT + (tick / most * f64::from(RIGHT - LEFT)).round() as i32;
        sheet.line((x, y - 20), (x, y - 14), 1, Ink::Quiet);
        let label = if most >= 10.0 { number(tick, 0) } else { number(tick, 1) };
        sheet.text((x, y - 4), Anchor::Middle, Face::Regular, Ink::Quiet, label);
    }
    sheet.text(
        ((LEFT + RIGHT) / 2, y + 16),
        Anchor::Middle,
        Face::Regular,
        Ink::Quiet,
        "Weight: units that an answer stands for",
    );
    sheet.height = y + 30;
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
    let data = ChartData { columns: vec!["step", "from", "to", "returns"], rows: data };
    caption.frame(results, &sheet, data).map(Some)
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
