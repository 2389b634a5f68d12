//! How many to issue or to read, for a precision: the sums behind `quorate size`.
