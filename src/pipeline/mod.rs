//! A study's life: its definition, and its stages in order.
//!
//! [`run`] is the table of contents: each stage is one function with a typed value on both sides.

mod analysis;
mod beside;
mod comparators;
mod compare_choices;
mod definition;
mod draw_design;
mod edit_columns;
mod fieldwork;
mod fieldwork_choices;
mod forms;
mod funnels;
mod lists;
mod methods;
mod packs;
mod paper;
mod parts;
mod pilot;
mod plan;
mod publish;
mod quality;
mod repeats;
mod run;
mod sampling;
mod send_back;
mod shares;
mod stage;
mod status;
mod trace;
mod variant_choices;
mod vault;
mod version_choices;
mod waves;
mod weigh_choices;
mod weighting;
mod words;

pub use compare_choices::{
    Baseline, Comparators, CompareChoices, EarlierWave, FunnelChoices, Items, OrganisationFunnels,
};
pub(crate) use definition::normalise;
pub use definition::{
    CriticalChoice, CriticalName, Definition, DrawChoices, EstimateChoices, EvidenceChoices, FrameSource, IssueChoices,
    PilotChoices, PublishChoices, Reader, ReturnChoices, Study, Wave, WaveTo, read,
};
pub use draw_design::KeepChoice;
pub use fieldwork_choices::{CheckChoices, DispositionChoices, FieldworkChoices, PopulationCheck};
pub use forms::{Forms, forms};
pub use packs::{PackChoices, PackOutput};
pub use paper::{KeyEntryChoices, PaperChoices, Words};
pub(crate) use pilot::MADE_UP;
pub use pilot::{Assumptions, Expectation, Expected, Gap, Piloted, Share, ShareSource, pilot};
pub use run::{Options, Reached, Silent, Witness, check, check_return, run};
pub use sampling::{Kept, Sampling};
pub use shares::{Among, ShareChoice, ShareGroup};
pub use stage::Stage;
pub use status::{
    Course, Outstanding, Progress, Reasons, ReserveRow, Since, Status, StatusRow, StudyNamed, status, why,
};
pub use trace::{
    CellEdit, CellFigure, CellFinding, CellName, Figure, Traced, TracedCell, TracedUnit, trace, trace_cell,
};
pub use variant_choices::VariantChoice;
pub use vault::{KeyChoices, KeyVerdict, carry_links, new_series, verify_key};
pub use version_choices::VersionChoice;
pub use weigh_choices::{Ineligible, MarginChoice, Nonresponse, TrimChoices, WeighChoices};
