//! From the items of a form to what a study asks: questions in a row, notes between them, repeats beside them.
//!
//! A group is its questions, each under the group's condition. A response in words is a question of its own. So the
//! stages after this one know questions only.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{ConditionText, QuestionText, Resolver};
use crate::error::Result;
use crate::formula::{Formula, Function, Joint, Node};
use crate::instrument::comparison::{Language, Side, misfit};
use crate::instrument::{
    Condition, Filter, Instrument, ItemKind, Note, Question, QuestionKind, Repeat, Response, Rule, Scale, Valence,
    Written,
};

/// What was asked so far.
#[derive(Default)]
pub(super) struct Asked {
    pub questions: Vec<Question>,
    pub notes: Vec<Note>,
    /// Repeats, without their forms, and what they ask.
    pub repeats: Vec<(Repeat, Asked)>,
}

/// Where items stand.
#[derive(Clone)]
pub(super) struct Within<'a> {
    /// The place of the section.
    pub section: usize,
    /// The condition of the groups around them.
    pub relevant: Option<Formula>,
    /// In a repeat: what is asked outside of it.
    pub repeat: Option<&'a Asked>,
}

/// What an item became.
pub(super) enum Became {
    Questions(Vec<Question>),
    Note(Note),
    /// A group or a repeat, with the condition of what it holds.
    Container(Option<Formula>),
}

/// What leads to a question.
pub(super) enum Routing {
    /// A question beside it.
    Here(Condition),
    /// A question outside the repeat.
    Outside(Formula),
}

/// What a formula is for, and so what it may use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Uses {
    Condition,
    Constraint,
    Filter,
}

/// What a repeat says of itself.
pub(super) struct Head {
    id: String,
    label: String,
    count: Option<Spanned<String>>,
    span: std::ops::Range<usize>,
}

impl Head {
    pub(super) fn of(item: &QuestionText) -> Head {
        Head {
            id: item.id.get_ref().clone(),
            label: if item.text.trim().is_empty() { item.id.get_ref().clone() } else { item.text.clone() },
            count: item.repeat_count.clone(),
            span: item.id.span(),
        }
    }
}

/// The repeat with its form, which has the sections of the whole.
///
/// The repeat's own condition, and the number of its rows, are conditions of each of its questions.
pub(super) fn whole(repeat: Repeat, mut inner: Asked, of: &Instrument) -> Repeat {
    let within = repeat.count.as_ref().map(|count| Formula {
        text: format!("position(..) <= ({})", count.text),
        node: Node::Join(Joint::AtMost, Box::new(Node::Position), Box::new(count.node.clone())),
    });
    let outside = Formula::and(repeat.relevant.clone(), within);
    for question in &mut inner.questions {
        question.written.relevant = Formula::and(outside.clone(), question.written.relevant.take());
    }
    let mut edits = Vec::new();
    super::edits::usual(&mut edits, &inner.questions);
    let form = Instrument {
        id: repeat.id.clone(),
        title: repeat.label.clone(),
        introduction: String::new(),
        questions: inner.questions,
        notes: inner.notes,
        scores: Vec::new(),
        edits,
        repeats: Vec::new(),
        ..of.clone()
    };
    Repeat { form: Box::new(form), ..repeat }
}

/// The condition of a group, from what leads to it and what is written out.
pub(super) fn of_group(ask_if: Option<&Condition>, relevant: Option<Formula>, asked: &Asked) -> Option<Formula> {
    let leads = ask_if.and_then(|condition| {
        Some(Formula::has_one_of(&asked.questions.get(condition.question)?.id, &condition.codes))
    });
    Formula::and(leads, relevant)
}

impl Resolver<'_> {
    /// What leads to a question, a group or a section.
    pub(super) fn routing(
        &mut self,
        condition: Option<Spanned<ConditionText>>,
        what: &str,
        id: &str,
        within: &Within<'_>,
        asked: &Asked,
    ) -> Result<Option<Routing>> {
        let Some(condition) = condition else { return Ok(None) };
        let name = condition.get_ref().question.get_ref().clone();
        if self.broken.contains(&name) {
            return Ok(None);
        }
        let outside = within.repeat.filter(|outer| {
            outer.questions.iter().any(|q| q.id == name) && !asked.questions.iter().any(|q| q.id == name)
        });
        Ok(Some(match outside {
            Some(outer) => {
                let condition = self.condition(condition, what, id, &outer.questions)?;
                Routing::Outside(Formula::has_one_of(&name, &condition.codes))
            }
            None => Routing::Here(self.condition(condition, what, id, &asked.questions)?),
        }))
    }

    /// Reads a repeat.
    pub(super) fn repeat(
        &mut self,
        head: Head,
        items: Vec<QuestionText>,
        within: &Within<'_>,
        relevant: Option<Formula>,
        scales: &BTreeMap<String, Scale>,
        asked: &mut Asked,
    ) {
        if within.repeat.is_some() {
            let what = format!("repeat \"{}\" stands in another one, which a study cannot follow", head.id);
            self.beyond(head.span, what, "this repeat", "repeats of one level");
            return;
        }
        let what = format!("repeat \"{}\"", head.id);
        let count = head.count.as_ref().and_then(|text| {
            let formula = self.formula(text, &what, Uses::Condition, within, asked)?;
            self.comparisons(text, &formula, None, within, asked);
            Some(formula)
        });
        let mut inner = Asked::default();
        let inside = Within { section: within.section, relevant: None, repeat: Some(asked) };
        self.questions(items, &inside, scales, &mut inner);
        if inner.questions.is_empty() {
            return;
        }
        let repeat = Repeat {
            id: head.id,
            label: head.label,
            section: within.section,
            after: asked.questions.len(),
            relevant,
            count,
            form: Box::new(nothing()),
        };
        asked.repeats.push((repeat, inner));
        self.how_many(within, asked);
    }

    /// How many rows of the last repeat there are, as a question that is worked out; none where something else has its id.
    fn how_many(&self, within: &Within<'_>, asked: &mut Asked) {
        let Some((repeat, _)) = asked.repeats.last() else { return };
        let id = format!("{}_count", repeat.id);
        let Ok(formula) = Formula::parse(&format!("count(${{{}}})", repeat.id)) else { return };
        if self.line_of(&id).is_some() {
            return;
        }
        let label = format!("{}: how many", repeat.label);
        let written = Written {
            relevant: repeat.relevant.clone(),
            calculation: Some(formula),
            numeric: true,
            ..Written::default()
        };
        let count = Question::plain(id, within.section, label, QuestionKind::Calculate);
        asked.questions.push(Question { written, ..count });
    }

    /// What is written out about a question in the language of forms.
    pub(super) fn written(
        &mut self,
        question: &QuestionText,
        kind: ItemKind,
        scale: Option<&Scale>,
        within: &Within<'_>,
        asked: &Asked,
    ) -> Written {
        let id = question.id.get_ref().clone();
        let what = format!("question \"{id}\"");
        // In a constraint the point is an answer to the question itself.
        let itself = kind.in_a_study().map(|kind| Question {
            scale: scale.cloned(),
            ..Question::plain(id, within.section, question.text.clone(), kind)
        });
        let mut read = |text: &Option<Spanned<String>>, uses| {
            let text = text.as_ref()?;
            let formula = self.formula(text, &what, uses, within, asked)?;
            self.comparisons(text, &formula, itself.as_ref(), within, asked);
            Some(formula)
        };
        let own = read(&question.relevant, Uses::Condition);
        let relevant = Formula::and(within.relevant.clone(), own);
        let constraint = read(&question.constraint, Uses::Constraint).filter(|_| kind.is_asked());
        let calculation = read(&question.calculation, Uses::Condition);
        let filter = read(&question.choice_filter, Uses::Filter).filter(|_| kind.has_scale());
        let required = match question.required.as_ref().map(|rule| (rule.span(), rule.get_ref().clone())) {
            Some((span, Rule::If(text))) => read(&Some(Spanned::new(span, text)), Uses::Condition),
            _ => None,
        };
        let columns = question.scale.as_ref().and_then(|scale| self.columns.get(scale.get_ref()).cloned());
        Written {
            relevant,
            required,
            constraint,
            constraint_message: question.constraint_message.clone(),
            numeric: calculation.as_ref().is_some_and(|formula| gives_number(&formula.node, within, asked)),
            calculation,
            filter: filter.map(|formula| Filter { formula, columns: columns.unwrap_or_default() }),
        }
    }

    /// Parses a formula and looks its names up; none where a study cannot follow it, which is noted.
    pub(super) fn formula(
        &mut self,
        text: &Spanned<String>,
        what: &str,
        uses: Uses,
        within: &Within<'_>,
        asked: &Asked,
    ) -> Option<Formula> {
        if text.get_ref().trim().is_empty() {
            return None;
        }
        let mut refuse = |problem: String, label: &str, expected: String| {
            self.beyond(
                text.span(),
                format!("{what} has a formula that a study cannot follow: {problem}"),
                label,
                expected,
            );
        };
        let formula = match Formula::parse(text.get_ref()) {
            Ok(formula) => formula,
            Err(fault) => {
                refuse(fault.problem, "this formula", fault.hint);
                return None;
            }
        };
        for (node, allowed, problem, expected) in [
            (
                (|node| *node == Node::Itself) as fn(&Node) -> bool,
                uses == Uses::Constraint,
                "the point stands for an answer that is being given",
                "the point in a constraint only",
            ),
            (
                |node| matches!(node, Node::Column(_)),
                uses == Uses::Filter,
                "a bare name stands for a column of the responses",
                "${name} for the answer to a question",
            ),
            (
                |node| *node == Node::Position,
                within.repeat.is_some(),
                "position(..) is the number of a row in a repeat",
                "position(..) inside a repeat only",
            ),
        ] {
            if formula.uses(node) && !allowed {
                refuse(problem.to_owned(), "this formula", expected.to_owned());
                return None;
            }
        }
        let outer = within.repeat;
        let levels = std::iter::once(asked).chain(outer);
        let known = |name: &str| levels.clone().any(|level| level.questions.iter().any(|q| q.id == name));
        let repeated = |name: &str| {
            let holds = |(repeat, inner): &(Repeat, Asked)| {
                repeat.id == name || inner.questions.iter().any(|question| question.id == name)
            };
            levels.clone().any(|level| level.repeats.iter().any(holds))
        };
        let wrong = formula.references().into_iter().find(|(name, gathered)| {
            let fits = known(name) || (*gathered && repeated(name));
            !fits && !self.broken.contains(*name)
        });
        let Some((name, _)) = wrong else { return Some(formula) };
        let (problem, expected) = if repeated(name) {
            (
                format!("\"{name}\" has many answers, one for each row of its repeat"),
                format!("sum(${{{name}}}), count(), min() or max()"),
            )
        } else if self.seen.contains(&name.to_lowercase()) {
            (format!("\"{name}\" is not answered by anybody"), "a question with an answer".to_owned())
        } else if let Some(line) = self.line_of(name) {
            (format!("\"{name}\" comes later, in line {line}"), "questions further up".to_owned())
        } else {
            (format!("there is no question \"{name}\""), "questions further up".to_owned())
        };
        self.beyond(
            text.span(),
            format!("{what} has a formula that a study cannot follow: {problem}"),
            "this formula",
            expected,
        );
        None
    }

    /// Notes comparisons of a formula that cannot be meant. `itself` is the question that a constraint is about.
    pub(super) fn comparisons(
        &mut self,
        text: &Spanned<String>,
        formula: &Formula,
        itself: Option<&Question>,
        within: &Within<'_>,
        asked: &Asked,
    ) {
        // The formula is the text without the blanks around it.
        let ahead = text.get_ref().len() - text.get_ref().trim_start().len();
        for compared in formula.compared() {
            let [left, right] = [compared.left.0, compared.right.0].map(|node| side(node, itself, within, asked));
            let Some(misfit) = misfit(compared.way, &left, &right, Language::Forms) else { continue };
            let span = if misfit.right { compared.right.1 } else { compared.left.1 };
            let place = self.within(text, span.start + ahead..span.end + ahead);
            let error = self.misfit(place, misfit);
            self.misfits.push(error);
        }
    }

    /// Lowest, highest and step of a range, as its parameters say; 1 to 10 by 1 where they do not.
    pub(super) fn range(&mut self, question: &QuestionText, kind: QuestionKind) -> Option<(f64, f64, f64)> {
        if kind != QuestionKind::Range {
            return None;
        }
        let mut range = [("start", 1.0), ("end", 10.0), ("step", 1.0)];
        let words = question.parameters.replace([',', ';'], " ").replace(" =", "=").replace("= ", "=");
        for word in words.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let slot = range.iter_mut().find(|(known, _)| *known == name);
            match (slot, value.parse::<f64>()) {
                (Some((_, slot)), Ok(number)) if number.is_finite() => *slot = number,
                (None, _) => {}
                _ => {
                    let what = format!("question \"{}\" has a range whose {name} is no number", question.id.get_ref());
                    self.beyond(question.kind.span(), what, "this range", "parameters = \"start=0 end=10 step=1\"");
                }
            }
        }
        let [(_, low), (_, high), (_, step)] = range;
        if low > high || step <= 0.0 {
            let what = format!("question \"{}\" has a range in which nothing lies", question.id.get_ref());
            self.beyond(question.kind.span(), what, "this range", "parameters = \"start=0 end=10 step=1\"");
        }
        Some((low, high, step))
    }

    /// Where a response in words is asked for: when.
    pub(super) fn or_other(&self, question: &QuestionText, place: usize) -> Result<Option<Condition>> {
        let Some(yes) = question.or_other.as_ref().filter(|yes| *yes.get_ref()) else { return Ok(None) };
        let id = question.id.get_ref();
        if let Some(line) = self.line_of(&format!("{id}_other")) {
            return Err(self
                .fault(yes.span(), format!("question \"{id}\" asks for another response in words"), "or_other")
                .expected(format!("the id {id}_other for them, which the question in line {line} has already"))
                .hint("rename that question, or take or_other away"));
        }
        Ok(Some(Condition { question: place, codes: vec![OTHER.to_owned()] }))
    }
}

/// The code of the response that is given in words.
const OTHER: &str = "other";

/// A scale with a response for everything else.
pub(super) fn with_other(mut scale: Scale) -> Scale {
    if !scale.responses.iter().any(|response| response.code == OTHER) {
        let label = "Other".to_owned();
        scale.responses.push(Response { code: OTHER.to_owned(), label, ..Response::default() });
    }
    scale
}

/// The question for the words of another response.
pub(super) fn in_words(question: &Question, condition: Condition) -> Question {
    let label = format!("{}: other", question.label);
    Question {
        text: format!("{} Other: which?", question.text.trim()),
        ask_if: Some(condition),
        indicators: question.indicators.clone(),
        written: Written { relevant: question.written.relevant.clone(), ..Written::default() },
        only_in: question.only_in,
        ..Question::plain(format!("{}_other", question.id), question.section, label, QuestionKind::Text)
    }
}

/// The scale of a box to tick. One that is left empty says no.
pub(super) fn box_to_tick() -> Scale {
    let response = |code: &str, label: &str, valence| Response {
        code: code.to_owned(),
        label: label.to_owned(),
        valence,
        ..Response::default()
    };
    Scale {
        id: "acknowledge".to_owned(),
        responses: vec![response("OK", "Yes", Valence::Positive), response("no", "No", Valence::Negative)],
        positive_label: "Acknowledged".to_owned(),
        ..Scale::default()
    }
}

/// What a part of a formula is, where it is compared.
fn side<'s>(node: &'s Node, itself: Option<&'s Question>, within: &Within<'s>, asked: &'s Asked) -> Side<'s> {
    match node {
        Node::Number(number) => Side::Number(*number),
        Node::Text(text) => Side::Text(text),
        Node::Answer(name) => {
            let mut levels = std::iter::once(asked).chain(within.repeat);
            let question = levels.find_map(|level| level.questions.iter().find(|question| question.id == *name));
            question.map_or(Side::Open, Side::Answer)
        }
        Node::Itself => itself.map_or(Side::Open, Side::Answer),
        // A day that is written out as one is compared as the text in it.
        Node::Call(Function::Date, parts) => match parts.first() {
            Some(Node::Text(text)) => Side::Text(text),
            _ => Side::Open,
        },
        node if gives_number(node, within, asked) => Side::SomeNumber,
        _ => Side::Open,
    }
}

/// Whether a formula gives a number.
fn gives_number(node: &Node, within: &Within<'_>, asked: &Asked) -> bool {
    match node {
        Node::Number(_) | Node::Minus(_) | Node::Position => true,
        Node::Join(joint, ..) => {
            matches!(joint, Joint::Plus | Joint::Minus | Joint::Times | Joint::Divide | Joint::Modulo)
        }
        Node::Answer(name) => {
            let mut levels = std::iter::once(asked).chain(within.repeat);
            levels.find_map(|level| level.questions.iter().find(|q| q.id == *name)).is_some_and(|question| {
                question.kind.is_number() || (question.kind == QuestionKind::Calculate && question.written.numeric)
            })
        }
        Node::Call(Function::If, parts) => parts[1..].iter().all(|part| gives_number(part, within, asked)),
        Node::Call(Function::Coalesce, parts) => parts.iter().all(|part| gives_number(part, within, asked)),
        Node::Call(function, _) => {
            use Function::{Abs, Count, CountSelected, Int, Max, Min, Number, Pow, Round, StringLength, Sum};
            matches!(
                function,
                Abs | Count | CountSelected | Int | Max | Min | Number | Pow | Round | StringLength | Sum
            )
        }
        Node::Text(_) | Node::Itself | Node::Column(_) => false,
    }
}

/// A form that asks nothing, until what a repeat asks is known.
fn nothing() -> Instrument {
    Instrument {
        id: String::new(),
        version: String::new(),
        title: String::new(),
        kind: crate::terms::StudyKind::Survey,
        introduction: String::new(),
        sections: Vec::new(),
        questions: Vec::new(),
        scores: Vec::new(),
        edits: Vec::new(),
        notes: Vec::new(),
        repeats: Vec::new(),
        language: String::new(),
        translations: BTreeMap::new(),
        hash: String::new(),
    }
}
