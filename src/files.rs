//! Files on disk: written whole or not at all, known by their hash.

use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

mod delivery;

pub use delivery::{Delivery, settle};

/// Reads a whole file.
///
/// # Errors
/// When the file is missing or cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::file(path, "there is no such file").hint("check the name, and the folder it is given from")
        }
        _ => Error::file(path, "the file cannot be read").found(error.to_string()),
    })
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file whole or not at all: to a temporary file beside it, then renamed.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, 0o644)
}

/// Writes a file as [`write_file`] does, for its owner's eyes alone where the system knows owners.
///
/// # Errors
/// As [`write_file`].
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, 0o600)
}

#[cfg_attr(not(unix), allow(unused_variables))]
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let fail = |what: &str, error: std::io::Error| Error::file(path, what).found(error.to_string());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| fail("the folder cannot be made", e))?;
    let mut file = tempfile::Builder::new()
        .prefix(".quorate-")
        .tempfile_in(folder)
        .map_err(|e| fail("no file can be made in this folder", e))?;
    file.write_all(bytes).map_err(|e| fail("the file cannot be written", e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))
            .map_err(|e| fail("the file cannot be written", e))?;
    }
    file.persist(path).map_err(|e| fail("the file cannot be replaced", e.error))?;
    Ok(())
}
