//! The sampling frame: the list of people or case files that a sample is drawn from.
