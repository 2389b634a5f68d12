//! Improvement plans: from an area for improvement to an action, from actions to progress that an auditor accepts.
//!
//! | part | does |
//! | --- | --- |
//! | [`store`] | the plan's folder: one file an action, everything that came back kept as it came |
//! | [`action`] | an action and its reports of progress |
//! | [`when`], [`resources`], [`indicators`], [`target`] | dates, money, national indicators and targets, as people write them |
//! | [`area`] | areas for improvement, and the actions drafted from them |
//! | [`import`] | plans that exist already as workbooks |
//! | [`issue`](issue()), [`update`](update()) | workbooks to the owners, and back |
//! | [`examine`](examine()) | what an action lacks |
//! | [`standing`] | how an action stands at a date |
//! | [`study`] | results of studies that targets are judged by |
//! | [`report`] | everything that the reports show, as one value |
//!
//! No date is taken from a clock: whoever asks how the plan stands says when.

pub mod action;
pub mod area;
mod examine;
pub mod import;
pub mod indicators;
mod issue;
pub mod report;
pub mod resources;
pub mod standing;
pub mod store;
pub mod study;
pub mod target;
mod update;
pub mod when;

pub use action::{Action, Grade, Progress};
pub use examine::examine;
pub use issue::{Fill, Issued, issue};
pub use report::Report;
pub use store::Plan;
pub use update::{Updated, update};
