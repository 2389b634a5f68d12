//! The secret that the waves of one series share, and the links made with it.

use std::fmt;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Identity, is_sealed};
use crate::error::{Error, Result};
use crate::files::read_file;

/// How the file of a secret begins.
const MARK: &str = "quorate-series-1 ";

/// The secret of a series of waves: 256 bits of chance.
///
/// It cannot follow from the seed of a draw, which is public, and nothing that follows from the definitions alone would be
/// a secret: so it is an input of its own, made once.
#[derive(Clone)]
pub struct Series([u8; 32]);

impl fmt::Debug for Series {
    /// Says which series it is, and not its secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Series({})", self.name())
    }
}

impl Series {
    /// A new secret, by the operating system's source of chance.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new() -> Result<Series> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)
            .map_err(|error| Error::usage("the system gives no random numbers").found(error.to_string()))?;
        Ok(Series(secret))
    }

    /// Reads the file of a secret; one that is sealed needs an identity.
    ///
    /// # Errors
    /// When it cannot be read or is no such file.
    pub fn read(path: &Path, identity: Option<&Identity>) -> Result<Series> {
        let mut bytes = read_file(path).map_err(|error| {
            error.hint("make the secret of a new series with quorate series FILE; an old one cannot be made again")
        })?;
        if is_sealed(&bytes) {
            bytes = Identity::open(identity, &bytes, path)?;
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        let digits =
            text.strip_prefix(MARK).map(str::trim_end).filter(|digits| digits.len() == 64 && digits.is_ascii());
        let byte = |at: usize| digits.and_then(|digits| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok());
        let mut secret = [0; 32];
        for (at, place) in secret.iter_mut().enumerate() {
            *place = byte(at).ok_or_else(|| {
                Error::file(path, "this is not the secret of a series")
                    .expected("a file that quorate series wrote")
                    .hint("without the file as it was, people in earlier waves cannot be found")
            })?;
        }
        Ok(Series(secret))
    }

    /// The text of the secret's file.
    pub fn text(&self) -> String {
        format!("{MARK}{}\n", hexadecimal(&self.0))
    }

    /// Which series it is, in eight digits that tell nothing of the secret: links of different series never meet.
    pub fn name(&self) -> String {
        hexadecimal(&hmac(&self.0, b"quorate-series-name-1\n"))[..8].to_owned()
    }

    /// The link of an identifier: the first 32 digits of the HMAC-SHA-256 of `quorate-link-1`, a line feed and the
    /// identifier. It tells nothing of the identifier to those who have not the secret.
    pub fn link(&self, id: &str) -> String {
        let text = format!("quorate-link-1\n{id}");
        hexadecimal(&hmac(&self.0, text.as_bytes()))[..32].to_owned()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC (RFC 2104) with SHA-256, for keys of at most 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1 and 2.
    #[test]
    fn the_hash_is_that_of_the_standard() {
        let first = hmac(&[0x0b; 20], b"Hi There");
        assert_eq!(hexadecimal(&first), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        let second = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hexadecimal(&second), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn links_meet_within_a_series_and_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("series");
        let series = Series::new().expect("chance");
        std::fs::write(&file, series.text()).expect("written");
        let again = Series::read(&file, None).expect("it reads");
        assert_eq!((again.link("0042"), again.name()), (series.link("0042"), series.name()));
        assert_ne!(series.link("0042"), series.link("0043"));
        let other = Series::new().expect("chance");
        assert!(other.link("0042") != series.link("0042") && other.name() != series.name());
        assert!(!format!("{series:?}").contains(series.text()[MARK.len()..].trim_end()));
        for text in ["", "quorate-series-1 ", "quorate-series-1 00", &series.text()[..70], "quorate-series-1 €€"] {
            std::fs::write(&file, text).expect("written");
            assert!(Series::read(&file, None).is_err(), "{text:?}");
        }
    }
}
