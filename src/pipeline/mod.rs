//! A study's life: its definition, and its stages in order.
//!
//! [`run`] is the table of contents: each stage is one function with a typed value on both sides.

mod analysis;
mod definition;
mod fieldwork;
mod forms;
mod methods;
mod pilot;
mod publish;
mod run;
mod sampling;
mod stage;
mod status;
mod trace;
mod words;

pub use definition::{
    CompareChoices, CriticalChoice, CriticalName, Definition, DrawChoices, EstimateChoices, EvidenceChoices,
    FrameSource, IssueChoices, PublishChoices, Reader, ReturnChoices, Study, WeighChoices, read,
};
pub(crate) use definition::normalise;
pub use forms::{Forms, forms};
pub use pilot::{Assumptions, pilot};
pub use run::{Options, Reached, Silent, Witness, check, check_return, run};
pub use sampling::{Kept, Sampling};
pub use stage::Stage;
pub use status::{Status, StatusRow, status};
pub use trace::{Figure, Traced, TracedUnit, trace};
