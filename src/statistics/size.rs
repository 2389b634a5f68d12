//! Sample sizes.
