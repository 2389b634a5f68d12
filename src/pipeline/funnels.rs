//! Many groups, or many organisations, within the limits of chance.

use super::analysis::{Analysis, Units};
use super::{Baseline, FunnelChoices, OrganisationFunnels};
use crate::benchmark::{Figure, Pack};
use crate::disclosure;
use crate::error::Result;
use crate::estimate::Estimate;
use crate::instrument::{HighIs, nearest};
use crate::results::{Funnel, FunnelPoint, QuestionResult};
use crate::statistics::funnel::Limits;

/// Steps of a drawn limit.
const CURVE: i32 = 80;

/// What a study is called among organisations.
const THIS_STUDY: &str = "This study";

/// A share with what stands behind it.
struct Share {
    group: String,
    /// Answers counted, where they are known.
    n: Option<usize>,
    /// Answers of a simple random sample that would be as precise.
    effective: f64,
    estimate: f64,
}

impl Analysis<'_> {
    /// Funnels for every grouping with many groups around the figure of everyone, and for the organisations of the benchmark files.
    pub(super) fn funnels(&self, units: &Units<'_>, questions: &[QuestionResult]) -> Vec<Funnel> {
        let Some(choice) = &self.definition.compare.funnel else { return Vec::new() };
        let mut funnels = Vec::new();
        for (place, question) in questions.iter().enumerate() {
            let all = question.overall.positive.as_ref().filter(|all| !all.is_suppressed() && all.estimate.is_finite());
            let high_is = self.instrument.question(&question.id).map_or(HighIs::Good, |question| question.high_is);
            for grouping in &units.respondents.groupings {
                let Some(all) = all else { continue };
                let shares = question
                    .groups
                    .iter()
                    .filter(|group| group.by == grouping.by && !group.suppressed)
                    .filter_map(|group| group.positive.as_ref())
                    .filter(|share| !share.is_suppressed() && share.estimate.is_finite())
                    .map(|share| self.own(share, &share.group));
                let shares: Vec<Share> = shares.collect();
                if shares.len() < *choice.least.get_ref() {
                    continue;
                }
                let (curve, points) = drawn(choice.limits, all.estimate, shares);
                funnels.push(Funnel {
                    question: question.id.clone(),
                    label: all.label.clone(),
                    by: grouping.by.clone(),
                    heading: grouping.label.clone(),
                    noun: FunnelPoint::GROUPS,
                    baseline: all.estimate,
                    baseline_label: "everyone".to_owned(),
                    limits: choice.limits,
                    high_is,
                    curve,
                    points,
                    own: None,
                    bases: "answers divided by the design effect".to_owned(),
                    left_out: Vec::new(),
                });
            }
            if let Some(organisations) = &choice.organisations {
                let found = |pack| self.of_pack(choice, organisations.get_ref(), pack, place, question, all, high_is);
                funnels.extend(self.packs.iter().filter_map(found));
            }
        }
        funnels
    }

    /// A share of this study with its effective answers. Limits from an exact base would give a rounded one away.
    fn own(&self, share: &Estimate, name: &str) -> Share {
        let n = disclosure::nearest(share.n, self.definition.publish.round_bases);
        let effective = if share.deff > 0.0 { n as f64 / share.deff } else { n as f64 };
        Share { group: name.to_owned(), n: Some(n), effective, estimate: share.estimate }
    }

    /// The figures of a pack's organisations that a question compares with: the first that it names and the pack has.
    fn published<'p>(&self, pack: &'p Pack, question: usize) -> Vec<&'p Figure> {
        let asked = &self.instrument.questions[question];
        let named = self.definition.compare.figures.get(&asked.id).unwrap_or(&asked.benchmarks);
        let of = |id: &String| -> Vec<&'p Figure> {
            pack.figures.iter().filter(|figure| figure.id == *id && !figure.organisation.is_empty()).collect()
        };
        named.iter().map(of).find(|figures| !figures.is_empty()).unwrap_or_default()
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one loop")]
    fn of_pack(
        &self,
        choice: &FunnelChoices,
        organisations: &OrganisationFunnels,
        pack: &Pack,
        place: usize,
        question: &QuestionResult,
        all: Option<&Estimate>,
        high_is: HighIs,
    ) -> Option<Funnel> {
        let figures = self.published(pack, place);
        let first = *figures.first()?;
        let (baseline, baseline_label) = baseline(pack, &figures, organisations.baseline)?;
        let known: Vec<(&Figure, f64)> =
            figures.iter().filter_map(|figure| Some((*figure, effective(figure)?))).collect();
        let left_out = figures.iter().filter(|figure| effective(figure).is_none()).map(|f| f.organisation.clone());
        let left_out: Vec<String> = left_out.collect();
        let from_margins = known.iter().filter(|(figure, _)| figure.base.is_none()).count();
        let mut bases = match from_margins {
            0 => "answers as published".to_owned(),
            n if n == known.len() => {
                "effective answers, derived from the published 95% margins: p(1 − p) over the squared standard error"
                    .to_owned()
            }
            n => format!("answers as published; of {n} derived from the published 95% margins"),
        };
        let mut shares: Vec<Share> = (known.iter())
            .map(|(figure, effective)| Share {
                group: figure.organisation.clone(),
                n: figure.base.map(|base| base.round() as usize),
                effective: *effective,
                estimate: figure.value,
            })
            .collect();
        let mut own = organisations.own.as_ref().map(|own| own.get_ref().clone());
        if let (None, Some(all)) = (&own, all) {
            // A council that runs its own survey is not among those that were published.
            shares.push(self.own(all, THIS_STUDY));
            bases.push_str("; this study's divided by its design effect");
            own = Some(THIS_STUDY.to_owned());
        }
        if shares.len() < *choice.least.get_ref() {
            return None;
        }
        let (curve, points) = drawn(choice.limits, baseline, shares);
        Some(Funnel {
            question: question.id.clone(),
            label: first.label.clone(),
            by: pack.id.clone(),
            heading: pack.title.clone(),
            noun: "organisations",
            baseline,
            baseline_label,
            limits: choice.limits,
            high_is,
            curve,
            points,
            own,
            bases,
            left_out,
        })
    }

    /// Checks that the organisations of the benchmark files can be laid between limits.
    pub(super) fn examine_funnels(&self) -> Result<()> {
        let chosen = self.definition.compare.funnel.as_ref().and_then(|choice| choice.organisations.as_ref());
        let Some(choice) = chosen else { return Ok(()) };
        let (span, choice) = (choice.span(), choice.get_ref());
        let mut names: Vec<&str> = Vec::new();
        for pack in &self.packs {
            for (place, question) in self.instrument.questions.iter().enumerate() {
                let figures = self.published(pack, place);
                let Some(first) = figures.first() else { continue };
                names.extend(figures.iter().map(|figure| figure.organisation.as_str()));
                if figures.iter().all(|figure| effective(figure).is_none()) {
                    return Err(self
                        .definition
                        .fault(
                            span,
                            "limits need to know how many answers stand behind each figure",
                            "no funnel can be drawn",
                        )
                        .found(format!(
                            "{:?} of {:?}: neither a base nor a margin for any organisation",
                            first.id, pack.title
                        ))
                        .expected("a base or a 95% margin with the figures")
                        .hint("add them to the benchmark file, or leave organisations out of funnel under [compare]"));
                }
                if baseline(pack, &figures, choice.baseline).is_none() {
                    return Err(self
                        .definition
                        .fault(span, "there is no published figure to lay the limits around", "its baseline")
                        .found(format!("{:?} of {:?}, question {}", first.id, pack.title, question.id))
                        .expected("the row of the average or the nation in the benchmark file")
                        .hint("declare it with national under [import], or say baseline = \"mean\""));
                }
            }
        }
        if names.is_empty() {
            return Err(self
                .definition
                .fault(span, "no question compares with a figure that single organisations have", "nothing to draw")
                .hint("name such figures under [compare.figures], or benchmarks in the instrument"));
        }
        if let Some(own) = choice.own.as_ref().filter(|own| !names.contains(&own.get_ref().as_str())) {
            let error = self.definition.fault(
                own.span(),
                "no benchmark file has figures of this organisation",
                "no such organisation",
            );
            return Err(match nearest(own.get_ref(), names) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("leave own out, and this study's own result is marked"),
            });
        }
        Ok(())
    }
}

/// The answers behind a published figure: its base; else those of a simple random sample whose 95% margin it has,
/// p(1 - p) / (margin / 1.96)^2. A share of nothing or all has a margin from which none can be told.
fn effective(figure: &Figure) -> Option<f64> {
    let spread = figure.value * (1.0 - figure.value);
    let from_margin = |margin: f64| spread / (margin / 1.96).powi(2);
    let derived = || figure.margin.filter(|margin| *margin > 0.0 && spread > 0.0).map(from_margin);
    figure.base.filter(|base| *base >= 1.0).or_else(derived).filter(|n| n.is_finite())
}

/// The share around which the limits of some organisations lie, with the words for it.
fn baseline(pack: &Pack, figures: &[&Figure], choice: Baseline) -> Option<(f64, String)> {
    let first = figures.first()?;
    match choice {
        Baseline::Published => {
            let whole = |figure: &&Figure| {
                figure.id == first.id && figure.organisation.is_empty() && figure.group == first.group
            };
            pack.figures.iter().find(whole).map(|figure| (figure.value, format!("{}, as published", pack.title)))
        }
        Baseline::Mean => {
            let sum: f64 = figures.iter().map(|figure| figure.value).sum();
            let label = format!("the mean of {} organisations, each counting alike", figures.len());
            Some((sum / figures.len() as f64, label))
        }
    }
}

/// The limits at every share, in the order of their effective answers, and as curves.
fn drawn(limits: Limits, baseline: f64, shares: Vec<Share>) -> (Vec<(f64, [f64; 4])>, Vec<FunnelPoint>) {
    let at = |effective: f64, level| limits.at(baseline, effective.max(1.0), level);
    let mut points: Vec<FunnelPoint> = shares
        .into_iter()
        .map(|share| {
            let (inner, outer) = (at(share.effective, 0.95), at(share.effective, 0.998));
            FunnelPoint {
                group: share.group,
                n: share.n,
                effective: share.effective,
                estimate: share.estimate,
                inner: (inner.low, inner.high),
                outer: (outer.low, outer.high),
            }
        })
        .collect();
    points.sort_by(|a, b| a.effective.total_cmp(&b.effective).then_with(|| a.group.cmp(&b.group)));
    let most = points.last().map_or(1.0, |point| point.effective) * 1.05;
    let least = (points.first().map_or(1.0, |point| point.effective) * 0.8).max(1.0).min(most);
    let curve = (0..=CURVE).map(|step| {
        let n = least + (most - least) * f64::from(step) / f64::from(CURVE);
        let (inner, outer) = (at(n, 0.95), at(n, 0.998));
        (n, [outer.low, inner.low, inner.high, outer.high])
    });
    (curve.collect(), points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(organisation: &str, value: f64, base: Option<f64>, margin: Option<f64>) -> Figure {
        Figure { base, margin, national: organisation.is_empty(), ..Figure::plain(organisation, value) }
    }

    #[test]
    fn effective_answers_are_the_base_or_follow_from_the_margin() {
        assert_eq!(effective(&figure("a", 0.319, Some(295.0), Some(0.052))), Some(295.0));
        let derived = effective(&figure("a", 0.319, None, Some(0.052))).expect("it has a margin");
        assert!((derived - 308.633_632_544_378_7).abs() < 1e-9, "{derived}");
        for (value, base, margin) in
            [(0.5, None, None), (1.0, None, Some(0.01)), (0.0, None, Some(0.0)), (0.5, Some(0.0), None)]
        {
            assert_eq!(effective(&figure("a", value, base, margin)), None, "{value} {base:?} {margin:?}");
        }
    }

    /// The national body's baseline and five answers: lower limits 46.011039 and 26.039864.
    #[test]
    fn limits_lie_around_the_baseline() {
        let share = |n: f64| Share { group: n.to_string(), n: Some(n as usize), effective: n, estimate: 0.5 };
        let (curve, points) = drawn(Limits::Normal, 0.806_424_48, vec![share(400.0), share(5.0)]);
        assert_eq!(points[0].group, "5");
        assert!((100.0 * points[0].inner.0 - 46.011_039).abs() < 1e-6);
        assert!((100.0 * points[0].outer.0 - 26.039_864).abs() < 1e-6);
        assert_eq!((points[0].beyond(), points[1].beyond()), (0, 2));
        assert_eq!(curve.len(), 81);
        assert!(curve.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1[0] <= pair[1].1[0]));
    }
}
