//! Published figures to compare with, and the comparison.
