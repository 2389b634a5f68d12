//! Exports of survey programs: how they head their columns, and which of their columns hold no answers.
//!
//! An online form made from the instrument comes back as the export of the program that asked it. Each has habits of its
//! own, and they are recognised by their shape, never by the file's name:
//!
//! | program | columns | several responses |
//! | --- | --- | --- |
//! | KoboToolbox | names or labels, with the groups in front (`group/q1`) | one column, `q2/code` or `q2/label`, or both |
//! | ODK Central | names with the groups in front (`group-q1`), in a zip | codes with blanks, or `q2/code` |
//! | REDCap | names or labels | `q2___code`, or `label (choice=response)` |
//! | LimeSurvey | code, wording, or `code. wording` | `q2[code]`, or `wording [response]` |
//! | Qualtrics | names, below them wordings, below these `{"ImportId": ...}` | `q2_1` and `wording - Selected Choice - response` |
//! | SurveyMonkey | wordings, below them the responses or `Response` | wording above the first, responses below |
//! | Microsoft Forms, Google Forms | wordings | one cell, divided by `;` or by `, ` |

use super::headings::{Role, Tier};
use super::spelling::fold;
use crate::instrument::{Instrument, Question};
use crate::sheet::Cell;

/// The headings under which other programs export one response of several, with how sure they are.
pub(super) fn tick_spellings(question: &Question, code: &str, label: &str) -> Vec<(Tier, String)> {
    let id = &question.id;
    // REDCap writes codes in lower case, and a minus as an underscore.
    let redcap = code.to_lowercase().replace('-', "_");
    let mut spellings = vec![
        (Tier::Id, format!("{id}___{redcap}")),
        (Tier::Id, format!("{id}[{code}]")),
        (Tier::Exact, format!("{id}/{label}")),
        (Tier::Exact, format!("{id}[{label}]")),
        (Tier::Exact, format!("{id}_{code}")),
    ];
    for words in [&question.text, &question.label] {
        spellings.extend(
            [
                format!("{words}/{label}"),
                format!("{words} (choice={label})"),
                format!("{words} [{label}]"),
                format!("{id}[{code}]. {words} [{label}]"),
                format!("{words} - {label}"),
                format!("{words} - Selected Choice - {label}"),
            ]
            .map(|spelling| (Tier::Exact, spelling)),
        );
    }
    spellings
}

/// The headings under which other programs export a question, beside its id, label and wording.
pub(super) fn spellings(question: &Question) -> Vec<String> {
    [&question.text, &question.label]
        .iter()
        .flat_map(|words| [format!("{}. {words}", question.id), format!("{words} - Selected Choice")])
        .collect()
}

/// What stands behind the groups in front of a name: `b/q1`, then `q1` of `a/b/q1`; `q1` of `group-q1`.
pub(super) fn without_groups(heading: &str) -> impl Iterator<Item = &str> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '[' | ']');
    let is_path = !heading.is_empty() && heading.chars().all(plain);
    heading
        .char_indices()
        .filter(move |(at, c)| is_path && *at > 0 && matches!(c, '/' | '-'))
        .map(|(at, _)| &heading[at + 1..])
}

/// A program that exports, and its columns that hold no answers.
#[derive(Debug)]
struct Program {
    name: &'static str,
    /// The headings without which it is not this program.
    known_by: &'static [&'static str],
    /// Other headings of its own; those that end in `*` begin so.
    own: &'static [&'static str],
}

/// The programs that are known, the surer signs first.
const PROGRAMS: &[Program] = &[
    Program {
        name: "Qualtrics",
        known_by: &["ResponseId", "RecordedDate"],
        own: &[
            "StartDate",
            "EndDate",
            "Status",
            "IPAddress",
            "Progress",
            "Duration (in seconds)",
            "Finished",
            "RecipientLastName",
            "RecipientFirstName",
            "RecipientEmail",
            "ExternalReference",
            "ExternalDataReference",
            "LocationLatitude",
            "LocationLongitude",
            "DistributionChannel",
            "UserLanguage",
        ],
    },
    Program {
        name: "Qualtrics",
        known_by: &["ResponseID", "ResponseSet"],
        own: &[
            "StartDate",
            "EndDate",
            "Status",
            "IPAddress",
            "Name",
            "ExternalDataReference",
            "EmailAddress",
            "Finished",
        ],
    },
    Program {
        name: "SurveyMonkey",
        known_by: &["Respondent ID", "Collector ID"],
        own: &[
            "Date Created",
            "Date Modified",
            "IP Address",
            "Email Address",
            "First Name",
            "Last Name",
            "Custom Data*",
            "Custom Value",
            "collector_id",
            "respondent_id",
        ],
    },
    Program {
        name: "ODK Central",
        known_by: &["SubmissionDate", "KEY"],
        own: &[
            "meta-*",
            "start",
            "end",
            "today",
            "deviceid",
            "username",
            "phonenumber",
            "simserial",
            "SubmitterID",
            "SubmitterName",
            "AttachmentsPresent",
            "AttachmentsExpected",
            "Status",
            "ReviewState",
            "DeviceID",
            "Edits",
            "FormVersion",
            "instanceID",
            "instanceName",
        ],
    },
    Program {
        name: "KoboToolbox",
        known_by: &["_uuid", "_submission_time"],
        own: &[
            "_id",
            "_validation_status",
            "_notes",
            "_status",
            "_submitted_by",
            "__version__",
            "_tags",
            "_index",
            "start",
            "end",
            "today",
            "username",
            "deviceid",
            "meta/*",
            "formhub/uuid",
            "_xform_id_string",
            "_attachments",
            "_geolocation",
            "_version*",
            "rootUuid",
            "meta/rootUuid",
            "_submission__*",
        ],
    },
    Program {
        name: "LimeSurvey",
        known_by: &["lastpage", "startlanguage"],
        own: &[
            "id",
            "submitdate",
            "seed",
            "token",
            "startdate",
            "datestamp",
            "ipaddr",
            "refurl",
            "interviewtime",
            "groupTime*",
        ],
    },
    Program {
        name: "LimeSurvey",
        known_by: &["Last page", "Start language"],
        own: &[
            "Response ID",
            "Date submitted",
            "Seed",
            "Date started",
            "Date last action",
            "IP address",
            "Referrer URL",
        ],
    },
    Program {
        name: "Microsoft Forms",
        known_by: &["Start time", "Completion time"],
        own: &["ID", "Id", "Email", "Name", "Language", "Last modified time", "Total points", "Quiz feedback"],
    },
    Program {
        name: "REDCap",
        known_by: &["redcap_survey_identifier"],
        own: &[
            "redcap_event_name",
            "redcap_repeat_instrument",
            "redcap_repeat_instance",
            "redcap_data_access_group",
            "*_timestamp",
            "*_complete",
        ],
    },
    Program {
        name: "REDCap",
        known_by: &["Survey Identifier"],
        own: &["Event Name", "Survey Timestamp", "Complete?", "Record ID"],
    },
    Program { name: "Google Forms", known_by: &["Timestamp"], own: &["Email Address", "Username", "Score"] },
];

/// The program that a row of headings comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Export(&'static Program);

impl Export {
    /// Recognises a program by its own headings.
    pub fn of<'t>(headings: impl Iterator<Item = &'t str> + Clone) -> Option<Export> {
        let has = |name: &&str| headings.clone().any(|heading| heading.trim() == *name);
        let checkboxes = headings.clone().any(|heading| heading.contains("___"));
        let redcap = || PROGRAMS.iter().find(|program| program.name == "REDCap" && checkboxes);
        PROGRAMS.iter().find(|program| program.known_by.iter().all(|name| has(&name))).or_else(redcap).map(Export)
    }

    /// The program's name.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether a heading is one of the program's own: its column holds no answers.
    pub fn owns(self, heading: &str) -> bool {
        let heading = heading.trim();
        self.0.known_by.iter().chain(self.0.own).any(|own| match (own.strip_suffix('*'), own.strip_prefix('*')) {
            (Some(start), _) => heading.starts_with(start),
            (_, Some(end)) => heading.ends_with(end),
            _ => heading == *own,
        })
    }
}

/// What the row below a row of headings adds to it, if it is a second row of headings as some programs write one: the
/// columns that hold one response of several. `None` if the row holds answers.
///
/// `owner` tells the question above a column, where the one row has a heading and the other columns of the question none.
pub(super) fn second_row(
    cells: &[Cell],
    instrument: &Instrument,
    owner: &dyn Fn(u32) -> Option<usize>,
) -> Option<Vec<(u32, Role)>> {
    let filled: Vec<(&Cell, String)> =
        cells.iter().filter(|cell| !cell.value.is_blank()).map(|cell| (cell, cell.text().trim().to_owned())).collect();
    if filled.is_empty() {
        return None;
    }
    if filled.iter().filter(|(_, text)| text.starts_with("{\"ImportId\"")).count() * 2 > filled.len() {
        return Some(Vec::new());
    }
    let mut roles = Vec::new();
    let mut named = 0;
    for (cell, text) in filled {
        let folded = fold(&text);
        if matches!(folded.as_str(), "response" | "open-ended response" | "other (please specify)") {
            named += 1;
            continue;
        }
        let question = owner(cell.column)?;
        let scale = instrument.questions[question].scale.as_ref()?;
        let labels = scale.responses.iter().map(|r| &r.label).chain(scale.missing.iter().map(|r| &r.label));
        let choice = labels.map(|label| fold(label)).position(|label| label == folded)?;
        roles.push((cell.column, Role::Answer { question, choice: Some(choice) }));
        named += 1;
    }
    (named > 1).then_some(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_in_front_of_a_name_are_taken_off_one_by_one() {
        assert_eq!(without_groups("care/plan/q1").collect::<Vec<_>>(), ["plan/q1", "q1"]);
        assert_eq!(without_groups("care-q1").collect::<Vec<_>>(), ["q1"]);
        assert_eq!(without_groups("Is the plan up to date - or not?").count(), 0, "a wording is no path");
        assert_eq!(without_groups("q1").count(), 0);
    }

    #[test]
    fn programs_are_known_by_their_own_columns() {
        let of = |headings: &[&str]| Export::of(headings.iter().copied()).map(Export::name);
        assert_eq!(of(&["start", "q1", "_id", "_uuid", "_submission_time"]), Some("KoboToolbox"));
        assert_eq!(of(&["SubmissionDate", "plan-q1", "KEY"]), Some("ODK Central"));
        assert_eq!(of(&["record_id", "q1", "q2___h"]), Some("REDCap"));
        assert_eq!(of(&["id", "submitdate", "lastpage", "startlanguage", "q1"]), Some("LimeSurvey"));
        assert_eq!(of(&["StartDate", "RecordedDate", "ResponseId", "q1"]), Some("Qualtrics"));
        assert_eq!(of(&["Respondent ID", "Collector ID", "Is there a plan?"]), Some("SurveyMonkey"));
        assert_eq!(of(&["ID", "Start time", "Completion time", "Is there a plan?"]), Some("Microsoft Forms"));
        assert_eq!(of(&["Timestamp", "Is there a plan?"]), Some("Google Forms"));
        assert_eq!(of(&["serial", "q1", "q2"]), None);
        let kobo = Export::of(["_uuid", "_submission_time"].into_iter()).expect("Kobo");
        assert!(kobo.owns("meta/instanceID") && kobo.owns("_id") && !kobo.owns("q1"));
    }
}
