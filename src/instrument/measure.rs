//! What is made of answers beyond each response's share: nets of responses, and scores over several questions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::definition::{Code, Resolver};
use super::{Answer, Question, QuestionKind, Scale, nearest};
use crate::error::Result;
use crate::statistics::score::{self, Combine};

/// Whether a high figure is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HighIs {
    /// Higher is better, as with positive shares.
    Good,
    /// Higher is worse: a share of complaints, days of waiting.
    Bad,
    /// Neither: the figure describes.
    #[default]
    Neither,
}

/// A set of responses whose shares are shown together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Net {
    /// Short name; the response code in data files.
    pub id: String,
    /// The words for it.
    pub label: String,
    /// The places of its responses in the scale, ascending. Where several may be ticked, one of them is enough.
    pub responses: Vec<usize>,
    /// Whether a high share is good.
    pub high_is: HighIs,
}

/// A score made from the answers to several questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Short name; the variable in data files.
    pub id: String,
    /// A few words that stand for it.
    pub label: String,
    /// What it means.
    pub text: String,
    /// What it is made from.
    pub items: Vec<Item>,
    /// How the items' values are put together.
    pub combine: Combine,
    /// Fewest items with a value; a person with fewer has no score.
    pub minimum: usize,
    /// What is added when they are put together.
    pub constant: f64,
    /// Whether a high score is good.
    pub high_is: HighIs,
    /// The quality indicators that it is evidence for.
    pub indicators: Vec<String>,
}

/// One question in a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The place of the question in the instrument.
    pub question: usize,
    /// The value of every response of its scale, or of every band of a number; empty for numbers that count as they are.
    pub values: Vec<f64>,
    /// Where the bands of a number begin, ascending; a number below the first has no value.
    pub bands: Vec<f64>,
}

impl Item {
    /// The value of an answer; none where it has no value.
    pub fn value(&self, answer: &Answer) -> Option<f64> {
        match answer {
            Answer::Response(at) => self.values.get(*at).copied(),
            Answer::Number(number) if self.values.is_empty() => Some(*number),
            Answer::Number(number) => {
                let band = self.bands.iter().rposition(|from| number >= from)?;
                self.values.get(band).copied()
            }
            _ => None,
        }
    }
}

impl Score {
    /// The score of every person from their answers (`answer` gives that of a person to a question of the instrument); NaN
    /// with too few items.
    pub fn of<'a>(&self, people: usize, answer: impl Fn(usize, usize) -> &'a Answer) -> Vec<f64> {
        let values = |item: &Item| {
            (0..people).map(|person| item.value(answer(person, item.question)).unwrap_or(f64::NAN)).collect::<Vec<_>>()
        };
        let items: Vec<Vec<f64>> = self.items.iter().map(values).collect();
        let mut scores = score::score(&items.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.combine, self.minimum);
        scores.iter_mut().for_each(|score| *score += self.constant);
        scores
    }

    /// The lowest and the highest score that can be had; none where an item is an unbounded number.
    pub fn range(&self) -> Option<(f64, f64)> {
        let mut range = (0.0, 0.0);
        for item in &self.items {
            let (low, high) = item
                .values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
            if low > high {
                return None;
            }
            range = (range.0 + low, range.1 + high);
        }
        let items = self.items.len() as f64;
        let (low, high) = if self.combine == Combine::Mean { (range.0 / items, range.1 / items) } else { range };
        Some((low + self.constant, high + self.constant))
    }

    /// The lowest and the highest score as they are shown, to four digits after the point.
    pub fn range_in_words(&self) -> Option<(String, String)> {
        let shown = |value: f64| ((value * 1e4).round() / 1e4).to_string();
        self.range().map(|(low, high)| (shown(low), shown(high)))
    }

    /// How it is made, by name: "sum of 6 items, all needed".
    pub fn rule(&self) -> String {
        let (items, least) = (self.items.len(), self.minimum);
        let mut rule = match (self.combine, least == items) {
            (Combine::Sum, true) => format!("sum of {items} items, all needed"),
            (Combine::Mean, true) => format!("mean of {items} items, all needed"),
            (Combine::Sum, false) => format!("sum of {items} items, prorated from at least {least}"),
            (Combine::Mean, false) => format!("mean of {items} items, at least {least} needed"),
        };
        if self.constant != 0.0 {
            let sign = if self.constant < 0.0 { "less" } else { "plus" };
            rule.push_str(&format!(", {sign} {}", self.constant.abs()));
        }
        rule
    }
}

/// `nets = [{ id = "...", label = "...", responses = [...] }]` of a scale or a question.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct NetText {
    id: Spanned<String>,
    label: String,
    responses: Spanned<Vec<Spanned<Code>>>,
    high_is: Option<HighIs>,
}

/// How the values of items become one, as written.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum CombineText {
    Sum,
    Mean,
}

/// `[[score]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoreText {
    id: Spanned<String>,
    label: String,
    #[serde(default)]
    text: String,
    items: Spanned<Vec<Spanned<String>>>,
    combine: CombineText,
    minimum: Option<Spanned<usize>>,
    /// Values by code, for items whose scale has none or others.
    #[serde(default)]
    values: BTreeMap<String, Spanned<f64>>,
    /// Values of single items, by question: of each response by code, or of a number from each bound on.
    #[serde(default)]
    values_of: BTreeMap<Spanned<String>, BTreeMap<String, Spanned<f64>>>,
    constant: Option<Spanned<f64>>,
    high_is: Option<HighIs>,
    #[serde(default)]
    indicators: Vec<String>,
}

impl Resolver<'_> {
    /// The nets of a scale; `of` says whose they are.
    pub(super) fn nets(&self, nets: &[NetText], scale: &Scale, of: &str) -> Result<Vec<Net>> {
        let mut found: Vec<Net> = Vec::new();
        for net in nets {
            self.name(&net.id, "a net")?;
            let id = net.id.get_ref();
            let codes = scale.responses.iter().map(|response| response.code.as_str());
            if found.iter().any(|other| other.id.eq_ignore_ascii_case(id))
                || codes.into_iter().any(|code| code.eq_ignore_ascii_case(id))
            {
                return Err(self
                    .fault(net.id.span(), format!("{of} has this name for two things"), "taken")
                    .expected("an id that no other net and no response has"));
            }
            let mut responses = Vec::new();
            for code in net.responses.get_ref() {
                let text = self.code_of(code, Some(scale), of)?;
                responses.extend(scale.responses.iter().position(|response| response.code == text));
            }
            responses.sort_unstable();
            responses.dedup();
            if responses.is_empty() || responses.len() == scale.responses.len() {
                return Err(self
                    .fault(net.responses.span(), format!("net \"{id}\" says nothing"), "none of them, or all")
                    .expected("some of the responses of the scale, not all"));
            }
            let high_is = net.high_is.unwrap_or_default();
            found.push(Net { id: id.clone(), label: net.label.clone(), responses, high_is });
        }
        Ok(found)
    }

    /// A question without responses has no nets.
    pub(super) fn no_nets(&self, nets: &[NetText], question: &str) -> Result<Vec<Net>> {
        match nets.first() {
            None => Ok(Vec::new()),
            Some(net) => Err(self
                .fault(net.id.span(), format!("question \"{question}\" has no responses to net"), "this net")
                .expected("nets on a question with a scale")),
        }
    }

    /// The scores, every item with its values.
    pub(super) fn scores(&self, scores: Vec<ScoreText>, questions: &[Question]) -> Result<Vec<Score>> {
        let mut found: Vec<Score> = Vec::new();
        for score in scores {
            self.name(&score.id, "a score")?;
            let id = score.id.get_ref().clone();
            let taken = found.iter().map(|other| &other.id).chain(questions.iter().map(|question| &question.id));
            if taken.into_iter().any(|other| other.eq_ignore_ascii_case(&id)) {
                return Err(self
                    .fault(score.id.span(), format!("\"{id}\" is defined twice"), "the second one")
                    .expected("an id that no question and no other score has"));
            }
            let names = score.items.get_ref();
            if names.len() < 2 {
                return Err(self
                    .fault(score.items.span(), format!("score \"{id}\" is made from fewer than two items"), "items")
                    .expected("items = [\"q1\", \"q2\", ...]"));
            }
            if let Some(other) =
                score.values_of.keys().find(|other| names.iter().all(|n| n.get_ref() != other.get_ref()))
            {
                return Err(self
                    .fault(other.span(), format!("score \"{id}\" gives values to what is none of its items"), "no item")
                    .expected("the ids that stand in items"));
            }
            let mut items: Vec<Item> = Vec::new();
            for name in names {
                let own = score.values_of.iter().find(|(other, _)| other.get_ref() == name.get_ref());
                let item = match own {
                    Some((_, own)) => self.item(name, own, true, questions, &id)?,
                    None => self.item(name, &score.values, false, questions, &id)?,
                };
                if items.iter().any(|other| other.question == item.question) {
                    return Err(self.fault(name.span(), format!("score \"{id}\" has an item twice"), "again"));
                }
                items.push(item);
            }
            let own = score.values_of.values().flat_map(BTreeMap::values).chain(&score.constant);
            if let Some(wrong) = own.into_iter().find(|value| !value.get_ref().is_finite()) {
                return Err(self.fault(wrong.span(), format!("score \"{id}\" has a value that is no number"), "value"));
            }
            for (code, value) in &score.values {
                let used = items.iter().filter_map(|item| questions[item.question].scale.as_ref());
                if !used.into_iter().any(|scale| scale.responses.iter().any(|response| response.code == *code)) {
                    return Err(self.fault(
                        value.span(),
                        format!("no item of score \"{id}\" has the response {code:?}"),
                        "value",
                    ));
                }
                if !value.get_ref().is_finite() {
                    return Err(self.fault(
                        value.span(),
                        format!("score \"{id}\" has a value that is no number"),
                        "value",
                    ));
                }
            }
            let minimum = score.minimum.as_ref().map_or(items.len(), |minimum| *minimum.get_ref());
            if let Some(place) = score.minimum.filter(|_| minimum == 0 || minimum > items.len()) {
                return Err(self
                    .fault(place.span(), format!("score \"{id}\" needs {minimum} items"), "of those there are")
                    .expected(format!("a number from 1 to {}", items.len())));
            }
            found.push(Score {
                text: score.text,
                label: score.label,
                items,
                combine: match score.combine {
                    CombineText::Sum => Combine::Sum,
                    CombineText::Mean => Combine::Mean,
                },
                minimum,
                constant: score.constant.map_or(0.0, |constant| *constant.get_ref()),
                high_is: score.high_is.unwrap_or(HighIs::Good),
                indicators: score.indicators,
                id,
            });
        }
        Ok(found)
    }

    fn item(
        &self,
        name: &Spanned<String>,
        values: &BTreeMap<String, Spanned<f64>>,
        own: bool,
        questions: &[Question],
        score: &str,
    ) -> Result<Item> {
        let id = name.get_ref();
        let Some(place) = questions.iter().position(|question| question.id == *id) else {
            let error = self.fault(name.span(), format!("score \"{score}\" has an unknown item"), "no such question");
            return Err(match nearest(id, questions.iter().map(|question| question.id.as_str())) {
                Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                None => error.hint("name questions of this instrument"),
            });
        };
        let question = &questions[place];
        match (&question.scale, question.kind) {
            (None, QuestionKind::Integer | QuestionKind::Decimal) if !own => {
                Ok(Item { question: place, values: Vec::new(), bands: Vec::new() })
            }
            (None, QuestionKind::Integer | QuestionKind::Decimal) => {
                let mut bands = Vec::new();
                for (from, value) in values {
                    let Some(from) = from.trim().parse::<f64>().ok().filter(|from| from.is_finite()) else {
                        return Err(self
                            .fault(value.span(), format!("{from:?} is no number from which a value counts"), "value")
                            .expected("values_of = { QUESTION = { 18 = 0.0, 65 = 1.5 } }: from 18 on, from 65 on"));
                    };
                    bands.push((from, *value.get_ref()));
                }
                bands.sort_by(|a, b| a.0.total_cmp(&b.0));
                let (bands, values) = bands.into_iter().unzip();
                Ok(Item { question: place, values, bands })
            }
            (Some(scale), kind) if kind != QuestionKind::Multiple => {
                let unknown = |code: &&String| scale.responses.iter().all(|response| response.code != **code);
                if let Some(code) = values.keys().find(unknown).filter(|_| own) {
                    return Err(self
                        .fault(values[code].span(), format!("item \"{id}\" has no response {code:?}"), "value")
                        .expected("the codes of its responses"));
                }
                let mut found = Vec::new();
                for response in &scale.responses {
                    let declared = values.get(&response.code).map(|value| *value.get_ref());
                    let Some(value) = declared.or(response.score) else {
                        return Err(self
                            .fault(name.span(), format!("response {:?} has no value", response.code), "this item")
                            .expected(
                                "a score on every response of its scale, or values = { CODE = NUMBER } in [[score]]",
                            ));
                    };
                    found.push(value);
                }
                Ok(Item { question: place, values: found, bands: Vec::new() })
            }
            _ => Err(self
                .fault(name.span(), format!("question \"{id}\" cannot be an item of a score"), "this item")
                .expected("a question with one response, a rating or a number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::instrument::parse;
    use crate::terms::Missing;

    const HEAD: &str = r#"
        [instrument]
        id = "i"
        version = "1"
        title = "t"
        kind = "survey"
        [scales.three]
        responses = [
            { code = 1, label = "one", valence = "positive", score = 3 },
            { code = 2, label = "two", score = 2 },
            { code = 3, label = "three", valence = "negative", score = 1 },
        ]
        nets = [{ id = "not-one", label = "two or three", responses = [3, 2], high_is = "bad" }]
        [[section]]
        id = "s"
        title = "s"
        [[section.question]]
        id = "a"
        text = "a"
        kind = "single"
        scale = "three"
        [[section.question]]
        id = "b"
        text = "b"
        kind = "single"
        scale = "three"
        nets = [{ id = "ends", label = "one or three", responses = [1, 3] }]
        [[section.question]]
        id = "c"
        text = "c"
        kind = "text"
    "#;

    fn score(text: &str) -> Result<Score> {
        let mut instrument = parse(Path::new("test.toml"), &format!("{HEAD}\n[[score]]\n{text}"))?;
        Ok(instrument.scores.remove(0))
    }

    #[test]
    fn a_scale_gives_its_nets_to_its_questions() {
        let instrument = parse(Path::new("test.toml"), HEAD).expect("a sound instrument");
        let ids = |at: usize| instrument.questions[at].nets.iter().map(|net| net.id.as_str()).collect::<Vec<_>>();
        assert_eq!((ids(0), ids(1), ids(2)), (vec!["not-one"], vec!["not-one", "ends"], vec![]));
        assert_eq!(instrument.questions[0].nets[0].responses, [1, 2]);
        assert_eq!(instrument.questions[0].high_is, HighIs::Good);
        assert_eq!(instrument.questions[2].high_is, HighIs::Neither);
    }

    #[test]
    fn a_score_needs_all_items_unless_it_says_how_many() {
        let [best, worst] = [Answer::Response(0), Answer::Response(2)];
        let gap = Answer::Missing(Missing::NotAnswered);
        // Two people: one answered both, the other the first only.
        let of = |score: &Score| score.of(2, |person, question| [[&best, &worst], [&best, &gap]][person][question]);
        let sum = score("id = 's1'\nlabel = 's'\nitems = ['a', 'b']\ncombine = 'sum'").expect("sound");
        assert_eq!((of(&sum)[0], of(&sum)[1].is_nan(), sum.range()), (4.0, true, Some((2.0, 6.0))));
        assert_eq!(sum.rule(), "sum of 2 items, all needed");
        let some = "id = 's1'\nlabel = 's'\nitems = ['a', 'b']\nminimum = 1\ncombine = ";
        let prorated = score(&format!("{some}'sum'")).expect("sound");
        assert_eq!(of(&prorated), [4.0, 6.0]);
        let mean = score(&format!("{some}'mean'\nvalues = {{ 1 = 10, 3 = 0 }}")).expect("sound");
        assert_eq!(of(&mean), [5.0, 10.0]);
        assert_eq!(mean.range(), Some((0.0, 10.0)));
    }

    #[test]
    fn items_have_values_of_their_own_numbers_by_band_and_a_constant_is_added() {
        let numbers = HEAD.replace("kind = \"text\"", "kind = \"integer\"");
        let text = "id = 's1'\nlabel = 's'\nitems = ['a', 'b', 'c']\ncombine = 'sum'\nconstant = -1.5\n\
                    [score.values_of]\na = { 1 = 0.25, 2 = 0.5, 3 = 1 }\nc = { 18 = 0, 65 = 0.125 }";
        let instrument = parse(Path::new("test.toml"), &format!("{numbers}\n[[score]]\n{text}")).expect("sound");
        let score = &instrument.scores[0];
        let of = |a: usize, b: usize, c: f64| {
            let answers = [Answer::Response(a), Answer::Response(b), Answer::Number(c)];
            score.of(1, |_, question| &answers[question])[0]
        };
        // The second item has the scores of its scale.
        assert_eq!((of(0, 0, 64.0), of(2, 1, 65.0), of(1, 2, 99.0)), (1.75, 1.625, 0.125));
        assert!(of(0, 0, 17.0).is_nan(), "below the first band there is no value");
        assert_eq!(score.range(), Some((-0.25, 2.625)));
        assert_eq!(score.range_in_words(), Some(("-0.25".to_owned(), "2.625".to_owned())));
        assert_eq!(score.rule(), "sum of 3 items, all needed, less 1.5");
    }

    #[test]
    fn what_cannot_be_is_underlined() {
        for (text, word) in [
            ("id = 'a'\nlabel = 's'\nitems = ['a', 'b']\ncombine = 'sum'", "defined twice"),
            ("id = 'x'\nlabel = 's'\nitems = ['a']\ncombine = 'sum'", "fewer than two"),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'c']\ncombine = 'sum'", "cannot be an item"),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'd']\ncombine = 'sum'", "unknown item"),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'b']\nminimum = 3\ncombine = 'sum'", "needs 3 items"),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'b']\nvalues = { 9 = 1 }\ncombine = 'sum'", "has the response"),
            (
                "id = 'x'\nlabel = 's'\nitems = ['a', 'b']\ncombine = 'sum'\nvalues_of.c = { 1 = 1 }",
                "none of its items",
            ),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'b']\ncombine = 'sum'\nvalues_of.a = { 9 = 1 }", "has no response"),
            ("id = 'x'\nlabel = 's'\nitems = ['a', 'b']\ncombine = 'sum'\nconstant = nan", "no number"),
        ] {
            let error = score(text).expect_err(text);
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
