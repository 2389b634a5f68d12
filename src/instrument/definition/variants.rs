//! Scales in easier words: does every one of their responses stand for some of the standard ones, and each of these once?

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::{Code, ScaleText};
use crate::error::Error;
use crate::instrument::Scale;

/// The scales that are variants of others, with the places of what they say.
pub(super) struct Variants(Vec<Variant>);

struct Variant {
    id: String,
    of: Spanned<String>,
    stands_for: Vec<(Range<usize>, Vec<Spanned<Code>>)>,
    without: Vec<Spanned<Code>>,
}

impl Variants {
    pub(super) fn of(scales: &BTreeMap<String, Spanned<ScaleText>>) -> Variants {
        let variant = |(id, scale): (&String, &Spanned<ScaleText>)| {
            let of = scale.get_ref().variant_of.clone()?;
            let responses = scale.get_ref().responses.iter();
            let stands_for = responses.map(|r| (r.span(), r.get_ref().stands_for.clone())).collect();
            Some(Variant { id: id.clone(), of, stands_for, without: scale.get_ref().without.clone() })
        };
        Variants(scales.iter().filter_map(variant).collect())
    }

    /// What does not hold, as `fault(place, problem, label)` puts it.
    pub(super) fn faults(
        &self,
        scales: &BTreeMap<String, Scale>,
        fault: impl Fn(Range<usize>, String, String) -> Error,
    ) -> Vec<Error> {
        self.0.iter().filter(|v| scales.contains_key(&v.id)).filter_map(|v| v.fault(scales, &fault)).collect()
    }
}

impl Variant {
    fn fault(
        &self,
        scales: &BTreeMap<String, Scale>,
        fault: &impl Fn(Range<usize>, String, String) -> Error,
    ) -> Option<Error> {
        let id = &self.id;
        let standard =
            scales.get(self.of.get_ref()).filter(|standard| standard.variant_of.is_none() && standard.id != *id);
        let Some(standard) = standard else {
            let error =
                fault(self.of.span(), format!("scale \"{id}\" is a variant of no scale"), "no such scale".into());
            return Some(error.expected("the id of a scale that is no variant itself"));
        };
        let mut covered: Vec<String> = Vec::new();
        for (span, codes) in &self.stands_for {
            if codes.is_empty() {
                let error =
                    fault(span.clone(), format!("a response of \"{id}\" stands for nothing"), "this one".into());
                return Some(error.expected(format!("stands_for = [...], codes of \"{}\"", standard.id)));
            }
        }
        for code in self.stands_for.iter().flat_map(|(_, codes)| codes).chain(&self.without) {
            let text = code.get_ref().text();
            let known = standard.responses.iter().any(|response| response.code == text);
            if !known || covered.contains(&text) {
                let label = if known { "for the second time" } else { "no such code" };
                let problem = format!("scale \"{id}\" does not stand for \"{}\" code by code", standard.id);
                return Some(
                    fault(code.span(), problem, label.into()).expected("each code of the standard scale once"),
                );
            }
            covered.push(text);
        }
        let left: Vec<&str> = standard
            .responses
            .iter()
            .map(|r| r.code.as_str())
            .filter(|code| !covered.iter().any(|c| c == code))
            .collect();
        (!left.is_empty()).then(|| {
            let problem = format!("scale \"{id}\" leaves out codes of \"{}\"", standard.id);
            fault(self.of.span(), problem, format!("without {}", left.join(", ")))
                .expected("each code of the standard scale in the stands_for of one response, or in without = [...]")
        })
    }
}
