//! The instrument: what is asked, how it may be answered, and what it is evidence for.
