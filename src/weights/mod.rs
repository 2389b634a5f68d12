//! Weights that add up to the population, and the account of how they came about.
