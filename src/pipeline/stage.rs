//! The stages of a study, in order.

use std::fmt;

/// A stage of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Stage {
    /// Read the frame.
    Frame,
    /// Draw the sample, or find the one that was drawn.
    Draw,
    /// Write the return workbooks and the mailing list.
    Issue,
    /// Read what came back.
    Ingest,
    /// Weigh the answers up to the population.
    Weigh,
    /// Make the estimates.
    Estimate,
    /// Compare them with published figures.
    Compare,
    /// Write the report, the workbooks, the charts and the data.
    Publish,
}

impl Stage {
    /// The name as it stands on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Frame => "frame",
            Stage::Draw => "draw",
            Stage::Issue => "issue",
            Stage::Ingest => "ingest",
            Stage::Weigh => "weigh",
            Stage::Estimate => "estimate",
            Stage::Compare => "compare",
            Stage::Publish => "publish",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
