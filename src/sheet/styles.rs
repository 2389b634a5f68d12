//! The styles of an Open XML workbook, as far as they decide what a number is.

use std::collections::BTreeMap;

use super::limits::Reading;
use super::number_format::NumberFormat;
use super::xml::{Token, Xml};
use crate::error::Result;

/// Cell styles of a workbook: a program writes at most 65,490.
const MOST: usize = 1 << 20;

/// Reads the number format of every cell style, in the order of their numbers.
pub(super) fn read(mut xml: Xml<'_>, reading: &Reading<'_>) -> Result<Vec<NumberFormat>> {
    let mut codes: BTreeMap<u32, NumberFormat> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut within = false;
    loop {
        match xml.next()? {
            Token::Open(tag) => match tag.name.local() {
                b"numFmt" if !within => {
                    let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, tag.attribute("formatCode")) {
                        codes.insert(id, NumberFormat::of_code(&code));
                    }
                }
                b"cellXfs" => within = !tag.empty,
                b"xf" if within => {
                    let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    styles.push(codes.get(&id).copied().unwrap_or_else(|| NumberFormat::built_in(id)));
                }
                _ => {}
            },
            Token::Close(name) if name.local() == b"cellXfs" => within = false,
            Token::End => return Ok(styles),
            _ => {}
        }
        if styles.len() > MOST || codes.len() > MOST {
            return Err(reading.too_large("the workbook", "cell styles", MOST as u64));
        }
    }
}
