//! The statistics: slices in, numbers out. No file, no clock, no thread, no data frame.

pub mod allocation;
pub mod selection;
pub mod size;
