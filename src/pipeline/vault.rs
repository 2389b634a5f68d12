//! `[key]`: the folder that ties serials to people, and the links that are made from it.
//!
//! The stages up to *issue*, and the reminder list, write here; nothing that makes a figure reads here. A run can leave the
//! folder shut altogether, and makes the same results.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::{Definition, Kept, Options, Sampling, fieldwork, plan};
use crate::error::{Error, Result};
use crate::files::{Delivery, read_file, write_file, write_private};
use crate::key::{Identity, Links, Recipient, Recipients, Series};

/// `[key]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeyChoices {
    /// The file with the secret that all waves of a series share, so that people in two waves can be counted.
    pub series: Option<Spanned<PathBuf>>,
    /// The age public keys of those who may read the key; it is not encrypted if the pipeline says nothing of them.
    pub recipients: Option<Vec<Spanned<String>>>,
}

/// The links beside the results.
const LINKS: &str = "link.csv";

/// The key folder of a run.
pub(super) struct Vault {
    folder: PathBuf,
    recipients: Recipients,
    identity: Option<Identity>,
}

/// A file of the key folder, as far as it can be read.
enum Lying {
    Nowhere,
    Open(Vec<u8>),
    /// Encrypted, and there is no identity.
    Sealed,
}

/// How a file of the key folder compares with what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerdict {
    /// As it should be.
    Same,
    /// Not as it should be.
    Differs,
    /// It is kept elsewhere.
    NotHere,
    /// It is encrypted, and no identity was given.
    Encrypted,
    /// The secret of the series cannot be read.
    NoSeries,
}

/// The recipients that a pipeline names.
pub(super) fn recipients(definition: &Definition) -> Result<Recipients> {
    let written = definition.key.recipients.as_deref();
    if written.is_some_and(<[_]>::is_empty) {
        return Err(definition
            .fault_at_key("recipients", "recipients under [key] names nobody", "nobody could open the key")
            .expected(
                "the age public keys of those who may read it, or no such line for a key that is not encrypted",
            ));
    }
    let each = written.unwrap_or_default().iter().map(|written| {
        written.get_ref().parse::<Recipient>().map_err(|error| {
            definition
                .fault(written.span(), "this is not the public key of a recipient", "this key")
                .found(error)
                .expected("an age public key, age1..., as age-keygen -y shows it")
        })
    });
    Ok(Recipients(each.collect::<Result<_>>()?))
}

impl Vault {
    /// The key folder beneath the outputs.
    pub(super) fn of(definition: &Definition, folder: &Path, identity: Option<&Path>) -> Result<Vault> {
        Ok(Vault {
            folder: folder.join("key"),
            recipients: recipients(definition)?,
            identity: identity.map(Identity::read).transpose()?,
        })
    }

    /// Where a file of the folder lies.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether files are encrypted.
    pub(super) fn seals(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// Writes a file that ties serials to people, encrypted where the pipeline names recipients; the file in its other form
    /// goes.
    pub(super) fn write(&self, delivery: &mut Delivery, name: &str, bytes: &[u8]) -> Result<()> {
        let (open, sealed) = (format!("key/{name}"), format!("key/{name}.age"));
        if self.seals() {
            delivery.put_private(&sealed, &self.recipients.seal(bytes)?)?;
            delivery.remove(&open);
        } else {
            delivery.put_private(&open, bytes)?;
            delivery.remove(&sealed);
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Lying> {
        let (open, sealed) = (self.path(name), self.path(&format!("{name}.age")));
        if open.exists() {
            return read_file(&open).map(Lying::Open);
        }
        if !sealed.exists() {
            return Ok(Lying::Nowhere);
        }
        match &self.identity {
            None => Ok(Lying::Sealed),
            identity => Identity::open(identity.as_ref(), &read_file(&sealed)?, &sealed).map(Lying::Open),
        }
    }

    /// How a file compares with what it should be: its text, whether encrypted or not.
    pub(super) fn compare(&self, name: &str, bytes: &[u8]) -> Result<KeyVerdict> {
        Ok(match self.read(name)? {
            Lying::Nowhere => KeyVerdict::NotHere,
            Lying::Sealed => KeyVerdict::Encrypted,
            Lying::Open(found) if found == bytes => KeyVerdict::Same,
            Lying::Open(_) => KeyVerdict::Differs,
        })
    }

    /// Encrypts a file that lies open although the pipeline names recipients by now.
    pub(super) fn close(&self, delivery: &mut Delivery, name: &str) -> Result<()> {
        match self.path(name) {
            open if self.seals() && open.exists() => self.write(delivery, name, &read_file(&open)?),
            _ => Ok(()),
        }
    }

    /// Copies a file as it lies, open or sealed, to where superseded draws are kept.
    pub(super) fn supersede(&self, delivery: &mut Delivery, name: &str, folder: &str) -> Result<()> {
        for name in [name.to_owned(), format!("{name}.age")] {
            let path = self.path(&name);
            if path.exists() {
                delivery.put_private(&format!("key/{folder}/{name}"), &read_file(&path)?)?;
            }
        }
        Ok(())
    }
}

/// The links of a sample, made anew from the secret of the series.
fn made(definition: &Definition, sampling: &Sampling, series: &Path, identity: Option<&Identity>) -> Result<Links> {
    let series = Series::read(&definition.resolve(series), identity)?;
    Ok(Links::new(&series, sampling.sample.units.iter().map(|unit| (unit.serial.as_str(), unit.id.as_str()))))
}

/// The links of a study that is one of a series, written beside its results when the sample is drawn and read from there
/// ever after. `vault` is none where the key stays shut.
pub(super) fn links(
    definition: &Definition,
    sampling: &Sampling,
    delivery: &mut Delivery,
    vault: Option<&Vault>,
    kept: Kept,
) -> Result<Option<Links>> {
    let Some(series) = &definition.key.series else { return Ok(None) };
    let path = delivery.folder().join(LINKS);
    if path.exists() && (vault.is_none() || kept == Kept::Unchanged) {
        let links = Links::read(&path)?;
        let drawn = sampling.sample.units.iter().map(|unit| unit.serial.as_str());
        let drawn: std::collections::BTreeSet<&str> = drawn.collect();
        if !links.of.keys().map(String::as_str).eq(drawn) {
            return Err(Error::file(&path, "the links are those of another sample")
                .expected("the serials of this study's draw")
                .hint("put back the frame, the seed and the design as when it was drawn; or take the file away to have it \
                       made again, with the secret of the series"));
        }
        return Ok(Some(links));
    }
    let Some(vault) = vault else {
        return Err(Error::file(&path, "the links of the sample are not there, and the key stays shut")
            .hint("run once without --without-key: the links are made when the sample is drawn"));
    };
    let links = made(definition, sampling, series.get_ref(), vault.identity.as_ref())?;
    delivery.put(LINKS, &links.csv()?)?;
    Ok(Some(links))
}

/// Compares the key folder and the links of a study with what they should be, file by file: of encrypted files the text
/// inside.
///
/// # Errors
/// As [`run`](super::run()), and when the identity cannot be read or opens nothing.
pub fn verify_key(definition: &Definition, folder: &Path, options: &Options) -> Result<Vec<(String, KeyVerdict)>> {
    let vault = Vault::of(definition, folder, options.identity.as_deref())?;
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, options.seed.as_deref())?;
    let plan = plan::plan(definition, &sampling)?;
    let mut verdicts = Vec::new();
    let mut compare = |name: &str, bytes: &[u8]| -> Result<()> {
        verdicts.push((format!("key/{name}"), vault.compare(name, bytes)?));
        Ok(())
    };
    compare("sample.csv", sampling.key.as_bytes())?;
    compare("sample.draw.json", sampling.record_for(&vault).to_json().as_bytes())?;
    for (name, bytes) in fieldwork::mailing_lists(definition, &sampling, &plan)? {
        compare(&name, &bytes)?;
    }
    if let Some(returned) = fieldwork::ingest(definition, &instrument, &sampling, &plan, &super::Silent)?
        && let Some(bytes) = fieldwork::reminder_list(definition, &sampling, &returned)?
    {
        compare(fieldwork::REMINDERS, &bytes)?;
    }
    if let Some(series) = &definition.key.series {
        let verdict = match made(definition, &sampling, series.get_ref(), vault.identity.as_ref()) {
            Err(_) => KeyVerdict::NoSeries,
            Ok(links)
                if read_file(&folder.join(LINKS)).is_ok_and(|bytes| links.csv().is_ok_and(|own| own == bytes)) =>
            {
                KeyVerdict::Same
            }
            Ok(_) => KeyVerdict::Differs,
        };
        verdicts.push((LINKS.to_owned(), verdict));
    }
    Ok(verdicts)
}

/// Puts the links of a run where it is to be made again: they cannot be made without the secret.
///
/// # Errors
/// When the file cannot be copied.
pub fn carry_links(from: &Path, to: &Path) -> Result<()> {
    let links = from.join(LINKS);
    if links.exists() { write_file(&to.join(LINKS), &read_file(&links)?) } else { Ok(()) }
}

/// Makes the secret of a new series of waves, encrypted where there are recipients. A file that is there is never replaced.
///
/// # Errors
/// When the file is there already, a recipient is none, or the system gives no random numbers.
pub fn new_series(path: &Path, recipients: &[String]) -> Result<Series> {
    if path.exists() {
        return Err(Error::file(path, "there is a file already, and the secret of a series cannot be made again")
            .hint("name another file; all waves of one series use the first one"));
    }
    let recipient = |text: &String| {
        text.parse::<Recipient>().map_err(|error| {
            Error::usage("this is not the public key of a recipient").found(format!("{text}: {error}"))
        })
    };
    let recipients = Recipients(recipients.iter().map(recipient).collect::<Result<_>>()?);
    let series = Series::new()?;
    let text = series.text().into_bytes();
    let bytes = if recipients.is_empty() { text } else { recipients.seal(&text)? };
    write_private(path, &bytes)?;
    Ok(series)
}
