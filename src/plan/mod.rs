//! Improvement plans: from an area for improvement to an action, from actions to progress that an auditor accepts.
//!
//! | part | does |
//! | --- | --- |
//! | [`store`] | the plan's folder: one file an action, everything that came back kept as it came |
//! | [`action`], [`progress`] | an action, and its reports of progress |
//! | [`when`], [`resources`], [`indicators`], [`target`] | dates, money, national indicators and targets, as people write them |
//! | [`area`] | areas for improvement, and the actions drafted from them |
//! | [`import`] | plans that exist already as workbooks |
//! | [`issue`](issue()), [`update`](update()) | workbooks to the owners, and back |
//! | [`examine`](examine()) | what an action lacks |
//! | [`standing`] | how an action stands at a date |
//! | [`study`] | results of studies that targets are judged by |
//! | [`judged`] | targets held against those results |
//! | [`report`] | everything that the reports show, as one value |
//! | [`publish`] | the reports as files, and the record of them |
//!
//! No date is taken from a clock: whoever asks how the plan stands says when.

pub mod action;
pub mod area;
mod examine;
pub mod import;
pub mod indicators;
mod issue;
pub mod judged;
pub mod progress;
pub mod publish;
pub mod report;
pub mod resources;
pub mod standing;
pub mod store;
pub mod study;
pub mod target;
mod update;
pub mod when;

pub use action::Action;
pub use examine::examine;
pub use issue::{Fill, Issued, issue};
pub use progress::{Grade, Progress};
pub use report::Report;
pub use store::Plan;
pub use update::{Updated, update};

/// Everything that is wrong with the plan in a folder, or whose `plan.toml` is given.
///
/// # Errors
/// When the plan or a study that it names cannot be read.
pub fn check(path: &std::path::Path) -> crate::Result<Vec<crate::finding::Finding>> {
    let plan = store::read(path)?;
    let studies = study::read_all(&plan)?;
    Ok(examine(&plan, &studies, None))
}
