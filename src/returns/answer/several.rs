//! Several responses to one question: from tick columns, or from one cell.

use std::sync::Arc;

use super::choice::{Choices, How};
use super::tick_codes::{Tick, TickCodes};
use super::{Fault, Read, Reading};
use crate::editing::Conflict;
use crate::instrument::Answer;
use crate::returns::spelling::{fold, is_empty, quoted};
use crate::sheet::{Cell, Value};
use crate::terms::Missing;

/// What people put into a cell to tick it, and what exports do. The first is what the drop-down offers.
const TICKED: [&str; 12] =
    ["yes", "y", "x", "1", "true", "t", "\u{2713}", "\u{2714}", "ticked", "tick", "checked", "selected"];

/// What stands in a cell that is not ticked.
const NOT_TICKED: [&str; 9] = ["no", "n", "0", "false", "f", "-", "unticked", "unchecked", "not selected"];

/// What exports of other programs write: right without a word about it.
const USUAL: [&str; 6] = ["Yes", "No", "1", "0", "TRUE", "FALSE"];

/// Reads tick columns: the place of the response and the column of each.
pub(super) fn from_ticks<'c>(
    choices: &Choices,
    ticks: &[(usize, u32)],
    codes: &TickCodes,
    cell: &dyn Fn(u32) -> Option<&'c Cell>,
) -> Read {
    let mut ticked = Vec::new();
    let mut raw = Vec::new();
    let mut faults = Vec::new();
    let mut unreadable = false;
    let mut said = Vec::new();
    for &(response, column) in ticks {
        let Some(cell) = cell(column).filter(|cell| !cell.value.is_blank()) else {
            said.push((column, String::new(), None));
            continue;
        };
        let text = cell.text();
        let (code, _) = &choices.responses[response];
        raw.push(format!("{code}={text}"));
        let tick = codes.means(&text);
        said.push((column, text.clone(), tick));
        if let Some(tick) = tick {
            ticked.extend((tick == Tick::Ticked).then_some(response));
            continue;
        }
        let folded = fold(&text);
        // The response itself, by code or label, is a tick; another response's name is not.
        let named =
            choices.find(&text).is_some_and(|(found, _)| found == response) && !NOT_TICKED.contains(&folded.as_str());
        if matches!(cell.value, Value::Error(_)) {
            unreadable = true;
            faults.push(Fault::new("R016", quoted(&text), "Yes, or nothing").at(column));
        } else if named || TICKED.contains(&folded.as_str()) {
            ticked.push(response);
            if !named && !USUAL.contains(&text.as_str()) {
                faults.push(Fault::new("R013", quoted(&text), "read as \"Yes\"").at(column));
            }
        } else if !NOT_TICKED.contains(&folded.as_str()) && !folded.is_empty() {
            unreadable = true;
            let expected = format!("Yes, or nothing (for {:?})", choices.label(response));
            faults.push(Fault::new("R012", quoted(&text), expected).at(column));
        }
    }
    if *codes != TickCodes::default() {
        let (contradictions, lost) = codes.contradictions(&said);
        faults.extend(contradictions);
        unreadable |= lost;
    }
    let raw: Arc<str> = raw.join("; ").into();
    let blank = raw.is_empty();
    if unreadable {
        return Read {
            answer: Answer::Missing(Missing::Unreadable),
            conflict: None,
            raw,
            faults,
            blank,
            original: None,
        };
    }
    let first = ticks.iter().find(|(response, _)| ticked.contains(response)).map(|(_, column)| *column);
    let (answer, conflict) = match together(choices, ticked, &raw) {
        Ok(answer) => (answer, None),
        Err(mut fault) => {
            let given = fault.given.take();
            faults.push(match first {
                Some(column) => fault.at(column),
                None => fault,
            });
            given.map_or((Answer::Missing(Missing::Unreadable), None), |given| (given.0, Some(given.1)))
        }
    };
    Read { answer, conflict, raw, faults, blank, original: None }
}

/// Reads one cell with codes or labels divided by `;`, line ends, `|` or `,`, or codes divided by blanks.
pub(super) fn from_text(choices: &Choices, cell: &Cell, raw: &str) -> Reading {
    if matches!(cell.value, Value::Date(_) | Value::Time(_)) {
        return Err(choices
            .unknown(raw, raw)
            .hint("the spreadsheet has made a date of what was typed: type it again as text"));
    }
    if is_empty(raw) {
        return Ok((Answer::Missing(Missing::NotAnswered), None));
    }
    let (found, loosely) = names(choices, raw).map_err(|part| choices.unknown(&part, raw))?;
    let note = loosely.then(|| {
        let labels: Vec<String> = found.iter().map(|&r| format!("{:?}", choices.label(r))).collect();
        Fault::new("R013", quoted(raw), format!("read as {}", labels.join(" and ")))
    });
    together(choices, found, raw).map(|answer| (answer, note))
}

/// The responses that a text names, and whether any of them only loosely; the first part that names none otherwise.
pub(super) fn names(choices: &Choices, raw: &str) -> Result<(Vec<usize>, bool), String> {
    let mut found = Vec::new();
    let mut loosely = false;
    for part in raw.split([';', '\n', '|']).filter(|part| !is_empty(part)) {
        // A blank after the mark is how people write lists.
        let part = part.trim();
        if let Some((response, how)) = choices.find(part) {
            found.push(response);
            loosely |= how == How::Loosely;
            continue;
        }
        // Commas divide too, but labels may hold them: the longest run of pieces that is a response comes first.
        let pieces: Vec<&str> = part.split(',').collect();
        let mut at = 0;
        while at < pieces.len() {
            if is_empty(pieces[at]) {
                at += 1;
                continue;
            }
            let run = (at + 1..=pieces.len()).rev().find_map(|end| {
                choices.find(pieces[at..end].join(",").trim()).map(|(response, how)| (end, response, how))
            });
            match run {
                Some((end, response, how)) => {
                    found.push(response);
                    loosely |= how == How::Loosely;
                    at = end;
                }
                None => match codes_with_blanks(choices, pieces[at]) {
                    Some(responses) => {
                        found.extend(responses);
                        loosely = true;
                        at += 1;
                    }
                    None => return Err(pieces[at].trim().to_owned()),
                },
            }
        }
    }
    Ok((found, loosely))
}

/// Codes divided by blanks, as ODK writes them: every one must be a code to the letter.
fn codes_with_blanks(choices: &Choices, text: &str) -> Option<Vec<usize>> {
    text.split_whitespace().map(|code| choices.responses.iter().position(|(known, _)| known == code)).collect()
}

/// The answer that responses make together.
fn together(choices: &Choices, mut ticked: Vec<usize>, raw: &str) -> Result<Answer, Fault> {
    ticked.sort_unstable();
    ticked.dedup();
    match ticked.as_slice() {
        [] => Ok(Answer::Missing(Missing::NotAnswered)),
        [one] if *one >= choices.valid => Ok(choices.answer(*one)),
        [_] => Ok(Answer::Responses(ticked)),
        several => match several.iter().find(|&&response| choices.excludes(response)) {
            Some(&alone) => Err(Fault::new(
                "R015",
                quoted(raw),
                format!("{:?} alone, or the others without it", choices.label(alone)),
            )
            .given(choices.all_of(several), Conflict::Several(several.to_vec()))),
            None => Ok(Answer::Responses(ticked)),
        },
    }
}
