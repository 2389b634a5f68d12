//! The code on every page: by it a page that was torn off or scanned is known, and no name stands in it.
//!
//! `quorate-1/INSTRUMENT/VERSION/SERIAL/STYLE/LANGUAGE/PAGE/CHECK`, as a QR code of level M. CHECK has three digits: the sum of
//! the bytes before the last `/`, each times 3 to the power of its place counted from the right beginning with 0, modulo
//! 257. Because 257 is a prime and 3 a generator of it, every single wrong byte is found, and every exchange of two
//! neighbours that differ.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::error::{Error, Result};

/// What the code begins with.
const FORM: &str = "quorate-1";

/// What stands for the serial on a form that is nobody's.
const NOBODY: &str = "-";

/// What one page's code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCode {
    /// The instrument's id.
    pub instrument: String,
    /// The instrument's version.
    pub version: String,
    /// The serial; none on a blank master.
    pub serial: Option<String>,
    /// The style of the form: numbers of pages differ between styles.
    pub style: String,
    /// The language's code.
    pub language: String,
    /// The number of the page, from 1.
    pub page: usize,
}

impl PageCode {
    /// The text of the code.
    ///
    /// ```
    /// use quorate::issue::paper::PageCode;
    /// let code = PageCode {
    ///     instrument: "carers".to_owned(), version: "1".to_owned(), serial: Some("S-0042-S".to_owned()),
    ///     style: "standard".to_owned(), language: "en".to_owned(), page: 3,
    /// };
    /// assert!(code.text().starts_with("quorate-1/carers/1/S-0042-S/standard/en/3/"));
    /// assert_eq!(PageCode::read(&code.text()), Some(code));
    /// ```
    pub fn text(&self) -> String {
        let serial = self.serial.as_deref().unwrap_or(NOBODY);
        let plain = |text: &str| text.replace('/', "%2F");
        let body = format!(
            "{FORM}/{}/{}/{}/{}/{}/{}",
            plain(&self.instrument),
            plain(&self.version),
            plain(serial),
            plain(&self.style),
            plain(&self.language),
            self.page
        );
        format!("{body}/{:03}", check(&body))
    }

    /// Reads the text of a code; none where it is no such code or its check does not fit.
    pub fn read(text: &str) -> Option<PageCode> {
        let (body, digits) = text.rsplit_once('/')?;
        let [form, instrument, version, serial, style, language, page] =
            body.split('/').collect::<Vec<_>>().try_into().ok()?;
        let fits = form == FORM && digits.len() == 3 && digits == format!("{:03}", check(body));
        let plain = |text: &str| text.replace("%2F", "/");
        fits.then_some(())?;
        Some(PageCode {
            instrument: plain(instrument),
            version: plain(version),
            serial: Some(plain(serial)).filter(|serial| serial != NOBODY),
            style: plain(style),
            language: plain(language),
            page: page.parse().ok()?,
        })
    }

    /// The squares of the code, row by row, true where dark; and how many stand in a row.
    ///
    /// # Errors
    /// When instrument id, version and serial are too long for a code.
    pub(super) fn squares(&self) -> Result<(usize, Vec<bool>)> {
        let text = self.text();
        let code = (2..=6).find_map(|version| {
            // Bytes throughout, in the smallest code that holds them.
            let mut bits = Bits::new(Version::Normal(version));
            bits.push_byte_data(text.as_bytes()).ok()?;
            bits.push_terminator(EcLevel::M).ok()?;
            QrCode::with_bits(bits, EcLevel::M).ok()
        });
        let code = code.ok_or_else(|| {
            Error::data("the code of a page cannot be made").found(text).hint("shorten the instrument's id or version")
        })?;
        Ok((code.width(), code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect()))
    }
}

fn check(body: &str) -> u32 {
    let (sum, _) = body
        .bytes()
        .rev()
        .fold((0, 1), |(sum, weight), byte| ((sum + u32::from(byte) * weight) % 257, weight * 3 % 257));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> PageCode {
        PageCode {
            instrument: "carers-survey".to_owned(),
            version: "1.0/é".to_owned(),
            serial: Some("S-0042-S".to_owned()),
            style: "large-print".to_owned(),
            language: "en".to_owned(),
            page: 12,
        }
    }

    #[test]
    fn the_check_is_worked_out_as_documented() {
        // "ab": 98 * 1 + 97 * 3 = 389, which is 132 modulo 257.
        assert_eq!(check("ab"), 132);
        assert_eq!(PageCode::read(&code().text()), Some(code()));
        let blank = PageCode { serial: None, ..code() };
        assert_eq!(PageCode::read(&blank.text()), Some(blank));
    }

    #[test]
    fn one_wrong_letter_or_two_exchanged_are_found() {
        let text = code().text();
        let letters: Vec<char> = text.chars().collect();
        for place in 0..letters.len() {
            for other in ['0', '7', 'S', 'x', '-'] {
                let mut wrong = letters.clone();
                wrong[place] = other;
                let wrong: String = wrong.into_iter().collect();
                assert!(wrong == text || PageCode::read(&wrong).is_none(), "{wrong}");
            }
            if place > 0 && letters[place] != letters[place - 1] {
                let mut wrong = letters.clone();
                wrong.swap(place, place - 1);
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(PageCode::read(&wrong), None, "{wrong}");
            }
        }
    }
}
