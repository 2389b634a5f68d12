//! What several test files build on.

pub mod results;
