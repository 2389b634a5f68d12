//! The page.

use std::path::Path;

use quorate::chart;
use quorate::page::render;
use quorate::results::Results;

use crate::study;

fn page(results: &Results) -> String {
    render(results, &chart::all(results).expect("the charts"))
}

/// Leaves pages and charts under the target folder, to be looked at in a browser.
#[test]
fn pages_are_left_to_be_looked_at() {
    for (name, results) in [("carers", study::carers()), ("audit", study::audit())] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page").join(name);
        let charts = chart::all(&results).expect("the charts");
        quorate::files::write_file(&folder.join("report.html"), page(&results).as_bytes()).expect("written");
        for chart in &charts {
            let stem = folder.join("charts").join(&chart.name);
            quorate::files::write_file(&stem.with_extension("svg"), chart.svg.as_bytes()).expect("written");
            quorate::files::write_file(&stem.with_extension("csv"), &chart.data.csv().expect("csv")).expect("written");
            quorate::files::write_file(&stem.with_extension("png"), &chart.png().expect("png")).expect("written");
        }
    }
}
