//! The statistics: slices in, numbers out. No file, no clock, no thread, no data frame.
//!
//! [`design`] says how the units came into the sample; [`linearised`] makes estimates that carry the score of every
//! unit, so that any combination of estimates has a variance; [`variance`] turns scores into variances. [`weighting`]
//! makes weights agree with known figures; [`replicate`] is the other way to a variance; a [`Sample`] is a design with
//! either; [`rows`] are what is nested in units. [`interval`], [`compare`], [`quantile`] and [`crosstab`] say what follows; [`overlap`], [`funnel`], [`control`] and
//! [`detect`] what it means over time, beside others, and not at all.

pub mod agreement;
pub mod allocation;
pub mod ascs;
pub mod compare;
pub mod conditional_poisson;
pub mod control;
pub mod crosstab;
pub mod design;
pub mod detect;
pub mod distribution;
pub mod funnel;
pub mod interval;
pub mod linearised;
pub mod margins;
pub mod nonresponse;
pub mod overlap;
pub mod propensity;
pub mod quantile;
pub mod replicate;
pub mod response_rates;
pub mod rows;
pub mod sample;
pub mod score;
pub mod selection;
pub mod size;
pub mod tally;
pub mod variance;
pub mod weighting;

mod linear;

pub use compare::Test;
pub use design::{Design, DesignError, SinglePsu};
pub use interval::{Critical, Interval, Method};
pub use linearised::{Estimate, Linearised};
pub use replicate::Replicates;
pub use sample::Sample;
