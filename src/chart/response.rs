//! How many of those drawn replied, stratum by stratum.

use super::figure::{count, percent, share};
use super::palette::{Fill, Ink, Step};
use super::row;
use super::sheet::{Anchor, Face, Sheet};
use super::width::Width;
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::results::{Results, StratumResult};

/// A bar for each stratum: returned out of drawn.
pub(super) fn by_stratum(results: &Results) -> Result<Option<Chart>> {
    let strata: Vec<&StratumResult> = results.strata.iter().filter(|stratum| stratum.drawn > 0).collect();
    if strata.is_empty() || results.counts.returned == 0 {
        return Ok(None);
    }
    let everyone = results.counts.response_rate();
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
    caption.frame(results, |width| draw(width, &strata, everyone), data).map(Some)
}

fn draw(width: Width, strata: &[&StratumResult], everyone: f64) -> Sheet {
    let (left, right, rates, room) = width.pick((218, 560, 626, 0), (0, 328, 188, 140));
    let mut sheet = Sheet::new(width.pixels());
    sheet.text((sheet.width, 10), Anchor::Right, Face::Regular, Ink::Quiet, "Returned of drawn");
    sheet.text((rates, 10), Anchor::Right, Face::Bold, Ink::Text, "Rate");
    let x = left + (everyone.min(1.0) * f64::from(right - left)).round() as i32;
    let mut y = 30;
    for stratum in strata {
        let row = row::label(&mut sheet, width, &stratum.name, room, y);
        let (top, bottom) = (row.marks - 10, row.marks + 10);
        let end = left + (rate(stratum).min(1.0) * f64::from(right - left)).round() as i32;
        sheet.rect((left, top), (right, bottom), Ink::Track);
        sheet.rect((left, top), (end, bottom), Fill::Positive(Step::Middle).ink());
        sheet.text((rates, row.figures), Anchor::Right, Face::Bold, Ink::Text, percent(rate(stratum)));
        let of = format!("{} of {}", count(stratum.returned), count(stratum.drawn));
        sheet.text((sheet.width, row.figures), Anchor::Right, Face::Regular, Ink::Quiet, of);
        if width == Width::Narrow {
            sheet.rect((x - 1, top - 4), (x + 1, bottom + 4), Ink::Benchmark);
        }
        y = row.bottom + 10;
    }
    if width == Width::Wide {
        sheet.rect((x - 1, 26), (x + 1, y - 4), Ink::Benchmark);
    }
    sheet.height = y + 4;
    sheet
}

fn rate(stratum: &StratumResult) -> f64 {
    stratum.returned as f64 / stratum.drawn as f64
}
