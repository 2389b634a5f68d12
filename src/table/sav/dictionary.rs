//! What an SPSS file says about its variables before the data begin.
//!
//! The layout is public through the documentation of GNU PSPP ("System File Format"). Records are read one after the
//! other; a variable is one or more elements of eight bytes in every case, and what extends it (long names, long texts,
//! the encoding) comes after it and refers to it by its short name.

use std::collections::BTreeMap;
use std::io::BufRead;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::bytes::{Bytes, Fault, Order};

/// How the data are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Bytecode,
    /// Bytecode inside zlib.
    Zlib,
}

/// What is known before the data.
#[derive(Debug)]
pub(super) struct Dictionary {
    pub(super) order: Order,
    pub(super) compression: Compression,
    /// What is taken from a bytecode to make its number.
    pub(super) bias: f64,
    /// The number that stands for nothing.
    pub(super) nothing: f64,
    /// The number of cases, where the file says it.
    pub(super) cases: Option<u64>,
    /// Eight-byte elements of each case.
    pub(super) elements: usize,
    pub(super) variables: Vec<Variable>,
    pub(super) encoding: &'static Encoding,
    /// Where the data begin.
    pub(super) start: u64,
}

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) missing: UserMissing,
}

/// What a variable's elements hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(usize),
    /// Seconds since the calendar's reform, shown as a date or as a date and time.
    Date(usize),
    DateTime(usize),
    /// A text of so many bytes, in pieces that begin at these elements.
    Text(usize, Vec<usize>),
}

/// The values that its owner declared to be missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct UserMissing {
    pub(super) values: Vec<[u8; 8]>,
    /// From the first to the last, both included.
    pub(super) range: Option<(f64, f64)>,
}

/// A piece of a text holds this much; a longer one has several.
const PIECE: usize = 255;

/// A text of a width above [`PIECE`] is declared in pieces of so many bytes.
const DECLARED: usize = 252;

/// A record of a variable as it stands.
struct Declared {
    /// 0 for a number, else the bytes of a text.
    width: usize,
    name: [u8; 8],
    format: u8,
    missing: UserMissing,
    element: usize,
}

/// What comes after the variables and extends them.
#[derive(Default)]
struct Extensions {
    code_page: i32,
    encoding: Vec<u8>,
    long_names: Vec<u8>,
    long_texts: Vec<u8>,
    long_missing: Vec<u8>,
    nothing: Option<f64>,
}

/// Reads on until the data begin.
pub(super) fn read(from: impl BufRead) -> Result<Dictionary, Fault> {
    let mut bytes = Bytes::new(from);
    let magic: [u8; 4] = bytes.array()?;
    if &magic != b"$FL2" && &magic != b"$FL3" {
        return Err(format!("it begins with {:?}, not with $FL2 or $FL3", String::from_utf8_lossy(&magic)));
    }
    bytes.skip(60)?;
    let layout: [u8; 4] = bytes.array()?;
    bytes.order = match (Order::Little.whole(layout), Order::Big.whole(layout)) {
        (2 | 3, _) => Order::Little,
        (_, 2 | 3) => Order::Big,
        (other, _) => return Err(format!("a layout of {other}, where 2 or 3 is known")),
    };
    bytes.skip(4)?;
    let compression = match bytes.whole()? {
        0 => Compression::None,
        1 => Compression::Bytecode,
        2 => Compression::Zlib,
        other => return Err(format!("a compression of kind {other}, where 0, 1 and 2 are known")),
    };
    bytes.skip(4)?;
    let cases = u64::try_from(bytes.whole()?).ok();
    let bias = bytes.array()?;
    let bias = bytes.order.number(bias);
    bytes.skip(9 + 8 + 64 + 3)?;
    let mut declared: Vec<Declared> = Vec::new();
    let mut elements = 0;
    let mut extensions = Extensions::default();
    loop {
        match bytes.whole()? {
            2 => {
                declared.extend(variable(&mut bytes, elements)?);
                elements += 1;
            }
            3 => labels(&mut bytes)?,
            4 => {
                let count = bytes.count()?;
                bytes.skip(4 * count)?;
            }
            6 => {
                let lines = bytes.count()?;
                bytes.skip(80 * lines)?;
            }
            7 => extension(&mut bytes, &mut extensions)?,
            999 => {
                bytes.skip(4)?;
                break;
            }
            other => return Err(format!("a record of kind {other} before byte {}", bytes.at)),
        }
    }
    let encoding = encoding(&extensions);
    let long_missing = long_missing(&extensions.long_missing, bytes.order);
    let variables = variables(&declared, &extensions, encoding, &long_missing)?;
    Ok(Dictionary {
        order: bytes.order,
        compression,
        bias,
        nothing: extensions.nothing.unwrap_or(-f64::MAX),
        cases,
        elements,
        variables,
        encoding,
        start: bytes.at,
    })
}

/// The record of a variable; none for one that only continues a text.
fn variable(bytes: &mut Bytes<impl BufRead>, element: usize) -> Result<Option<Declared>, Fault> {
    let width = bytes.whole()?;
    let (has_label, missing) = (bytes.whole()?, bytes.whole()?);
    let format = (bytes.whole()? >> 16) as u8;
    bytes.skip(4)?;
    let name = bytes.array()?;
    if has_label == 1 {
        let length = bytes.count()?;
        bytes.skip(length.div_ceil(4) * 4)?;
    }
    if !(-3..=3).contains(&missing) || missing == -1 {
        return Err(format!("{missing} missing values before byte {}", bytes.at));
    }
    let mut values = Vec::new();
    for _ in 0..missing.unsigned_abs() {
        values.push(bytes.array()?);
    }
    let mut declared = UserMissing::default();
    if missing < 0 {
        declared.range = Some((bytes.order.number(values[0]), bytes.order.number(values[1])));
        values.drain(..2);
    }
    declared.values = values;
    match usize::try_from(width) {
        Err(_) if width == -1 => Ok(None),
        Ok(width) if width <= PIECE => Ok(Some(Declared { width, name, format, missing: declared, element })),
        _ => Err(format!("a variable of width {width} before byte {}", bytes.at)),
    }
}

/// Passes over the labels of values: results name values by their codes.
fn labels(bytes: &mut Bytes<impl BufRead>) -> Result<(), Fault> {
    for _ in 0..bytes.count()? {
        bytes.skip(8)?;
        let [length] = bytes.array()?;
        // The length and the text fill up eights.
        bytes.skip((u64::from(length) + 1).div_ceil(8) * 8 - 1)?;
    }
    Ok(())
}

fn extension(bytes: &mut Bytes<impl BufRead>, extensions: &mut Extensions) -> Result<(), Fault> {
    let kind = bytes.whole()?;
    let (size, count) = (bytes.count()?, bytes.count()?);
    // Both are below 2^31, so that their product is no more than an i64 holds.
    let length = size * count;
    match kind {
        3 if length >= 32 => {
            bytes.skip(28)?;
            extensions.code_page = bytes.whole()?;
            bytes.skip(length - 32)?;
        }
        4 if length >= 8 => {
            let nothing = bytes.array()?;
            extensions.nothing = Some(bytes.order.number(nothing));
            bytes.skip(length - 8)?;
        }
        13 => extensions.long_names = bytes.text(length)?,
        14 => extensions.long_texts = bytes.text(length)?,
        20 => extensions.encoding = bytes.text(length)?,
        22 => extensions.long_missing = bytes.text(length)?,
        _ => bytes.skip(length)?,
    }
    Ok(())
}

fn encoding(extensions: &Extensions) -> &'static Encoding {
    let by_page = || match extensions.code_page {
        65001 => Some(UTF_8),
        page if page > 4 => Encoding::for_label(format!("windows-{page}").as_bytes()),
        _ => None,
    };
    Encoding::for_label(extensions.encoding.trim_ascii()).or_else(by_page).unwrap_or(WINDOWS_1252)
}

/// `SHORT=value` pairs, each ended by a tab.
fn pairs<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> BTreeMap<&'a [u8], String> {
    let parts = bytes.split(|&byte| byte == b'\t');
    parts
        .filter_map(|part| {
            let at = part.iter().position(|&byte| byte == b'=')?;
            let value = part[at + 1..].split(|&byte| byte == 0).next().unwrap_or_default();
            Some((part[..at].trim_ascii(), encoding.decode_without_bom_handling(value).0.trim().to_owned()))
        })
        .collect()
}

/// The missing values of texts of more than eight bytes, by the variable's name.
fn long_missing(mut bytes: &[u8], order: Order) -> BTreeMap<Vec<u8>, Vec<[u8; 8]>> {
    let mut found = BTreeMap::new();
    let mut next = || -> Option<(Vec<u8>, Vec<[u8; 8]>)> {
        let mut take = |length: usize| -> Option<&[u8]> {
            let (head, tail) = bytes.split_at_checked(length)?;
            bytes = tail;
            Some(head)
        };
        let length = |bytes: &[u8]| usize::try_from(order.whole(bytes.try_into().ok()?)).ok();
        let name_length = length(take(4)?)?;
        let name = take(name_length)?.trim_ascii().to_vec();
        let count = usize::from(*take(1)?.first()?);
        let value_length = length(take(4)?)?;
        let mut values = Vec::new();
        for _ in 0..count {
            let mut value = [b' '; 8];
            let text = take(value_length)?;
            let kept = text.len().min(8);
            value[..kept].copy_from_slice(&text[..kept]);
            values.push(value);
        }
        Some((name, values))
    };
    while let Some((name, values)) = next() {
        found.insert(name, values);
    }
    found
}

fn variables(
    declared: &[Declared],
    extensions: &Extensions,
    encoding: &'static Encoding,
    long_missing: &BTreeMap<Vec<u8>, Vec<[u8; 8]>>,
) -> Result<Vec<Variable>, Fault> {
    let (names, widths) = (pairs(&extensions.long_names, encoding), pairs(&extensions.long_texts, encoding));
    let mut variables = Vec::new();
    let mut rest = declared;
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        let short = first.name.trim_ascii();
        let shown = || encoding.decode_without_bom_handling(short).0.into_owned();
        let name = names.get(short).filter(|name| !name.is_empty()).cloned().unwrap_or_else(shown);
        let mut missing = first.missing.clone();
        let kind = match (first.width, first.format) {
            (0, 20 | 23 | 24 | 28 | 29 | 30 | 38 | 39) => Kind::Date(first.element),
            (0, 22 | 41) => Kind::DateTime(first.element),
            (0, _) => Kind::Number(first.element),
            (width, _) => {
                let width = widths.get(short).and_then(|width| width.parse().ok()).unwrap_or(width);
                let more = if width > PIECE { width.div_ceil(DECLARED) - 1 } else { 0 };
                if more > rest.len() {
                    return Err(format!("a text of {width} bytes whose pieces are not there: {name:?}"));
                }
                let pieces = rest[..more].iter().map(|piece| piece.element);
                let pieces = std::iter::once(first.element).chain(pieces).collect();
                rest = &rest[more..];
                let long = long_missing.get(name.as_bytes()).or_else(|| long_missing.get(short));
                missing.values.extend(long.into_iter().flatten());
                Kind::Text(width, pieces)
            }
        };
        variables.push(Variable { name, kind, missing });
    }
    Ok(variables)
}
