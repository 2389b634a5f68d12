//! Columns coded into levels.

use std::collections::HashMap;

/// The code of a missing value.
pub const MISSING: u32 = u32::MAX;

/// A column: for every row the code of its level, or [`MISSING`].
///
/// Levels are in the order in which they are shown: by size when all are numbers, else as texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    codes: Vec<u32>,
    levels: Vec<String>,
    /// The levels as numbers, when all are.
    numbers: Option<Vec<f64>>,
}

impl Values {
    /// For every row the code of its level.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The levels, as they are shown.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The levels as numbers, when all are plain numbers (a code such as `007` is a text).
    pub fn level_numbers(&self) -> Option<&[f64]> {
        self.numbers.as_deref()
    }

    /// The level in a row; none when it is missing.
    pub fn label_at(&self, row: usize) -> Option<&str> {
        self.levels.get(self.codes[row] as usize).map(String::as_str)
    }

    /// The numbers, NaN where missing.
    ///
    /// # Errors
    /// The first row whose value is no number.
    pub fn numbers(&self) -> Result<Vec<f64>, usize> {
        let parsed: Vec<Option<f64>> = match &self.numbers {
            Some(numbers) => numbers.iter().map(|&number| Some(number)).collect(),
            None => self.levels.iter().map(|level| number_of(level)).collect(),
        };
        self.codes
            .iter()
            .enumerate()
            .map(|(row, &code)| match code {
                MISSING => Ok(f64::NAN),
                code => parsed[code as usize].ok_or(row),
            })
            .collect()
    }

    /// How the levels are shown: as they are.
    pub(super) fn arrangement(&self) -> Arrangement {
        let place = (0..self.levels.len() as u32).collect();
        Arrangement { place, shown: self.levels.clone(), numbers: self.numbers.clone() }
    }

    /// From codes into levels in order of first appearance.
    pub(super) fn arranged(mut codes: Vec<u32>, arrangement: Arrangement) -> Self {
        for code in codes.iter_mut().filter(|code| **code != MISSING) {
            *code = arrangement.place[*code as usize];
        }
        Values { codes, levels: arrangement.shown, numbers: arrangement.numbers }
    }

    /// Only some of the rows, with the levels that these have.
    pub(crate) fn of_rows(&self, rows: &[usize]) -> Self {
        let mut place = vec![MISSING; self.levels.len()];
        for &row in rows {
            if let Some(met) = place.get_mut(self.codes[row] as usize) {
                *met = 0;
            }
        }
        let left: Vec<usize> = (0..place.len()).filter(|&level| place[level] != MISSING).collect();
        left.iter().zip(0..).for_each(|(&level, new)| place[level] = new);
        Values {
            codes: rows.iter().map(|&row| place.get(self.codes[row] as usize).copied().unwrap_or(MISSING)).collect(),
            levels: left.iter().map(|&level| self.levels[level].clone()).collect(),
            numbers: self.numbers.as_ref().map(|numbers| left.iter().map(|&level| numbers[level]).collect()),
        }
    }

    /// From numbers, NaN where missing.
    pub(crate) fn from_numbers(numbers: impl Iterator<Item = f64>) -> Self {
        let mut coder = NumberCoder::new();
        let codes = numbers.map(|number| coder.code(number)).collect();
        Values::arranged(codes, coder.arrangement())
    }
}

/// The order in which levels are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrangement {
    /// For each level in order of first appearance its place among those shown.
    pub place: Vec<u32>,
    /// The levels as they are shown.
    pub shown: Vec<String>,
    numbers: Option<Vec<f64>>,
}

impl Arrangement {
    /// The levels shown as numbers, when all are plain numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        self.numbers.as_deref()
    }

    /// Texts by size when all are plain numbers, else as texts; 1 and 1.0 are one level, shown as 1.
    fn of_texts(levels: &[String]) -> Self {
        let numbers: Option<Vec<f64>> = levels.iter().map(|level| plain_number(level)).collect();
        let mut order: Vec<usize> = (0..levels.len()).collect();
        let Some(numbers) = numbers else {
            order.sort_by(|&a, &b| levels[a].cmp(&levels[b]));
            let mut place = vec![0; levels.len()];
            order.iter().enumerate().for_each(|(rank, &level)| place[level] = rank as u32);
            return Arrangement {
                place,
                shown: order.iter().map(|&level| levels[level].clone()).collect(),
                numbers: None,
            };
        };
        // Adding zero makes -0 a 0.
        let numbers: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
        Self::of_numbers(&numbers)
    }

    fn of_numbers(numbers: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
        let mut place = vec![0; numbers.len()];
        let mut sizes: Vec<f64> = Vec::new();
        for &level in &order {
            if sizes.last() != Some(&numbers[level]) {
                sizes.push(numbers[level]);
            }
            place[level] = sizes.len() as u32 - 1;
        }
        Arrangement { place, shown: sizes.iter().map(f64::to_string).collect(), numbers: Some(sizes) }
    }
}

/// Gives codes to numbers in order of first appearance.
#[derive(Debug)]
pub(super) struct NumberCoder {
    known: HashMap<u64, u32>,
    /// Answers are small whole numbers: for them a table instead of a map.
    small: [u32; 256],
    sizes: Vec<f64>,
}

impl NumberCoder {
    pub(super) fn new() -> Self {
        NumberCoder { known: HashMap::new(), small: [MISSING; 256], sizes: Vec::new() }
    }

    pub(super) fn levels(&self) -> usize {
        self.sizes.len()
    }

    #[inline]
    pub(super) fn code(&mut self, number: f64) -> u32 {
        let whole = number as u8;
        // A missing value is no number, and equals none.
        if f64::from(whole) == number {
            let code = self.small[usize::from(whole)];
            if code != MISSING {
                return code;
            }
        }
        self.new_or_large(number)
    }

    /// The code of a whole number that a floating-point number holds exactly.
    #[inline]
    pub(super) fn code_of_whole(&mut self, whole: i64) -> u32 {
        match u8::try_from(whole).map(|small| self.small[usize::from(small)]) {
            Ok(code) if code != MISSING => code,
            _ => self.new_or_large(whole as f64),
        }
    }

    fn new_or_large(&mut self, number: f64) -> u32 {
        if number.is_nan() {
            return MISSING;
        }
        // Adding zero makes -0 a 0.
        let number = number + 0.0;
        let next = self.sizes.len() as u32;
        let code = *self.known.entry(number.to_bits()).or_insert(next);
        if code == next {
            self.sizes.push(number);
        }
        let whole = number as u8;
        if f64::from(whole) == number {
            self.small[usize::from(whole)] = code;
        }
        code
    }

    pub(super) fn arrangement(&self) -> Arrangement {
        Arrangement::of_numbers(&self.sizes)
    }
}

/// A number as a person writes one; not a code with leading zeros, nor a name such as `inf`.
fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || (digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit())
    {
        return None;
    }
    // A number of more than fifteen digits is an identifier: as a number it would lose its last ones.
    if digits.len() > 15 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The number that a text stands for where a number is wanted.
fn number_of(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("true") {
        Some(1.0)
    } else if text.eq_ignore_ascii_case("false") {
        Some(0.0)
    } else {
        text.parse().ok()
    }
}

/// Whether a cell's text stands for no value.
pub(super) fn is_missing(text: &[u8]) -> bool {
    matches!(text, b"" | b"NA" | b"NaN" | b"nan" | b"null" | b"NULL" | b"N/A" | b"#N/A")
}

/// Gives codes to texts in order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Coder {
    known: HashMap<Box<[u8]>, u32>,
    levels: Vec<Box<[u8]>>,
    /// Code plus one of texts of one byte; zero when not met yet.
    short: Vec<u32>,
    /// The last few texts, placed by a hash of their first bytes: most columns repeat few values.
    recent: Vec<(u64, u32)>,
    codes: Vec<u32>,
}

impl Coder {
    pub(super) fn new() -> Self {
        Coder { short: vec![0; 256], recent: vec![(0, 0); 512], ..Coder::default() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, text: &[u8]) {
        let code = match text {
            [] => MISSING,
            [byte] => match self.short[usize::from(*byte)] {
                0 => {
                    let code = if byte.is_ascii_whitespace() { MISSING } else { self.look_up(text) };
                    self.short[usize::from(*byte)] = code.wrapping_add(1);
                    code
                }
                known => known - 1,
            },
            _ if text.len() <= 7 => {
                let mut packed = text.len() as u64;
                for &byte in text {
                    packed = packed << 8 | u64::from(byte);
                }
                let place = (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize;
                let (key, code) = self.recent[place];
                if key == packed {
                    code
                } else {
                    let code = self.look_up(text);
                    self.recent[place] = (packed, code);
                    code
                }
            }
            _ => self.look_up(text),
        };
        self.codes.push(code);
    }

    fn look_up(&mut self, text: &[u8]) -> u32 {
        let text = text.trim_ascii();
        if is_missing(text) {
            return MISSING;
        }
        if let Some(&code) = self.known.get(text) {
            return code;
        }
        let code = self.levels.len() as u32;
        self.known.insert(text.into(), code);
        self.levels.push(text.into());
        code
    }

    /// The number of levels met.
    pub(super) fn levels(&self) -> usize {
        self.levels.len()
    }

    /// Takes over the rows of a coder of later rows.
    pub(super) fn append(&mut self, part: Coder) {
        let map: Vec<u32> = part.levels.iter().map(|level| self.look_up(level)).collect();
        self.codes.extend(part.codes.iter().map(|&code| map.get(code as usize).copied().unwrap_or(MISSING)));
    }

    /// Takes the codes out and keeps the levels.
    pub(super) fn take(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.codes)
    }

    pub(super) fn arrangement(&self) -> Arrangement {
        let levels: Vec<String> = self.levels.iter().map(|level| String::from_utf8_lossy(level).into_owned()).collect();
        Arrangement::of_texts(&levels)
    }

    /// Joins columns coded in parts, in the order of the parts.
    pub(super) fn join(parts: Vec<Coder>) -> Values {
        let mut whole = Coder::new();
        whole.codes.reserve_exact(parts.iter().map(|part| part.codes.len()).sum());
        for part in parts {
            whole.append(part);
        }
        let arrangement = whole.arrangement();
        Values::arranged(whole.codes, arrangement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(texts: &[&str]) -> Values {
        let mut coder = Coder::new();
        for text in texts {
            coder.push(text.as_bytes());
        }
        Coder::join(vec![coder])
    }

    #[test]
    fn numbers_are_ordered_by_size_and_written_plainly() {
        let values = coded(&["10", "9", "1.0", "", "1", " 9 ", "NA"]);
        assert_eq!(values.levels(), ["1", "9", "10"]);
        assert_eq!(values.codes(), [2, 1, 0, MISSING, 0, 1, MISSING]);
    }

    #[test]
    fn leading_zeros_make_texts() {
        let values = coded(&["007", "7", "12"]);
        assert_eq!(values.levels(), ["007", "12", "7"]);
        assert_eq!(values.level_numbers(), None);
        assert_eq!(values.numbers(), Ok(vec![7.0, 7.0, 12.0]));
        assert_eq!(coded(&["1", "two"]).numbers(), Err(1));
    }

    #[test]
    fn long_identifiers_stay_apart() {
        assert_eq!(coded(&["12345678901234567", "12345678901234568"]).levels().len(), 2);
    }

    #[test]
    fn parts_join_to_the_whole() {
        let texts = ["b", "a", "long text", "", "b", "long text", "c", "two", "two"];
        let parts: Vec<Coder> = texts
            .chunks(2)
            .map(|chunk| {
                let mut coder = Coder::new();
                chunk.iter().for_each(|text| coder.push(text.as_bytes()));
                coder
            })
            .collect();
        assert_eq!(Coder::join(parts), coded(&texts));
    }

    #[test]
    fn numbers_code_like_their_texts() {
        let from = Values::from_numbers([2.0, f64::NAN, -0.0, 2.0, 0.5].into_iter());
        assert_eq!(from, coded(&["2", "", "0", "2", "0.5"]));
    }
}
