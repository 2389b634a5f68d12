//! The areas for improvement of an evaluation, as actions refer to them.

use std::path::Path;

use super::judgement::{self, Judgement, Priority};
use super::standing::Standing;
use super::{definition, standing};
use crate::error::Result;

/// An area for improvement from a judgement that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaForImprovement {
    /// The name by which actions refer to it (`5.2-a1`), unique in the evaluation.
    pub id: String,
    /// The number of the area or indicator it was found in.
    pub subject: String,
    /// The title of that area or indicator.
    pub title: String,
    /// What should be better.
    pub text: String,
    /// How much it matters; none where nobody has said.
    pub priority: Option<Priority>,
    /// The ids of the evidence that the judgement relies on.
    pub evidence: Vec<String>,
    /// The file it stands in, as a path from the evaluation's folder.
    pub file: String,
}

/// Reads the areas for improvement of an evaluation from its folder: those of the judgements that stand (agreed, or made
/// by the only evaluator), in the framework's order. `path` is the evaluation's definition, `evaluation.toml`.
///
/// # Errors
/// When the definition, its framework or a judgement cannot be read. Two with one id are both given: the evaluation's own
/// checks report them.
pub fn read(path: &Path) -> Result<Vec<AreaForImprovement>> {
    let (definition, framework, _) = definition::read(path)?;
    let judgements = judgement::read(&definition.resolve(&definition.evaluation.judgements), "judgements")?;
    Ok(of(&framework, &judgements.list))
}

/// The areas for improvement of the judgements that stand, in the framework's order.
pub fn of(framework: &crate::evidence::Framework, judgements: &[Judgement]) -> Vec<AreaForImprovement> {
    framework
        .subjects()
        .filter_map(|subject| match standing::of(judgements, subject) {
            Standing::Agreed(judgement) | Standing::Sole(judgement) => Some(judgement),
            Standing::Apart(_) | Standing::Open => None,
        })
        .flat_map(|judgement| {
            judgement.improvements.iter().map(|improvement| AreaForImprovement {
                id: improvement.id.clone(),
                subject: judgement.subject.clone(),
                title: framework.title(&judgement.subject).unwrap_or_default().to_owned(),
                text: improvement.text.clone(),
                priority: improvement.priority,
                evidence: judgement.evidence.clone(),
                file: judgement.file.clone(),
            })
        })
        .collect()
}
