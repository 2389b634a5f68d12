//! How fieldwork ended and what editing did: rules with counts, dispositions, outcome rates, and checks that ask for an
//! explanation.

/// What stands in the data quality section beside counts and findings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fieldwork {
    /// The edit rules of the instrument, in the order in which they were applied.
    pub edits: Vec<EditResult>,
    /// How the units drawn ended; ways in which none ended are left out.
    pub dispositions: Vec<DispositionCount>,
    /// Response, cooperation, refusal and contact rates.
    pub rates: Vec<OutcomeRate>,
    /// The share of the units of unknown eligibility that is taken to be eligible: unweighted and weighted.
    pub eligible: (f64, f64),
    /// Each question's item response.
    pub items: Vec<ItemResponse>,
    /// What asks for an explanation.
    pub checks: Vec<Check>,
    /// What is not told because the number of a rule that is not shown would follow.
    pub untold: Untold,
}

/// What would tell how often a rule applied that is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untold {
    /// Codes of findings that are not counted.
    pub findings: Vec<String>,
    /// Questions whose missing answers are not told apart by kind.
    pub kinds: Vec<String>,
}

impl Untold {
    /// Whether the missing answers to a question are told apart by kind.
    pub fn tells_kinds(&self, question: &str) -> bool {
        self.kinds.iter().all(|hidden| hidden != question)
    }

    /// Whether findings of a code are counted.
    pub fn counts(&self, code: &str) -> bool {
        self.findings.iter().all(|hidden| hidden != code)
    }
}

impl Fieldwork {
    /// The item response of a question as a share; NaN where nobody was asked, or it may not be shown.
    pub fn item_response(&self, question: &str) -> f64 {
        self.items.iter().find(|item| item.question == question).map_or(f64::NAN, |item| item.rate)
    }
}

/// One edit rule and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditResult {
    /// The rule's number.
    pub id: String,
    /// What it is about.
    pub label: String,
    /// What it does, in words.
    pub action: String,
    /// How often it applied; none where that would tell of few people.
    pub counts: Option<EditCounts>,
}

/// How often a rule applied, and what it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditCounts {
    /// Returns.
    pub returns: usize,
    /// Answers.
    pub answers: usize,
    /// Answers to its questions just before it and just after it; none where another rule about one of them is not shown, whose
    /// number would follow.
    pub answered: Option<(usize, usize)>,
}

/// How many units ended in a way.
#[derive(Debug, Clone, PartialEq)]
pub struct DispositionCount {
    /// The words for it.
    pub disposition: String,
    /// Units.
    pub units: usize,
    /// The units of the population that they stand for by the draw.
    pub weighted: f64,
}

/// An outcome rate.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRate {
    /// Its name, such as RR1.
    pub name: String,
    /// How it is made.
    pub formula: String,
    /// Each unit counting once; NaN where nobody is in the denominator.
    pub unweighted: f64,
    /// Each unit counting as the units of the population that it stands for by the draw.
    pub weighted: f64,
}

/// How many of those asked a question answered it.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemResponse {
    /// The question's id.
    pub question: String,
    /// Answered of asked; NaN where nobody was asked, or it may not be shown.
    pub rate: f64,
}

/// Something beyond its threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name, under which the pipeline file explains it.
    pub id: String,
    /// What was found, in words.
    pub found: String,
    /// What raises no question.
    pub expected: String,
    /// The explanation that was given.
    pub explanation: Option<String>,
}
