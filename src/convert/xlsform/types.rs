//! The types of XLSForm, in all the spellings that its programs have understood, and the kinds that they are here.

use crate::instrument::ItemKind;

/// What the type of a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// An item; with its list, and whether a response may be written in words.
    Item { kind: ItemKind, list: Option<String>, or_other: bool },
    /// A group or repeat begins.
    Begin(ItemKind),
    /// A group or repeat ends.
    End(ItemKind),
    /// Nothing that is understood here.
    Unknown,
}

/// The type without a list, under its name today and those of the past.
const PLAIN: [(ItemKind, &[&str]); 14] = [
    (ItemKind::Text, &["text", "string", "q string", "add text prompt", "add string prompt"]),
    (ItemKind::Integer, &["integer", "int", "q int", "add integer prompt"]),
    (ItemKind::Decimal, &["decimal", "q decimal", "add decimal prompt"]),
    (ItemKind::Range, &["range"]),
    (ItemKind::Date, &["date", "q date", "add date prompt"]),
    (ItemKind::Time, &["time", "q time", "add time prompt"]),
    (
        ItemKind::DateTime,
        &["datetime", "date time", "q datetime", "q date time", "add datetime prompt", "add date time prompt"],
    ),
    (ItemKind::Note, &["note", "q note", "add note prompt"]),
    (ItemKind::Calculate, &["calculate", "q calculate", "add calculate prompt"]),
    (ItemKind::Acknowledge, &["acknowledge", "q acknowledge", "add acknowledge prompt", "trigger"]),
    (ItemKind::Start, &["start", "start time", "get start time"]),
    (ItemKind::End, &["end", "end time", "get end time"]),
    (ItemKind::Today, &["today", "get today"]),
    (ItemKind::Other, &[]),
];

const ONE: [&str; 9] = [
    "select_one",
    "select one from",
    "select one using",
    "select one",
    "select1",
    "add select one prompt using",
    "q select1",
    "select_one_from",
    "select_one using",
];
const SEVERAL: [&str; 8] = [
    "select_multiple",
    "select all that apply from",
    "select all that apply",
    "select multiple from",
    "select multiple using",
    "add select multiple prompt using",
    "q select",
    "select multiple",
];
const OR_OTHER: [&str; 3] = [" or specify other", " or_other", " or other"];

/// What a type means.
pub(super) fn read(text: &str) -> Type {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let small = text.to_lowercase();
    let container = |word: &str| match word {
        "group" => Some(ItemKind::Group),
        "repeat" | "lgroup" | "looped group" => Some(ItemKind::Repeat),
        _ => None,
    };
    for (before, begins) in [("begin", true), ("end", false)] {
        let rest = small.strip_prefix(before).and_then(|rest| rest.strip_prefix([' ', '_']));
        if let Some(kind) = rest.and_then(container) {
            return if begins { Type::Begin(kind) } else { Type::End(kind) };
        }
    }
    if let Some((kind, _)) = PLAIN.iter().find(|(_, names)| names.contains(&small.as_str())) {
        return Type::Item { kind: *kind, list: None, or_other: false };
    }
    let ending = OR_OTHER.into_iter().find(|ending| small.ends_with(ending));
    let stem = &text[..text.len() - ending.map_or(0, str::len)];
    let lists = [(ItemKind::Single, &ONE[..]), (ItemKind::Multiple, &SEVERAL[..]), (ItemKind::Rank, &["rank"][..])];
    let found = lists.into_iter().flat_map(|(kind, names)| names.iter().map(move |name| (kind, *name)));
    let mut found: Vec<(ItemKind, &str)> = found
        .filter(|(_, name)| small.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))
        .filter(|(_, name)| stem.len() > name.len())
        .collect();
    found.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    match found.first() {
        Some((kind, name)) if !stem[name.len()..].trim().contains(' ') => {
            Type::Item { kind: *kind, list: Some(stem[name.len()..].trim().to_owned()), or_other: ending.is_some() }
        }
        _ => Type::Unknown,
    }
}

/// The type of an item that is no group, as XLSForm writes it today.
pub(super) fn write(kind: ItemKind, list: &str, or_other: bool, foreign: &str) -> String {
    let select = |name: &str| format!("{name} {list}{}", if or_other { " or_other" } else { "" });
    match kind {
        ItemKind::Single | ItemKind::Rating | ItemKind::YesNo => select("select_one"),
        ItemKind::Multiple => select("select_multiple"),
        ItemKind::Rank => format!("rank {list}"),
        ItemKind::DateTime => "dateTime".to_owned(),
        ItemKind::Other => foreign.to_owned(),
        kind => kind.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_spellings_mean_what_they_meant() {
        let item = |kind, list: Option<&str>, or_other| Type::Item { kind, list: list.map(str::to_owned), or_other };
        for (text, meant) in [
            ("text", item(ItemKind::Text, None, false)),
            ("add integer prompt", item(ItemKind::Integer, None, false)),
            ("dateTime", item(ItemKind::DateTime, None, false)),
            ("select_one yes_no", item(ItemKind::Single, Some("yes_no"), false)),
            ("select one from Agree", item(ItemKind::Single, Some("Agree"), false)),
            ("select all that apply from services or specify other", item(ItemKind::Multiple, Some("services"), true)),
            ("select_multiple  a   or_other", item(ItemKind::Multiple, Some("a"), true)),
            ("select1 a", item(ItemKind::Single, Some("a"), false)),
            ("rank a", item(ItemKind::Rank, Some("a"), false)),
            ("begin group", Type::Begin(ItemKind::Group)),
            ("BEGIN_REPEAT", Type::Begin(ItemKind::Repeat)),
            ("end lgroup", Type::End(ItemKind::Repeat)),
            ("end", item(ItemKind::End, None, false)),
            ("geopoint", Type::Unknown),
            ("select_one_from_file towns.csv", Type::Unknown),
            ("select_one", Type::Unknown),
        ] {
            assert_eq!(read(text), meant, "{text}");
        }
    }
}
