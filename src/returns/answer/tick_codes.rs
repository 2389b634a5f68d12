//! Tick columns that hold codes: one for a response that is ticked, one for a response that is not though another is, and one
//! in all of them where nothing is ticked. So the columns of a question say some things twice, and can contradict each other.

use super::Fault;
use crate::returns::spelling::{fold, quoted};

/// The codes, as the pipeline file lists them. Where there are none, columns are read as ticks of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TickCodes {
    /// The response is ticked.
    #[serde(default)]
    pub ticked: Vec<String>,
    /// It is not, but another is.
    #[serde(default)]
    pub not_ticked: Vec<String>,
    /// No response to the question is ticked.
    #[serde(default)]
    pub none: Vec<String>,
}

/// What a code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    Ticked,
    Another,
    Nothing,
}

impl TickCodes {
    pub(super) fn means(&self, text: &str) -> Option<Tick> {
        let is = |list: &[String]| list.iter().any(|code| fold(code) == fold(text));
        if is(&self.ticked) {
            Some(Tick::Ticked)
        } else if is(&self.not_ticked) {
            Some(Tick::Another)
        } else {
            is(&self.none).then_some(Tick::Nothing)
        }
    }

    fn list(codes: &[String]) -> String {
        codes.join(" or ")
    }

    /// What the columns of a question say against each other. `columns` are those with what stands in them; nothing where
    /// that is no code, or nothing stands there. The second value is whether it cannot be told what was ticked.
    pub(super) fn contradictions(&self, columns: &[(u32, String, Option<Tick>)]) -> (Vec<Fault>, bool) {
        let any = |tick: Tick| columns.iter().any(|(_, _, said)| *said == Some(tick));
        let (ticked, another) = (any(Tick::Ticked), any(Tick::Another));
        let fault = |(column, text, _): &(u32, String, Option<Tick>), expected: String| {
            let found = if text.is_empty() { "nothing".to_owned() } else { quoted(text) };
            Fault::new("R071", found, expected).at(*column)
        };
        if another && !ticked {
            // Where one of them holds no code, that is the fault, and it may well have been the tick.
            let garbled = columns.iter().any(|(_, text, said)| said.is_none() && !text.is_empty());
            let said = columns.iter().find(|(_, _, said)| *said == Some(Tick::Another)).filter(|_| !garbled);
            let expected = format!("{} in one of the question's columns", Self::list(&self.ticked));
            return (said.map(|column| fault(column, expected)).into_iter().collect(), true);
        }
        let silent = |(_, text, said): &&(u32, String, Option<Tick>)| *said == Some(Tick::Nothing) || text.is_empty();
        let expected = || match ticked {
            true => format!(
                "{} or {}, because another column says that something is ticked",
                Self::list(&self.ticked),
                Self::list(&self.not_ticked)
            ),
            false => format!("{} as in the other columns", Self::list(&self.none)),
        };
        let unlike = columns.iter().filter(|column| silent(column) && (ticked || column.1.is_empty()));
        let mixed = ticked || any(Tick::Nothing);
        (unlike.filter(|_| mixed).map(|column| fault(column, expected())).collect(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> (Vec<u32>, bool) {
        let list = |code: &str| vec![code.to_owned()];
        let codes = TickCodes { ticked: list("1"), not_ticked: list("2"), none: list("-9") };
        let columns: Vec<_> =
            (0..).zip(texts).map(|(column, text)| (column, (*text).to_owned(), codes.means(text))).collect();
        let (faults, lost) = codes.contradictions(&columns);
        (faults.iter().filter_map(|fault| fault.column).collect(), lost)
    }

    #[test]
    fn columns_contradict_each_other_where_one_says_that_nothing_is_ticked() {
        assert_eq!(said(&["1", "2", "2"]), (vec![], false));
        assert_eq!(said(&["-9", "-9", "-9"]), (vec![], false));
        assert_eq!(said(&["", "", ""]), (vec![], false));
        assert_eq!(said(&["1", "-9", ""]), (vec![1, 2], false));
        assert_eq!(said(&["2", "2", "2"]), (vec![0], true));
        assert_eq!(said(&["2", "7", "2"]), (vec![], true));
        assert_eq!(said(&["-9", "", "-9"]), (vec![1], false));
    }
}
