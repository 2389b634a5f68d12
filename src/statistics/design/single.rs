//! What is done with strata of one PSU.

use std::str::FromStr;

use crate::error::Error;

/// What to do with a stratum that has one PSU, whose variance cannot be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum SinglePsu {
    /// Refuse (R: `survey.lonely.psu = "fail"`).
    #[default]
    Fail,
    /// The PSU was certain to be in the sample: it adds no variance (R: `"certainty"`).
    Certainty,
    /// Its deviation is taken from the whole sample's mean (R: `"adjust"`).
    Centre,
    /// The average of the other strata's variances stands in for it (R: `"average"`).
    Average,
    /// It is joined with the stratum that follows in the order of the strata's codes, the last one with the stratum before
    /// it, until no stratum has one PSU (R: strata and population counts recoded). Strata that were sampled whole take no
    /// part. Only strata of the first stage are joined; single units within a cluster are refused.
    Collapse,
}

impl SinglePsu {
    /// All policies.
    pub const ALL: [SinglePsu; 5] =
        [SinglePsu::Fail, SinglePsu::Certainty, SinglePsu::Centre, SinglePsu::Average, SinglePsu::Collapse];

    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            SinglePsu::Fail => "fail",
            SinglePsu::Certainty => "certainty",
            SinglePsu::Centre => "centre",
            SinglePsu::Average => "average",
            SinglePsu::Collapse => "collapse",
        }
    }
}

impl FromStr for SinglePsu {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        SinglePsu::ALL.into_iter().find(|policy| policy.name() == name).ok_or_else(|| {
            Error::usage("this is no policy for strata with one PSU")
                .found(name)
                .expected("fail, certainty, centre, average or collapse")
        })
    }
}
