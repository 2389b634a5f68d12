//! The cases of an SPSS file, one after the other: as they stand, or unpacked.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::ZlibDecoder;

use super::bytes::{Fault, Order};
use super::dictionary::{Compression, Dictionary};

/// Passes over the cases. Whatever the file claims, only one case is in memory.
pub(super) struct Cases<R: BufRead> {
    from: Stream<R>,
    order: Order,
    compression: Compression,
    bias: f64,
    nothing: [u8; 8],
    /// The commands of eight elements, and the next of them.
    commands: [u8; 8],
    next: usize,
    case: Vec<[u8; 8]>,
    read: u64,
    expected: Option<u64>,
}

enum Stream<R: BufRead> {
    Plain(R),
    Inflated(Box<BufReader<Inflated<R>>>),
}

impl<R: BufRead> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Stream::Plain(from) => from.read(buffer),
            Stream::Inflated(from) => from.read(buffer),
        }
    }
}

impl<R: BufRead> Cases<R> {
    /// From where the data begin.
    pub(super) fn new(mut from: R, dictionary: &Dictionary) -> Result<Self, Fault> {
        let order = dictionary.order;
        let from = match dictionary.compression {
            Compression::None | Compression::Bytecode => Stream::Plain(from),
            Compression::Zlib => {
                let mut head = [0; 24];
                from.read_exact(&mut head).map_err(|_| "the file ends where its data should begin".to_owned())?;
                let mut trailer = [0; 8];
                trailer.copy_from_slice(&head[8..16]);
                let length = u64::try_from(order.long(trailer)).ok().and_then(|t| t.checked_sub(dictionary.start + 24));
                let length = length.ok_or("the end of the packed data lies before their start")?;
                Stream::Inflated(Box::new(BufReader::new(Inflated::Between(from.take(length)))))
            }
        };
        Ok(Cases {
            from,
            order,
            compression: dictionary.compression,
            bias: dictionary.bias,
            nothing: order.bytes(dictionary.nothing),
            commands: [0; 8],
            next: 8,
            case: vec![[b' '; 8]; dictionary.elements],
            read: 0,
            expected: dictionary.cases,
        })
    }

    /// The elements of the next case, numbers in the file's order of bytes; none after the last.
    pub(super) fn next(&mut self) -> Result<Option<&[[u8; 8]]>, Fault> {
        if self.expected == Some(self.read) {
            return Ok(None);
        }
        for place in 0..self.case.len() {
            let element = match self.compression {
                Compression::None => self.raw()?,
                Compression::Bytecode | Compression::Zlib => self.unpacked()?,
            };
            match element {
                Some(element) => self.case[place] = element,
                None if place == 0 && self.expected.is_none() => return Ok(None),
                None => return Err(self.cut_off()),
            }
        }
        if self.case.is_empty() {
            return Ok(None);
        }
        self.read += 1;
        Ok(Some(&self.case))
    }

    fn cut_off(&self) -> Fault {
        match self.expected {
            Some(expected) => format!("the data end in row {} of {expected}", self.read + 1),
            None => format!("the data end in the middle of row {}", self.read + 1),
        }
    }

    /// The next eight bytes; none at the end.
    fn raw(&mut self) -> Result<Option<[u8; 8]>, Fault> {
        let mut bytes = [0; 8];
        let mut filled = 0;
        while filled < 8 {
            match self.from.read(&mut bytes[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(self.cut_off()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(format!("{error}, in row {}", self.read + 1)),
            }
        }
        Ok(Some(bytes))
    }

    /// The next element of bytecode.
    fn unpacked(&mut self) -> Result<Option<[u8; 8]>, Fault> {
        loop {
            if self.next == 8 {
                let Some(commands) = self.raw()? else { return Ok(None) };
                self.commands = commands;
                self.next = 0;
            }
            let command = self.commands[self.next];
            self.next += 1;
            return Ok(Some(match command {
                0 => continue,
                252 => return Ok(None),
                253 => match self.raw()? {
                    Some(element) => element,
                    None => return Err(self.cut_off()),
                },
                254 => [b' '; 8],
                255 => self.nothing,
                code => self.order.bytes(f64::from(code) - self.bias),
            }));
        }
    }
}

/// Packed blocks one after the other, each a zlib stream of its own, read as one.
enum Inflated<R: BufRead> {
    Between(std::io::Take<R>),
    Within(ZlibDecoder<std::io::Take<R>>),
    Over,
}

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            *self = match std::mem::replace(self, Inflated::Over) {
                Inflated::Over => return Ok(0),
                Inflated::Between(mut from) => {
                    if from.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    Inflated::Within(ZlibDecoder::new(from))
                }
                Inflated::Within(mut decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        *self = Inflated::Within(decoder);
                        return Ok(count);
                    }
                    Inflated::Between(decoder.into_inner())
                }
            };
        }
    }
}
