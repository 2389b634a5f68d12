//! Published figures to compare with, and the comparison.
//!
//! A pack is one file of figures from one publication. Sources may disagree about a figure: then the pack holds it twice,
//! each with its own source, and both comparisons are shown.

mod compare;
mod import;
mod pack;
pub mod peers;

pub use compare::{Judged, compare};
pub use pack::{Figure, Pack, read};
