//! What keeps a study's key apart from its results: files sealed to those who may read them, and links between waves
//! that lead to nobody.
//!
//! A later wave counts the people who answered an earlier one too. It finds them by *links*: keyed hashes of identifiers, made
//! when the sample is drawn. Identifiers of people in care are short numbers, which a plain hash would give away to anyone
//! who tries them all; so the hash is keyed with the secret of the [`Series`], which never leaves the key.

mod links;
mod seal;
mod series;

pub use links::Links;
pub use seal::{Identity, Recipient, Recipients, is_sealed};
pub use series::Series;
