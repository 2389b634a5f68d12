//! The columns of XLSForm's sheets, in all the spellings that its programs have understood.

/// What a column of the sheet `survey` holds; of the others where they have it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Column {
    Type,
    Name,
    List,
    Label,
    Hint,
    GuidanceHint,
    Required,
    RequiredMessage,
    Relevant,
    Constraint,
    ConstraintMessage,
    Calculation,
    Default,
    ReadOnly,
    Parameters,
    ChoiceFilter,
    Appearance,
    RepeatCount,
}

/// The name that is written, and those that are understood too.
pub(super) const SURVEY: [(Column, &[&str]); 17] = [
    (Column::Type, &["type", "command"]),
    (Column::Name, &["name", "tag", "value"]),
    (Column::Label, &["label", "caption"]),
    (Column::Hint, &["hint"]),
    (Column::GuidanceHint, &["guidance_hint"]),
    (Column::Required, &["required", "bind::required"]),
    (Column::RequiredMessage, &["required_message", "requiredmsg", "bind::jr:requiredmsg"]),
    (Column::Relevant, &["relevant", "relevance", "bind::relevant"]),
    (Column::Constraint, &["constraint", "bind::constraint"]),
    (
        Column::ConstraintMessage,
        &["constraint_message", "constraining_message", "bind::jr:constraintmsg", "constraint message"],
    ),
    (Column::Calculation, &["calculation", "calculate", "bind::calculate"]),
    (Column::Default, &["default"]),
    (Column::ReadOnly, &["read_only", "readonly", "bind::readonly"]),
    (Column::Parameters, &["parameters"]),
    (Column::ChoiceFilter, &["choice_filter"]),
    (Column::Appearance, &["appearance", "control::appearance", "body::appearance"]),
    (Column::RepeatCount, &["repeat_count", "count", "jr:count", "control::jr:count", "body::jr:count"]),
];

/// The same for the sheet `choices`.
pub(super) const CHOICES: [(Column, &[&str]); 3] =
    [(Column::List, &["list_name"]), (Column::Name, &["name", "value"]), (Column::Label, &["label", "caption"])];

impl Column {
    /// Whether it can stand in several languages.
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Column::Label | Column::Hint | Column::GuidanceHint | Column::RequiredMessage | Column::ConstraintMessage
        )
    }

    /// The name that is written.
    pub(super) fn heading(self) -> &'static str {
        let known = SURVEY.iter().chain(&CHOICES).find(|(column, _)| *column == self);
        known.and_then(|(_, names)| names.first().copied()).unwrap_or_default()
    }
}

/// What a heading means: the column, and the language of a text.
pub(super) fn read(heading: &str, known: &[(Column, &[&str])]) -> Option<(Column, Option<String>)> {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    let find = |name: &str| {
        known.iter().find(|(_, names)| names.iter().any(|known| normal(known) == name)).map(|(column, _)| *column)
    };
    let whole = normal(heading);
    if let Some(column) = find(&whole) {
        return Some((column, None));
    }
    // A language after two colons, or after one as long ago; `jr:constraintMsg` has a colon of its own.
    for mark in ["::", ":"] {
        for (at, _) in heading.match_indices(mark) {
            let (name, language) = (normal(&heading[..at]), heading[at + mark.len()..].trim());
            if let Some(column) = find(&name).filter(|column| column.is_text())
                && !language.is_empty()
            {
                return Some((column, Some(language.to_owned())));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_old_names_and_in_languages() {
        for (heading, column, language) in [
            ("Type", Column::Type, None),
            ("relevance", Column::Relevant, None),
            ("caption", Column::Label, None),
            ("label::English (en)", Column::Label, Some("English (en)")),
            ("label :: Français", Column::Label, Some("Français")),
            ("hint:French", Column::Hint, Some("French")),
            ("constraint message", Column::ConstraintMessage, None),
            ("bind::jr:constraintMsg::cy", Column::ConstraintMessage, Some("cy")),
            ("Constraint_Message::cy", Column::ConstraintMessage, Some("cy")),
        ] {
            assert_eq!(read(heading, &SURVEY), Some((column, language.map(str::to_owned))), "{heading}");
        }
        assert_eq!(read("list name", &CHOICES), Some((Column::List, None)));
        for heading in ["media::image", "bind::odk:length", "quorate::label", "relevant::English"] {
            assert_eq!(read(heading, &SURVEY), None, "{heading}");
        }
    }
}
