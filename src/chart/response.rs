//! How many of those drawn replied, stratum by stratum.

use super::figure::{count, percent, share};
use super::palette::{Fill, Ink, Step};
use super::sheet::{Anchor, Face, Sheet};
use super::stack::row_label;
use super::{Caption, Chart, ChartData, ChartPlace, WIDTH};
use crate::error::Result;
use crate::results::{Results, StratumResult};

const LEFT: i32 = 218;
const RIGHT: i32 = 560;

/// A bar for each stratum: returned out of drawn.
pub(super) fn by_stratum(results: &Results) -> Result<Option<Chart>> {
    let strata: Vec<&StratumResult> = results.strata.iter().filter(|stratum| stratum.drawn > 0).collect();
    if strata.is_empty() || results.counts.returned == 0 {
        return Ok(None);
    }
    let rate = |stratum: &StratumResult| stratum.returned as f64 / stratum.drawn as f64;
    let everyone = results.counts.response_rate();
    let mut sheet = Sheet::new(WIDTH);
    sheet.text((WIDTH, 10), Anchor::Right, Face::Regular, Ink::Quiet, "Returned of drawn");
    sheet.text((RIGHT + 66, 10), Anchor::Right, Face::Bold, Ink::Text, "Rate");
    let mut y = 30;
    for stratum in &strata {
        let height = row_label(&mut sheet, &stratum.name, y);
        let (top, centre) = (y + (height - 20) / 2, y + height / 2);
        let share = rate(stratum).min(1.0);
        let end = LEFT + (share * f64::from(RIGHT - LEFT)).round() as i32;
        sheet.rect((LEFT, top), (RIGHT, top + 20), Ink::Track);
        sheet.rect((LEFT, top), (end, top + 20), Fill::Positive(Step::Middle).ink());
        sheet.text((RIGHT + 66, centre), Anchor::Right, Face::Bold, Ink::Text, percent(rate(stratum)));
        let of = format!("{} of {}", count(stratum.returned), count(stratum.drawn));
        sheet.text((WIDTH, centre), Anchor::Right, Face::Regular, Ink::Quiet, of);
        y += height + 10;
    }
    let x = LEFT + (everyone.min(1.0) * f64::from(RIGHT - LEFT)).round() as i32;
    sheet.rect((x - 1, 26), (x + 1, y - 4), Ink::Benchmark);
    sheet.height = y + 4;

    let (low, high) = strata.iter().map(|s| rate(s)).fold((f64::INFINITY, 0.0f64), |(l, h), r| (l.min(r), h.max(r)));
    let drawn = count(results.counts.drawn);
    let title = if strata.len() == 1 || percent(low) == percent(high) {
        format!("{} of {drawn} drawn were returned", percent(everyone))
    } else {
        format!(
            "{} of {drawn} drawn were returned, from {} to {} by stratum",
            percent(everyone),
            percent(low),
            percent(high)
        )
    };
    let mut description = String::from("Bars of the share returned, a row a stratum. ");
    for stratum in strata.iter().take(super::DESCRIBED) {
        let words = format!("{}: {} of {}. ", stratum.name, stratum.returned, stratum.drawn);
        description.push_str(&words);
    }
    super::and_more(&mut description, strata.len());
    let caption = Caption {
        name: "response".to_owned(),
        place: ChartPlace::Response,
        title,
        description,
        note: "Full length of a bar: all that were drawn in the stratum. Upright line: all strata together.".to_owned(),
    };
    let data = ChartData {
        columns: vec!["stratum", "population", "drawn", "returned", "per_cent"],
        rows: strata
            .iter()
            .map(|s| {
                let counts = [s.population, s.drawn, s.returned].map(|n| n.to_string());
                let mut row = vec![s.name.clone()];
                row.extend(counts);
                row.push(share(rate(s)));
                row
            })
            .collect(),
    };
    caption.frame(results, &sheet, data).map(Some)
}
