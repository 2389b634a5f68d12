//! A study's life: its definition, and its stages in order.
