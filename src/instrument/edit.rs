//! Edit rules: what is done where answers contradict each other or the question itself. Numbered, in words, and counted.

use std::ops::Range;

use crate::expression::Expression;
use crate::instrument::Answer;
use crate::terms::Missing;

/// A rule by which contradictory answers are treated.
///
/// [`Instrument::edits`](super::Instrument::edits) holds those that the instrument declares, and one of its own for each kind
/// of contradiction that it does not speak of. [`crate::editing`] applies them.
#[derive(Debug, Clone, PartialEq)]
pub struct EditRule {
    /// Its number: short, unique in the instrument, and never used for another rule.
    pub id: String,
    /// What it is about, in a few words.
    pub label: String,
    /// Where it applies.
    pub test: EditTest,
    /// What is done there.
    pub action: EditAction,
    /// The places of the questions that it acts on, ascending.
    pub questions: Vec<usize>,
    /// Rules of the first pass come before those of the second.
    pub pass: u8,
    /// The instrument does not declare it: it is how such answers are treated unless it says otherwise.
    pub usual: bool,
}

/// Where an edit rule applies.
#[derive(Debug, Clone, PartialEq)]
pub enum EditTest {
    /// A question is answered that the answers before lead past.
    Routing,
    /// Several responses stand where one is asked for.
    OneBox,
    /// A response that excludes the others is chosen with them.
    Exclusive,
    /// A number or a date is outside the question's bounds.
    Range,
    /// None of the rule's questions is answered: it is about the whole return.
    Blank,
    /// A condition is true.
    When(EditCondition),
}

impl EditTest {
    /// The name in definitions; `when` for a condition.
    pub fn name(&self) -> &'static str {
        match self {
            EditTest::Routing => "routing",
            EditTest::OneBox => "one-box",
            EditTest::Exclusive => "exclusive",
            EditTest::Range => "range",
            EditTest::Blank => "blank",
            EditTest::When(_) => "when",
        }
    }
}

/// A condition over the answers of one return.
#[derive(Debug, Clone, PartialEq)]
pub struct EditCondition {
    /// The condition.
    pub expression: Expression,
    /// What each of its names means, in the order of [`Expression::names`].
    pub slots: Vec<EditSlot>,
    /// The bytes of the condition in the instrument's file.
    pub span: Range<usize>,
}

/// What a name in a condition means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditSlot {
    /// Something of a question.
    Question {
        /// The place of the question.
        question: usize,
        /// What of it.
        part: EditPart,
    },
    /// `it`: something of the question that the rule acts on.
    It(EditPart),
    /// `frame.COLUMN`: what the frame says of the unit, in a column of the strata.
    Frame(String),
}

/// What names of frame columns begin with.
pub(crate) const FRAME: &str = "frame.";

/// What of a question a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditPart {
    /// `q1`: the answer by its code; missing where there is none.
    Answer,
    /// `q1.missing`: why there is no answer, such as `dont-know`; missing where there is one.
    Missing,
    /// `q1.found`: what stood in the cell; missing where nothing did.
    Found,
    /// `q1.count`: how many responses are ticked.
    Count,
}

impl EditCondition {
    /// The name in conditions of the question that the rule acts on.
    pub const IT: &str = "it";

    /// The places of the questions that are named.
    pub fn questions(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().filter_map(|slot| match slot {
            EditSlot::Question { question, .. } => Some(*question),
            EditSlot::It(_) | EditSlot::Frame(_) => None,
        })
    }

    /// Whether it is asked of each question that the rule acts on by itself.
    pub fn is_of_each(&self) -> bool {
        self.slots.iter().any(|slot| matches!(slot, EditSlot::It(_)))
    }

    /// Whether it looks at what stood in the cell of a question that the rule acts on.
    pub fn looks_at_cell(&self, question: usize) -> bool {
        self.slots.iter().any(|slot| match slot {
            EditSlot::Question { question: at, part } => *part == EditPart::Found && *at == question,
            EditSlot::It(part) => *part == EditPart::Found,
            EditSlot::Frame(_) => false,
        })
    }
}

impl EditPart {
    /// The parts that are named after a question's id and a dot.
    pub const NAMED: [(&str, EditPart); 3] =
        [("missing", EditPart::Missing), ("found", EditPart::Found), ("count", EditPart::Count)];
}

/// What an edit rule does.
#[derive(Debug, Clone, PartialEq)]
pub enum EditAction {
    /// The answer stays; the case is counted.
    Keep,
    /// The answer stays; the case is counted and sent back as a finding.
    Warn,
    /// The answer is not used; what it was is kept.
    SetMissing(Missing),
    /// Another answer takes its place: one for each of the rule's questions.
    Set(Vec<Answer>),
    /// One part of a contradictory answer is used.
    Take(Take),
    /// The question that leads past it is set to the response that leads to it: one for each of the rule's questions, as its
    /// place in the leading question's scale.
    SetGate(Vec<usize>),
}

impl EditAction {
    /// The name in definitions.
    pub fn name(&self) -> &'static str {
        match self {
            EditAction::Keep => "keep",
            EditAction::Warn => "warn",
            EditAction::SetMissing(_) => "set-missing",
            EditAction::Set(_) | EditAction::Take(_) | EditAction::SetGate(_) => "set",
        }
    }

    /// Whether the answer stays as it is.
    pub fn keeps(&self) -> bool {
        matches!(self, EditAction::Keep | EditAction::Warn)
    }
}

/// Which part of a contradictory answer is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The first of the ticked responses, in the order of the scale.
    First,
    /// The last of them.
    Last,
    /// The response that excludes the others.
    Exclusive,
    /// The others.
    Others,
}

impl Take {
    /// All with the names that they have in definitions.
    pub const ALL: [(Take, &str); 4] =
        [(Take::First, "first"), (Take::Last, "last"), (Take::Exclusive, "exclusive"), (Take::Others, "others")];

    /// The name in definitions.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(take, _)| *take == self).map_or("", |(_, name)| name)
    }
}

impl EditRule {
    /// What it does, in words.
    pub fn action_in_words(&self) -> String {
        match &self.action {
            EditAction::Keep => "kept, and counted".to_owned(),
            EditAction::Warn => "kept, and sent back as a finding".to_owned(),
            EditAction::SetMissing(_) if self.test == EditTest::Blank => "counts as returned blank".to_owned(),
            EditAction::SetMissing(kind) => format!("set missing ({})", kind.label().to_lowercase()),
            EditAction::Set(_) => "set to another answer".to_owned(),
            EditAction::Take(Take::First) => "the first response is used".to_owned(),
            EditAction::Take(Take::Last) => "the last response is used".to_owned(),
            EditAction::Take(Take::Exclusive) => "the response that excludes the others is used".to_owned(),
            EditAction::Take(Take::Others) => "the other responses are used".to_owned(),
            EditAction::SetGate(_) => "the question that leads there is set".to_owned(),
        }
    }
}
