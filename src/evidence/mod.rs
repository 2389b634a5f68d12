//! What the results say about each quality indicator: evidence for a judgement, never a rating.

pub mod framework;
