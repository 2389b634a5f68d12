//! Agreement between readers of the same files: from a table of ratings to coefficients with intervals.
