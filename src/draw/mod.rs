//! The draw: who is in the sample, and the record that lets an outsider recompute it.
//!
//! [`draw`] turns units and a [`DrawDesign`] into a [`Sample`]; [`DrawRecord`] says how it came about. `DRAW.md` tells the
//! same to somebody without this program. All chance follows from the seed's text and the identifiers
//! ([`number`]), so that neither the order of the frame nor the machine has any say.

mod clusters;
mod coordination;
mod design;
mod earlier;
mod frame_hash;
mod minimums;
pub mod number;
pub mod readers;
mod record;
pub mod release;
mod sample;
mod sample_file;
mod serial;
mod stage;
mod why;

pub use coordination::{CLASS_MAIN_RECIPE, CLASS_RECIPE, ClassDrawn};
pub use design::{Allocation, Clusters, DrawDesign, Method};
pub use earlier::{Cell, Earlier, Past, Purpose, Wave};
pub use frame_hash::{RowChanges, frame_hash};
pub use minimums::{LevelDrawn, Minimum, MinimumBy};
pub use record::{Columns, DrawRecord, Exclusion, Source};
pub use sample::{Role, Sample, Selected, StratumDrawn, Unit, draw};
pub use sample_file::{Carried, own_name, read_sample, write_joint, write_sample};
pub(crate) use serial::CHECK_LETTERS;
pub use serial::{is_mistyped, is_serial, serial};
pub use why::{Why, WhyNot, why};
