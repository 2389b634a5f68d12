//! The statistical choices and the sources in words, as they are printed with the results.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Units};
use super::{Baseline, Ineligible, Sampling};
use crate::benchmark::{Figure, Pack};
use crate::draw::{DrawRecord, Method as Selection};
use crate::estimate::{Adjust, Basis};
use crate::fieldwork::NotReturned;
use crate::results::{Method, SourceNote};

/// The choices by name and in words.
pub(super) fn choices(analysis: &Analysis<'_>, sampling: &Sampling, units: &Units<'_>) -> Vec<Method> {
    let choices = &analysis.choices;
    let is_systematic = sampling.record.design.method == Selection::Systematic;
    let mut methods = vec![
        sample(&sampling.record),
        method(
            "Weighting",
            choices.basis.name(),
            match choices.basis {
                Basis::PerQuestion => {
                    "For each question, each valid answer stands for the stratum's population divided by its valid \
                     answers to that question."
                }
                Basis::PerUnit => {
                    "Each return stands for the stratum's population divided by its returns; a question's results are \
                     about those who would have answered it."
                }
            },
        ),
        method(
            "Variance",
            match is_systematic {
                true => "Taylor linearisation with finite population correction; systematic taken as simple random",
                false => "Taylor linearisation with finite population correction",
            },
            format!(
                "The error of a stratified sample without replacement; those who did not return are taken to be like those of \
                 their stratum who did.{}",
                if is_systematic { AS_SIMPLE } else { "" }
            ),
        ),
        method(
            "Interval",
            choices.interval.name(),
            format!(
                "{:.0}% confidence intervals; for means, the estimate plus and minus the margin.",
                choices.level * 100.0
            ),
        ),
        method(
            "Critical value",
            choices.critical.to_string(),
            "What the standard error is multiplied with to give the margin of error.",
        ),
        method(
            "Rule",
            format!("±{:.0} points", choices.rule * 100.0),
            "A share is called firm when its margin of error is no wider than this.",
        ),
        method(
            "Suppression",
            match choices.suppress_cells_below {
                0 | 1 => format!("fewer than {} answers", choices.suppress_below),
                cells => format!("fewer than {} answers, or {cells} people behind a response", choices.suppress_below),
            },
            "Smaller groups and rarer responses are not shown, nor what could be worked out from the other figures. Where \
             something of a question is hidden, or rarer responses are, its figures are published in whole points.",
        ),
    ];
    let publish = &analysis.definition.publish;
    if (publish.round_bases, publish.round_people) != (1, 1) {
        methods.push(method(
            "Rounding",
            format!("bases to {}, weighted bases to {}", publish.round_bases, publish.round_people),
            "Bases are shown to the nearest multiple, so that differences between tables tell nothing of single people. \
             Estimates and margins come from the exact numbers. So are the numbers of returns, and weights are told in whole \
             numbers.",
        ));
    }
    if analysis.figures.iter().any(|figures| !figures.is_empty()) {
        methods.push(method(
            "Comparison",
            "two-sided t test",
            "The difference from a published figure is tested with the design's degrees of freedom. A figure published \
             without its base counts as exact. Many comparisons were made: about one in twenty would stand out by chance \
             alone.",
        ));
    }
    if sampling.releases.decisions.iter().any(|decision| decision.reserve.is_some()) {
        methods.push(method(
            "Reserves",
            "released reserves enlarge the sample",
            format!(
                "A unit that a reserve stands for stays in the sample as one that did not return: a substitution is no reply. \
                 Released in their order, reserves and main sample together are a larger random sample of the stratum.{}",
                if is_systematic && !sampling.record.columns.sort.is_empty() { NEARLY } else { "" }
            ),
        ));
    }
    if sampling.in_use().iter().any(|unit| sampling.is_ineligible(&unit.serial)) {
        let rule = analysis.definition.weigh.ineligible;
        let meaning = match rule {
            Ineligible::Keep => {
                "Units found not to belong to the population count as not returned, and the results speak for the \
                 population of the frame."
            }
            Ineligible::Estimate => {
                "The population of each stratum is smaller by the share of units found not to belong to it, among those \
                 that returned or were found so; the margins include the error of that share."
            }
        };
        methods.push(method("Units that do not belong", rule.name(), meaning));
    }
    let dispositions = &analysis.definition.dispositions;
    let unheard = match dispositions.not_returned {
        NotReturned::Unknown => "of unknown eligibility",
        NotReturned::NotReached => "eligible and not reached",
    };
    let eligible = match &dispositions.eligible {
        Some(share) => format!("e is set to {}", share.get_ref()),
        None => "e is the share of eligible units among those known".to_owned(),
    };
    methods.push(method(
        "Outcome rates",
        "AAPOR standard definitions",
        format!(
            "A return is complete from {}% of the questions that it is asked, and partial from {}%. Units of whom nothing was \
             heard count as {unheard}; {eligible}.",
            dispositions.complete.get_ref(),
            dispositions.partial.get_ref()
        ),
    ));
    if units.readings > units.responses.len() {
        methods.push(method(
            "Reading",
            "first reading",
            "Of a file that several readers read, the reading with the lowest number that came back counts, once; the \
             numbers are shared out among the readers before reading begins. The others serve agreement.",
        ));
    }
    methods.extend(units.weighting_methods.iter().cloned());
    let compare = &analysis.definition.compare;
    if compare.groups.is_some() || !compare.items.is_empty() || !compare.waves.is_empty() {
        let (rule, meaning) = match compare.adjust {
            Adjust::None => {
                ("none", "Each difference is tested on its own: about one in twenty would stand out by chance.")
            }
            Adjust::Bonferroni | Adjust::Holm => (
                compare.adjust.name(),
                "P-values are raised for the number of tests that count together, so that the chance of calling any of them \
                 different by mistake stays at the level.",
            ),
            Adjust::BenjaminiHochberg => (
                compare.adjust.name(),
                "P-values are raised for the number of tests that count together, so that of the differences called real \
                 about the level's share are so by chance.",
            ),
        };
        methods.push(method("Many tests", rule, meaning));
    }
    if let Some(comparing) = &compare.banner {
        methods.push(method("Letters of columns", comparing.rule(), comparing.words()));
    }
    if let Some(chosen) = &analysis.comparators {
        methods.push(method(
            "Comparators",
            chosen.rule.clone(),
            "Their mean counts each organisation alike. Its error follows from theirs where all were published with a base or a \
             margin; else it counts as exact.",
        ));
    }
    if let Some(funnel) = &compare.funnel {
        methods.push(method(
            "Funnel limits",
            format!("{}, 95% and 99.8%", funnel.limits.name()),
            "How far a group of so many answers may lie from the figure of everyone by chance alone; n is divided by the \
             design effect.",
        ));
        if let Some(organisations) = &funnel.organisations {
            let baseline = match organisations.get_ref().baseline {
                Baseline::Published => "the published average or nation",
                Baseline::Mean => "the organisations' mean",
            };
            methods.push(method(
                "Funnels of organisations",
                format!("{}, around {baseline}", funnel.limits.name()),
                "An organisation's answers are the base that was published; where only a 95% margin was, the answers of a simple random \
                 sample with that margin, which counts its design and finite population too. Those with neither have no limits.",
            ));
        }
    }
    let weights = units.respondents.weights(choices.single);
    let names = |strata: &[usize]| {
        strata.iter().map(|&at| units.respondents.strata[at].as_str()).collect::<Vec<_>>().join(" + ")
    };
    for class in weights.classes.iter().filter(|class| class.strata.len() > 1) {
        methods.push(method(
            "Strata joined",
            names(&class.strata),
            "One of them had a single return or none, and cannot stand for itself.",
        ));
    }
    if !weights.unrepresented.is_empty() {
        methods.push(method(
            "Strata without returns",
            names(&weights.unrepresented),
            "The results say nothing about them.",
        ));
    }
    methods
}

/// What is to be known of the variance of a systematic sample.
const AS_SIMPLE: &str = " One systematic sample cannot tell its own error: it is taken to be that of a simple random \
     sample of the stratum. That is too wide where units that stand near each other in the list answer alike, and too narrow \
     only where answers go up and down with the interval.";

/// What is to be known of reserves beside a sorted list.
const NEARLY: &str = " Units with the same sort values stand in random order, so that the reserve, which goes by the same \
     numbers, has very nearly, not exactly, the same chance for all.";

/// How the sample was drawn.
fn sample(record: &DrawRecord) -> Method {
    let allocation = record.design.allocation.name();
    if record.design.method != Selection::Systematic {
        return method(
            "Sample",
            format!("stratified simple random, {allocation} allocation"),
            "Chance alone decided who was drawn within each stratum: a permanent random number that follows from the seed \
             and the identifier.",
        );
    }
    let order = match record.columns.sort.as_slice() {
        [] => record.columns.id.clone(),
        columns => columns.join(", "),
    };
    method(
        "Sample",
        format!("stratified systematic, sorted by {order}, {allocation} allocation"),
        "Of each stratum's sorted list every so many-th unit was drawn, from a random start that follows from the seed; so \
         all units of a stratum had the same chance, and the sample has its share of every part of the list.",
    )
}

/// How the files that all readers read are looked at.
pub(super) fn training() -> Method {
    method(
        "Training batch",
        "apart from agreement",
        "The files that all readers read before their own were not chosen by chance alone, and were read before the readers \
         had compared notes: they count once in the estimates like any file, by their first reading, and have no part in \
         agreement between readers. What readers made of them is shown on its own, each file counting alike.",
    )
}

/// How agreement between readers is measured.
pub(super) fn agreement() -> Method {
    method(
        "Agreement",
        "Gwet's AC1, or AC2 with linear weights for ratings; weighted to all files",
        "The files read by more than one reader were chosen by chance: within its stratum each stands for the stratum's \
         files divided by those read again with an answer. Intervals are linearised, with finite population correction; \
         strata with one such file or none are joined with the stratum that has the fewest others. Readers' p-values are \
         adjusted by Holm for their number.",
    )
}

/// What is to be known of a pilot before all else.
pub(super) fn made_up() -> Method {
    method(
        "Answers",
        "made up",
        "A program filled in the forms by chance, as people might; the figures say how precise real ones would be, and \
         nothing else.",
    )
}

fn method(choice: &str, rule: impl Into<String>, meaning: impl Into<String>) -> Method {
    Method { choice: choice.to_owned(), rule: rule.into(), meaning: meaning.into() }
}

/// The packs with a figure that was compared with, and how their figures are treated.
pub(super) fn sources(analysis: &Analysis<'_>) -> Vec<SourceNote> {
    let compared: BTreeSet<&str> = analysis.figures.iter().flatten().map(|figure| figure.id.as_str()).collect();
    let used = |pack: &Pack| -> Vec<Figure> {
        pack.figures.iter().filter(|figure| compared.contains(figure.id.as_str())).cloned().collect()
    };
    analysis
        .packs
        .iter()
        .map(|pack| (pack, used(pack)))
        .filter(|(_, figures)| !figures.is_empty())
        .map(|(pack, figures)| {
            let exact = figures.iter().filter(|figure| figure.se().is_none()).count();
            let treated = if exact == 0 {
                "its figures are compared with their own error".to_owned()
            } else if exact == figures.len() {
                "published without bases: its figures are treated as exact".to_owned()
            } else {
                format!("{exact} of its figures are published without bases and treated as exact")
            };
            let note = if pack.note.is_empty() { treated } else { format!("{treated}. {}", pack.note) };
            SourceNote { label: pack.title.clone(), source: pack.source.clone(), as_of: pack.as_of.clone(), note }
        })
        .collect()
}
