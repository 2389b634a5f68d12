//! The door to data files: columns in from csv, Parquet and spreadsheets, columns out.

pub mod write;
