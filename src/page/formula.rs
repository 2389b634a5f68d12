//! Formulas as MathML, built from a few parts.

/// A name in italics: `p`.
pub(super) fn name(letters: &str) -> String {
    format!("<mi>{letters}</mi>")
}

/// A number.
pub(super) fn num(digits: &str) -> String {
    format!("<mn>{digits}</mn>")
}

/// A sign: `=`, `+`.
pub(super) fn sign(sign: &str) -> String {
    format!("<mo>{sign}</mo>")
}

/// Several parts in a row.
pub(super) fn row(parts: &[String]) -> String {
    format!("<mrow>{}</mrow>", parts.concat())
}

/// `base` with an index below.
pub(super) fn sub(base: &str, index: &str) -> String {
    format!("<msub><mi>{base}</mi><mi>{index}</mi></msub>")
}

/// `base` squared.
pub(super) fn squared(base: String) -> String {
    format!("<msup>{base}<mn>2</mn></msup>")
}

/// An estimate: `p` under a hat.
pub(super) fn hat(letter: &str) -> String {
    format!("<mover accent=\"true\"><mi>{letter}</mi><mo>^</mo></mover>")
}

/// One over another.
pub(super) fn over(top: String, bottom: String) -> String {
    format!("<mfrac>{}{}</mfrac>", row(&[top]), row(&[bottom]))
}

/// A square root.
pub(super) fn root(of: String) -> String {
    format!("<msqrt>{of}</msqrt>")
}

/// In parentheses.
pub(super) fn grouped(of: String) -> String {
    row(&[sign("("), of, sign(")")])
}

/// The sum over the strata h.
pub(super) fn sum(of: String) -> String {
    row(&["<munder><mo>∑</mo><mi>h</mi></munder>".to_owned(), of])
}

/// The whole formula on a line of its own; `spoken` says it for those who hear the page.
pub(super) fn display(spoken: &str, parts: &[String]) -> String {
    format!("<math displaystyle=\"true\" alttext=\"{spoken}\">{}</math>", row(parts))
}
