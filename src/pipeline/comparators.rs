//! Which single organisations a study is laid beside.

use super::Definition;
use crate::benchmark::peers;
use crate::benchmark::{Figure, Pack};
use crate::error::Result;
use crate::instrument::nearest;

/// The organisations, and how they were chosen.
pub(super) struct Chosen {
    organisations: Vec<String>,
    /// The words for their mean.
    label: String,
    /// What they are called.
    noun: &'static str,
    /// How they were chosen, by name.
    pub rule: String,
}

/// The organisations that the pipeline names, or the peers that it asks for; none if it asks for neither.
pub(super) fn choose(definition: &Definition, packs: &[Pack]) -> Result<Option<Chosen>> {
    let Some(choice) = &definition.compare.comparators else { return Ok(None) };
    let (span, choice) = (choice.span(), choice.get_ref());
    let known = || {
        packs
            .iter()
            .flat_map(|pack| &pack.figures)
            .map(|figure| figure.organisation.as_str())
            .filter(|name| !name.is_empty())
    };
    for name in &choice.organisations {
        if !known().any(|organisation| organisation == name.get_ref()) {
            let error = definition.fault(
                name.span(),
                "no benchmark file has figures of this organisation",
                "no such organisation",
            );
            return Err(match nearest(name.get_ref(), known()) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("name organisations of a benchmark file under [compare]"),
            });
        }
    }
    match (&choice.characteristics, choice.organisations.as_slice()) {
        (Some(path), []) if choice.peers > 0 && !choice.of.is_empty() => {
            let known_of = peers::characteristics(&definition.resolve(path))?;
            let organisations = known_of.peers(&choice.of, choice.peers).map_err(|error| {
                definition.fault(span, error.problem.clone(), "this organisation").found(choice.of.clone())
            })?;
            Ok(Some(Chosen {
                label: format!("Mean of {} peers", organisations.len()),
                noun: "peers",
                rule: format!("the {} nearest to {} by {}", organisations.len(), choice.of, known_of.names.join(", ")),
                organisations,
            }))
        }
        (None, [_, ..]) => {
            let organisations: Vec<String> = choice.organisations.iter().map(|name| name.get_ref().clone()).collect();
            Ok(Some(Chosen {
                label: format!("Mean of {} comparators", organisations.len()),
                noun: "comparators",
                rule: organisations.join(", "),
                organisations,
            }))
        }
        _ => Err(definition.fault(span, "comparators are either named or found", "neither, or both").expected(
            "organisations = [\"...\"], or characteristics = \"FILE.csv\", of = \"NAME\" and peers = NUMBER",
        )),
    }
}

impl Chosen {
    /// The mean figure of the organisations for each named figure that a pack has of them.
    pub(super) fn figures(&self, packs: &[Pack], named: &[String]) -> Vec<Figure> {
        let mut found = Vec::new();
        for pack in packs {
            for id in named {
                let mut theirs: Vec<&Figure> = pack
                    .figures
                    .iter()
                    .filter(|figure| figure.id == *id && self.organisations.contains(&figure.organisation))
                    .collect();
                if let Some(group) = theirs.first().map(|figure| figure.group.as_str()) {
                    theirs.retain(|figure| figure.group == group);
                }
                // The mean is of those that have the figure, and says so.
                let label = match theirs.len() {
                    n if n == self.organisations.len() => format!("{}, {}", self.label, pack.title),
                    n => format!("Mean of {n} of {} {}, {}", self.organisations.len(), self.noun, pack.title),
                };
                found.extend(
                    peers::mean_of(&theirs, &label)
                        .map(|figure| Figure { source: format!("{} ({})", pack.source, figure.note), ..figure }),
                );
            }
        }
        found
    }
}
