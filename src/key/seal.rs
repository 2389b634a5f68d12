//! Files encrypted to chosen people, in the format of age (age-encryption.org/v1).
//!
//! Whoever has the recipients can seal; only whoever has an identity can read. Every sealing uses chance of its own, so the
//! same file sealed twice has different bytes: what is compared is always the text inside.

use std::io::{Read, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::files::read_file;

/// Whether bytes are a sealed file.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"age-encryption.org/v1\n")
}

/// Somebody who may read: an age public key, `age1...`.
pub type Recipient = age::x25519::Recipient;

/// Those who may read sealed files.
#[derive(Clone, Default)]
pub struct Recipients(pub Vec<Recipient>);

impl Recipients {
    /// Whether there is nobody to seal to.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Seals a file.
    ///
    /// # Errors
    /// When there is nobody to seal to.
    pub fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let fault = |error: String| Error::data("the file cannot be encrypted").found(error);
        let all = self.0.iter().map(|recipient| recipient as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(all).map_err(|error| fault(error.to_string()))?;
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(|error| fault(error.to_string()))?;
        writer.write_all(bytes).map_err(|error| fault(error.to_string()))?;
        writer.finish().map_err(|error| fault(error.to_string()))?;
        Ok(sealed)
    }
}

/// What opens sealed files: the secret keys in an identity file, as `age-keygen` writes it.
pub struct Identity(Vec<Box<dyn age::Identity + Send + Sync>>);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({} keys)", self.0.len())
    }
}

impl Identity {
    /// Reads an identity file.
    ///
    /// # Errors
    /// When it cannot be read or holds no key that can be used without more.
    pub fn read(path: &Path) -> Result<Identity> {
        let bytes = read_file(path)?;
        let fault = || {
            Error::file(path, "this is not an identity that opens encrypted files")
                .expected("a file as age-keygen writes it, with a line AGE-SECRET-KEY-1...")
                .hint("if it is protected by a passphrase, open it with age first")
        };
        let file = age::IdentityFile::from_buffer(bytes.as_slice()).map_err(|_| fault())?;
        let keys = file.into_identities().map_err(|_| fault())?;
        if keys.is_empty() { Err(fault()) } else { Ok(Identity(keys)) }
    }

    /// Opens a sealed file; `path` is where it lies, for messages.
    ///
    /// # Errors
    /// When there is no identity, or not one of those that it was sealed to.
    pub fn open(identity: Option<&Identity>, sealed: &[u8], path: &Path) -> Result<Vec<u8>> {
        let Some(identity) = identity else {
            return Err(Error::file(path, "the file is encrypted").hint("give the key that opens it: --identity FILE"));
        };
        let fault = |error: String| Error::file(path, "the encrypted file cannot be opened").found(error);
        let decryptor = age::Decryptor::new(sealed).map_err(|error| fault(error.to_string()))?;
        let keys = identity.0.iter().map(|key| key.as_ref() as &dyn age::Identity);
        let mut reader = decryptor.decrypt(keys).map_err(|error| fault(error.to_string()))?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| fault(error.to_string()))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_recipients_and_for_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = |name: &str| {
            let key = age::x25519::Identity::generate();
            let path = folder.path().join(name);
            std::fs::write(&path, format!("# a key\n{}\n", key.to_string().expose_secret())).expect("written");
            (key.to_public(), Identity::read(&path).expect("it reads"))
        };
        let ((lead, of_lead), (_, of_other)) = (made("lead"), made("other"));
        let recipients = Recipients(vec![lead]);
        let sealed = recipients.seal(b"serial,id\n").expect("sealed");
        assert!(is_sealed(&sealed) && sealed != recipients.seal(b"serial,id\n").expect("sealed"));
        let path = Path::new("sample.csv.age");
        assert_eq!(Identity::open(Some(&of_lead), &sealed, path).expect("opened"), b"serial,id\n");
        assert!(
            Identity::open(Some(&of_other), &sealed, path).is_err() && Identity::open(None, &sealed, path).is_err()
        );
        let mut cut = sealed.clone();
        cut.truncate(sealed.len() - 1);
        assert!(Identity::open(Some(&of_lead), &cut, path).is_err(), "a file that was cut short");
        std::fs::write(folder.path().join("none"), "no key\n").expect("written");
        assert!(Identity::read(&folder.path().join("none")).is_err());
    }
}
