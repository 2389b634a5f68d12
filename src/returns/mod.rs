//! What comes back: spreadsheets recognised, read to the cell, checked, and reconciled with the sample.
