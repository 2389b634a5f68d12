//! What people read: the charts and the page, made from two studies.

mod charts;
mod report;
mod study;
