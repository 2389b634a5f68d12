//! Csv: read in parts side by side, each column straight into codes.
//!
//! The file is cut at row ends into parts of a fixed size, whatever the number of threads, and the parts are joined in
//! their order, so that the result does not depend on who read what.

use std::borrow::Cow;
use std::path::Path;

use rayon::prelude::*;

use super::coder::{Coder, Values, is_missing};
use super::stream::{As, Batch, Passed, Piece, State, arranged};
use crate::error::{Error, Result};
use crate::files::read_file;

/// Bytes of a part: large enough that joining costs little, small enough to share out.
const PART: usize = 4 << 20;

/// Parts that are read side by side and passed on together.
const PARTS_AT_ONCE: usize = 8;

/// A column of a part.
enum Part {
    Codes(Box<Coder>),
    Numbers(Vec<f64>),
}

#[derive(Debug)]
pub(super) struct Delimited {
    bytes: Vec<u8>,
    separator: u8,
    /// Where the first data row starts.
    start: usize,
}

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Delimited)> {
    let bytes = decoded(read_file(path)?);
    let separator = separator(&bytes);
    let mut reader = reader(&bytes, separator);
    let mut header = csv::StringRecord::new();
    reader.read_record(&mut header).map_err(|error| fault(path, &error, 0))?;
    if header.iter().all(|name| name.trim().is_empty()) {
        return Err(Error::file(path, "the file has no header row")
            .found(if bytes.is_empty() { "an empty file" } else { "a blank first line" })
            .expected("the column names in the first line"));
    }
    let names = header.iter().map(|name| name.trim().to_owned()).collect();
    let start = reader.position().byte() as usize;
    Ok((names, Delimited { bytes, separator, start }))
}

/// As UTF-8 without the byte-order mark; what is not UTF-8 is read as Windows-1252, as Excel saves it.
fn decoded(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return bytes[3..].to_vec();
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let (encoding, _) = encoding_rs::Encoding::for_bom(&bytes).unwrap_or((encoding_rs::UTF_16LE, 2));
        return encoding.decode(&bytes).0.into_owned().into_bytes();
    }
    if std::str::from_utf8(&bytes).is_ok() {
        return bytes;
    }
    match encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0 {
        Cow::Borrowed(text) => text.as_bytes().to_vec(),
        Cow::Owned(text) => text.into_bytes(),
    }
}

/// The sign that stands most often between the names in the first line: comma, semicolon or tab.
fn separator(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0u32; 3];
    for &byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b'\t' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    if counts[0] >= counts[1] && counts[0] >= counts[2] {
        b','
    } else if counts[1] >= counts[2] {
        b';'
    } else {
        b'\t'
    }
}

fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes)
}

/// The rows of a part of a file.
enum Rows<'a> {
    /// Any csv.
    Quoted { reader: Box<csv::Reader<&'a [u8]>>, record: csv::ByteRecord },
    /// Without a quote every separator and every line end is one: nothing needs to be copied or remembered.
    Plain { data: &'a [u8], separator: u8, next: usize, start: usize, ends: Vec<usize> },
}

impl<'a> Rows<'a> {
    fn of(data: &'a [u8], separator: u8) -> Self {
        if data.contains(&b'"') {
            Rows::Quoted { reader: Box::new(reader(data, separator)), record: csv::ByteRecord::new() }
        } else {
            Rows::Plain { data, separator, next: 0, start: 0, ends: Vec::new() }
        }
    }

    /// Goes to the next row and gives its number of cells; none at the end. Blank lines are no rows.
    fn next(&mut self) -> Option<usize> {
        match self {
            // Reading bytes from memory, rows of any length: the reader has nothing to fail on.
            Rows::Quoted { reader, record } => reader.read_byte_record(record).unwrap_or(false).then_some(record.len()),
            Rows::Plain { data, separator, next, start, ends } => {
                ends.clear();
                let is_end = |byte: u8| byte == b'\n' || byte == b'\r';
                *next += data[*next..].iter().take_while(|byte| is_end(**byte)).count();
                *start = *next;
                let rest = &data[*next..];
                for (at, &byte) in rest.iter().enumerate() {
                    if byte == *separator {
                        ends.push(*start + at);
                    } else if is_end(byte) {
                        ends.push(*start + at);
                        *next += at + 1;
                        return Some(ends.len());
                    }
                }
                *next = data.len();
                (!rest.is_empty()).then(|| {
                    ends.push(data.len());
                    ends.len()
                })
            }
        }
    }

    /// A cell of the row.
    fn cell(&self, column: usize) -> &[u8] {
        match self {
            Rows::Quoted { record, .. } => &record[column],
            Rows::Plain { data, start, ends, .. } => {
                let from = if column == 0 { *start } else { ends[column - 1] + 1 };
                &data[from..ends[column]]
            }
        }
    }
}

fn fault(path: &Path, error: &csv::Error, row: usize) -> Error {
    Error::file(path, "the file cannot be read as csv")
        .at(format!("{} > row {}", path.display(), row + 2))
        .found(error.to_string())
}

/// A row with more or fewer cells than the header, counted from the first row of its part.
struct Ragged {
    row: usize,
    cells: usize,
}

impl Delimited {
    pub(super) fn read(&self, path: &Path, columns: &[usize], width: usize) -> Result<Vec<Values>> {
        let data = &self.bytes[self.start.min(self.bytes.len())..];
        let cuts = cuts(data);
        let mut parts = self.parts(data, &cuts, columns, width);
        if cuts.len() > 2 && parts.iter().any(|part| part.is_err()) {
            // Stray quotes can make a cut fall inside a cell: read again in one piece before calling it a fault.
            parts = self.parts(data, &[0, data.len()], columns, width);
        }
        let mut rows = 0;
        let mut read = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Ok((count, coders)) => {
                    rows += count;
                    read.push(coders);
                }
                Err(Ragged { row, cells }) => {
                    return Err(Error::file(path, "a row has not as many cells as the header")
                        .at(format!("{} > row {}", path.display(), rows + row + 2))
                        .found(format!("{cells} cells"))
                        .expected(format!("{width} cells"))
                        .hint("look for a separator inside a cell that is not in quotes"));
                }
            }
        }
        if rows == 0 {
            return Err(Error::file(path, "the file has no data rows").expected("at least one row below the header"));
        }
        let mut by_column: Vec<Vec<Coder>> = columns.iter().map(|_| Vec::with_capacity(read.len())).collect();
        for part in read {
            for (column, coder) in by_column.iter_mut().zip(part) {
                column.push(coder);
            }
        }
        Ok(by_column.into_par_iter().map(Coder::join).collect())
    }

    /// Passes over the rows some parts at a time.
    pub(super) fn stream(
        &self,
        wanted: &[(usize, As)],
        width: usize,
        mut each: impl FnMut(Batch) -> bool,
    ) -> Result<Passed> {
        let data = &self.bytes[self.start.min(self.bytes.len())..];
        let cuts = cuts(data);
        let mut states: Vec<State> = wanted
            .iter()
            .map(|(_, kind)| match kind {
                As::Codes => State::Texts(Box::new(Coder::new())),
                As::Numbers => State::Plain,
            })
            .collect();
        let mut first_row = 0;
        let pairs: Vec<(usize, usize)> = cuts.windows(2).map(|cut| (cut[0], cut[1])).collect();
        for parts in pairs.chunks(PARTS_AT_ONCE) {
            let read: Vec<Option<(usize, Vec<Part>)>> =
                parts.par_iter().map(|&(from, to)| self.streamed(&data[from..to], wanted, width)).collect();
            // A ragged row, a text among numbers: the reader of whole columns says what is wrong and where.
            let Some(read) = read.into_iter().collect::<Option<Vec<_>>>() else { return Ok(Passed::GivenUp) };
            let rows = read.iter().map(|(rows, _)| rows).sum();
            let mut by_column: Vec<Vec<Part>> = wanted.iter().map(|_| Vec::with_capacity(read.len())).collect();
            for (_, part) in read {
                part.into_iter().zip(&mut by_column).for_each(|(part, column)| column.push(part));
            }
            let columns = states
                .par_iter_mut()
                .zip(by_column)
                .map(|(state, parts)| match state {
                    State::Texts(coder) => {
                        for part in parts {
                            if let Part::Codes(part) = part {
                                coder.append(*part);
                            }
                        }
                        Piece::Codes(coder.take())
                    }
                    _ => Piece::Numbers(
                        parts
                            .into_iter()
                            .flat_map(|part| if let Part::Numbers(part) = part { part } else { Vec::new() })
                            .collect(),
                    ),
                })
                .collect();
            let levels = states.iter().map(State::levels).collect();
            if !each(Batch { first_row, rows, columns, levels }) {
                return Ok(Passed::GivenUp);
            }
            first_row += rows;
        }
        Ok(Passed::Whole(arranged(states)))
    }

    fn streamed(&self, data: &[u8], wanted: &[(usize, As)], width: usize) -> Option<(usize, Vec<Part>)> {
        let mut parts: Vec<Part> = wanted
            .iter()
            .map(|(_, kind)| match kind {
                As::Codes => Part::Codes(Box::new(Coder::new())),
                As::Numbers => Part::Numbers(Vec::new()),
            })
            .collect();
        let mut lines = Rows::of(data, self.separator);
        let mut rows = 0;
        while let Some(cells) = lines.next() {
            if cells != width {
                return None;
            }
            for (part, (column, _)) in parts.iter_mut().zip(wanted) {
                let cell = lines.cell(*column);
                match part {
                    Part::Codes(coder) => coder.push(cell),
                    Part::Numbers(numbers) => numbers.push(match cell.trim_ascii() {
                        cell if is_missing(cell) => f64::NAN,
                        cell => std::str::from_utf8(cell).ok()?.parse().ok()?,
                    }),
                }
            }
            rows += 1;
        }
        Some((rows, parts))
    }

    fn parts(
        &self,
        data: &[u8],
        cuts: &[usize],
        columns: &[usize],
        width: usize,
    ) -> Vec<std::result::Result<(usize, Vec<Coder>), Ragged>> {
        cuts.par_windows(2).map(|cut| self.part(&data[cut[0]..cut[1]], columns, width)).collect()
    }

    fn part(&self, data: &[u8], columns: &[usize], width: usize) -> std::result::Result<(usize, Vec<Coder>), Ragged> {
        let mut coders: Vec<Coder> = columns.iter().map(|_| Coder::new()).collect();
        let mut lines = Rows::of(data, self.separator);
        let mut rows = 0;
        while let Some(cells) = lines.next() {
            if cells != width {
                // One separator too many at the end of every line is common and harmless.
                let surplus_is_blank = (width..cells).all(|column| lines.cell(column).is_empty());
                if cells < width || !surplus_is_blank {
                    return Err(Ragged { row: rows, cells });
                }
            }
            for (coder, &column) in coders.iter_mut().zip(columns) {
                coder.push(lines.cell(column));
            }
            rows += 1;
        }
        Ok((rows, coders))
    }
}

/// Where to cut: at row ends outside quotes, about every [`PART`] bytes; from 0 to the length.
fn cuts(data: &[u8]) -> Vec<usize> {
    let mut cuts = vec![0];
    let mut quoted = false;
    let mut at = 0;
    while data.len() - at > PART {
        // The state of the quotes at the earliest cut, then on to the next row end outside them.
        quoted ^= data[at..at + PART].iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        at += PART;
        while at < data.len() {
            let byte = data[at];
            at += 1;
            if byte == b'"' {
                quoted = !quoted;
            } else if byte == b'\n' && !quoted {
                break;
            }
        }
        if at < data.len() {
            cuts.push(at);
        }
    }
    cuts.push(data.len());
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_told_from_the_header() {
        assert_eq!(separator(b"a;b;c\n1,5;2;3"), b';');
        assert_eq!(separator(b"\"a;b\",c\n"), b',');
        assert_eq!(separator(b"a\tb"), b'\t');
        assert_eq!(separator(b"a"), b',');
    }

    #[test]
    fn rows_without_quotes_are_read_as_csv_reads_them() {
        for text in
            ["a,b\n1,2\n", "a,b\r\n1,2\r\n\r\n3,4", "a,,\n,\n\n\n,x", "a\rb\r\r\nc", "", "\n\n", "x", ",", "a,b,"]
        {
            let mut plain = Rows::of(text.as_bytes(), b',');
            let mut full =
                Rows::Quoted { reader: Box::new(reader(text.as_bytes(), b',')), record: csv::ByteRecord::new() };
            loop {
                let (one, other) = (plain.next(), full.next());
                assert_eq!(one, other, "{text:?}");
                let Some(cells) = one else { break };
                for column in 0..cells {
                    assert_eq!(plain.cell(column), full.cell(column), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn cuts_fall_at_row_ends_outside_quotes() {
        let mut data = Vec::new();
        for row in 0..700_000u32 {
            data.extend_from_slice(format!("{row},\"two\nlines\"\n").as_bytes());
        }
        let cuts = cuts(&data);
        assert!(cuts.len() > 3);
        for &cut in &cuts[1..cuts.len() - 1] {
            assert!(data[..cut].ends_with(b"lines\"\n"));
        }
    }
}
