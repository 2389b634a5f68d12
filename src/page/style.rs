//! What the page carries in its head: the style sheet with fonts and inks inside, the script, and the policy that
//! forbids all else.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::chart::palette::{Rgb, SWATCHES, Swatch, hex};

const SHEET: &str = include_str!("../../assets/page/page.css");

/// Sorts tables and filters answers; the page is whole without it.
pub(crate) const SCRIPT: &str = include_str!("../../assets/page/page.js");

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/OpenSans-Regular.woff2");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/OpenSans-Bold.woff2");

/// Nothing may be loaded and only our script, known by its hash, may run.
pub(crate) fn policy() -> String {
    let hash = base64(&Sha256::digest(SCRIPT.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; font-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// The style sheet.
pub(crate) fn sheet() -> String {
    let mut css = String::new();
    for (weight, font) in [(400, REGULAR), (700, BOLD)] {
        let _ = writeln!(
            css,
            "@font-face{{font-family:\"Open Sans\";font-weight:{weight};font-display:swap;src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
            base64(font)
        );
    }
    let inks = |form: fn(&Swatch) -> Rgb| -> String {
        SWATCHES.iter().map(|swatch| format!("--ink-{}:{};", swatch.name, hex(form(swatch)))).collect()
    };
    let _ = writeln!(css, ":root{{{}}}", inks(|swatch| swatch.light));
    let _ = writeln!(css, "@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}", inks(|swatch| swatch.dark));
    for swatch in &SWATCHES {
        let name = swatch.name;
        let _ = writeln!(css, ".fill-{name}{{fill:var(--ink-{name})}}.stroke-{name}{{stroke:var(--ink-{name})}}");
    }
    css.push_str(SHEET);
    css
}

/// Base 64 with padding, as in RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_gives_the_vectors_of_rfc_4648() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
