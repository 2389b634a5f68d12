//! The record of a run: versions, hashes, counts and choices.
