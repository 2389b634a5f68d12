//! quorate: surveys and case-file audits for social-work services, from the sampling frame to the published figure.
//!
//! The rooms, in the order in which data flows through them:
//!
//! | room | takes | gives |
//! | --- | --- | --- |
//! | [`instrument`] | a TOML definition | questions, scales, routing |
//! | [`convert`] | a questionnaire in any common format | the same form in another |
//! | [`frame`] | a file of people or case files | units, strata, population counts |
//! | [`draw`] | frame, design, seed | the sample and its record |
//! | [`key`] | identifiers, a secret | links between waves; sealed files |
//! | [`issue`] | sample, instrument | return workbooks, printed forms, mailing list |
//! | [`returns`] | whatever came back | responses and findings |
//! | [`editing`] | answers as given, edit rules | answers, and a log from which those given come back |
//! | [`fieldwork`] | sample, returns, register | how every unit ended |
//! | [`weights`] | responses, population counts | weights that add up to the population |
//! | [`estimate`] | responses, weights | estimates with error, base, method |
//! | [`benchmark`] | estimates, published figures | differences, tests, verdicts |
//! | [`evidence`] | estimates, framework | what bears on each quality indicator |
//! | [`evaluation`] | evidence, judgements | one register, checks, the report of a self-evaluation |
//! | [`plan`] | areas for improvement, owners' reports | actions, progress, whether targets were met |
//! | [`chart`], [`page`], [`workbook`] | the results | what people read |
//! | [`record`] | the whole run | hashes, counts, choices: enough to run it again |
//!
//! [`pipeline`] is the study's life, one stage after the other. [`statistics`] is the core beneath: slices in,
//! numbers out; it knows no file, no clock, no thread and no data frame. [`terms`], [`finding`] and [`error`] are the
//! words that all rooms share; [`sheet`] and [`table`] are the doors to spreadsheets and to data files.

pub mod agreement;
pub mod benchmark;
pub mod chart;
pub mod cli;
pub mod convert;
pub mod disclosure;
pub mod draw;
pub mod editing;
pub mod error;
pub mod estimate;
pub mod evaluation;
pub mod evidence;
pub mod expression;
pub mod fieldwork;
pub mod files;
pub mod finding;
pub mod formula;
pub mod frame;
pub mod instrument;
pub mod issue;
pub mod key;
pub mod page;
pub mod pipeline;
pub mod plan;
pub mod planning;
pub mod record;
pub mod results;
pub mod returns;
pub mod sheet;
pub mod statistics;
pub mod table;
pub mod terms;
pub mod weights;
pub mod workbook;

pub use error::{Error, Result};
