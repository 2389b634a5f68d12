//! The draw: who is in the sample, and the record that lets an outsider recompute it.
