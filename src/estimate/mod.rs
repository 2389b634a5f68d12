//! From weighted responses to estimates, each with its base, error and method.
