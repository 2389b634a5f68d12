//! `[[edit]]`: from rules as written to [`EditRule`]s, every name resolved, faults underlined.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{Code, Resolver};
use crate::error::{Error, Result};
use crate::expression::{Expression, What};
use crate::instrument::comparison::{Language, Misfit, Side, misfit, no_condition};
use crate::instrument::{
    Answer, EditAction, EditCondition, EditPart, EditRule, EditSlot, EditTest, FRAME, Question, QuestionKind, Take,
    nearest,
};
use crate::terms::Missing;

/// `[[edit]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditText {
    pub(super) id: Spanned<String>,
    label: String,
    /// A condition over the answers, by question id.
    when: Option<Spanned<String>>,
    /// The kind of contradiction that the instrument itself tells.
    from: Option<Spanned<Source>>,
    action: Spanned<Action>,
    /// What it acts on.
    questions: Option<Spanned<Vec<Spanned<String>>>>,
    /// The answer that a question is set to.
    to: Option<Spanned<toml::Value>>,
    /// The part of the answer that is used.
    take: Option<Spanned<TakeText>>,
    /// The kind of missing that an answer is set to.
    missing: Option<Spanned<Missing>>,
    pass: Option<Spanned<u8>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Source {
    Routing,
    OneBox,
    Exclusive,
    Range,
    Blank,
}

impl Source {
    fn test(self) -> EditTest {
        match self {
            Source::Routing => EditTest::Routing,
            Source::OneBox => EditTest::OneBox,
            Source::Exclusive => EditTest::Exclusive,
            Source::Range => EditTest::Range,
            Source::Blank => EditTest::Blank,
        }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Keep,
    Warn,
    SetMissing,
    Set,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum TakeText {
    First,
    Last,
    Exclusive,
    Others,
}

/// The kinds of contradiction that are treated whether an instrument speaks of them or not.
const USUAL: [(EditTest, &str, Missing); 4] = [
    (EditTest::OneBox, "Several responses where one is asked for", Missing::Unreadable),
    (EditTest::Exclusive, "A response that excludes the others together with them", Missing::Unreadable),
    (EditTest::Range, "A number or a date outside the question's bounds", Missing::Unreadable),
    (EditTest::Routing, "An answer to a question that was not asked", Missing::NotAsked),
];

/// Passes are few: more could not be followed.
const PASSES: u8 = 9;

/// Adds to declared rules the usual ones, for the questions that none of those covers.
pub(super) fn usual(all: &mut Vec<EditRule>, questions: &[Question]) {
    for (test, label, kind) in USUAL {
        let covered = |at: &usize| all.iter().any(|rule| rule.test == test && rule.questions.contains(at));
        let mut left: Vec<usize> = eligible(&test, questions).into_iter().filter(|at| !covered(at)).collect();
        if test == EditTest::Routing {
            // What only one form asks is passed by in the other.
            let one_form = (0..questions.len()).filter(|&at| questions[at].only_in.is_some() && !covered(&at));
            left.extend(one_form);
            left.sort_unstable();
            left.dedup();
        }
        if !left.is_empty() {
            all.push(EditRule {
                id: test.name().to_owned(),
                label: label.to_owned(),
                test,
                action: EditAction::SetMissing(kind),
                questions: left,
                pass: 1,
                usual: true,
            });
        }
    }
}

impl Resolver<'_> {
    /// The rules in the order in which they are applied, the usual ones among them.
    pub(super) fn edits(&mut self, texts: Vec<EditText>, questions: &[Question]) -> Vec<EditRule> {
        let mut rules: Vec<(EditRule, Range<usize>)> = Vec::new();
        for text in texts {
            let place = text.id.span();
            let rule = self.edit(text, questions).and_then(|rule| match rule {
                Some(rule) => self.once(&rule, &place, &rules).map(|()| Some(rule)),
                None => Ok(None),
            });
            rules.extend(self.keep(rule).flatten().map(|rule| (rule, place)));
        }
        let ordered = self.edits_in_order(rules, questions);
        let declared = self.keep(ordered).unwrap_or_default();
        let mut all = declared;
        usual(&mut all, questions);
        // Each answer by itself, then answers beside each other, then the way through the form, then the whole.
        all.sort_by_key(|rule| match rule.test {
            EditTest::OneBox | EditTest::Exclusive | EditTest::Range => 0,
            EditTest::When(_) => 1,
            EditTest::Routing if matches!(rule.action, EditAction::SetGate(_)) => 1,
            EditTest::Routing => 2,
            EditTest::Blank => 3,
        });
        all
    }

    /// One number for one rule, and one rule for each kind of contradiction of a question.
    fn once(&self, rule: &EditRule, place: &Range<usize>, before: &[(EditRule, Range<usize>)]) -> Result<()> {
        let id = &rule.id;
        if USUAL.iter().any(|(test, ..)| test.name().eq_ignore_ascii_case(id)) {
            return Err(self
                .fault(place.clone(), format!("an edit rule cannot be called \"{id}\""), "taken")
                .expected("a number such as \"E01\": this one stands for what is done where no rule says otherwise"));
        }
        if before.iter().any(|(other, _)| other.id.eq_ignore_ascii_case(id)) {
            return Err(self
                .fault(place.clone(), format!("edit rule \"{id}\" is defined twice"), "the second one")
                .expected("each number once: it stands in the log of what was changed"));
        }
        let same = |other: &&(EditRule, Range<usize>)| {
            !matches!(rule.test, EditTest::When(_) | EditTest::Blank)
                && other.0.test == rule.test
                && rule.questions.iter().any(|question| other.0.questions.contains(question))
        };
        match before.iter().find(same) {
            Some((other, _)) => Err(self
                .fault(
                    place.clone(),
                    format!("edit rules \"{}\" and \"{id}\" speak of one thing", other.id),
                    "the second one",
                )
                .found(format!("both are made from {} for one question", rule.test.name()))
                .hint("name the questions of each of them with questions = [...]")),
            None => Ok(()),
        }
    }

    /// One rule; none where it is about a question that is wrong itself.
    fn edit(&mut self, text: EditText, questions: &[Question]) -> Result<Option<EditRule>> {
        self.name(&text.id, "an edit rule")?;
        let id = text.id.get_ref().clone();
        let (test, named) = match (&text.when, &text.from) {
            (Some(when), None) => {
                let Some(condition) = self.edit_condition(when, &id, questions)? else { return Ok(None) };
                if condition.is_of_each() && text.questions.is_none() {
                    return Err(self
                        .fault(
                            when.span(),
                            format!("edit rule \"{id}\" does not say what \"it\" is"),
                            "of which questions?",
                        )
                        .expected("questions = [\"q1\", ...]: the condition is asked of each of them by itself"));
                }
                let mut named: Vec<usize> = condition.questions().collect();
                named.sort_unstable();
                named.dedup();
                (EditTest::When(condition), named)
            }
            (None, Some(source)) => {
                let test = source.get_ref().test();
                let named = eligible(&test, questions);
                (test, named)
            }
            _ => {
                return Err(self
                    .fault(text.id.span(), format!("edit rule \"{id}\" does not say where it applies"), "this rule")
                    .expected(
                        "when = \"a condition\", or from = \"routing\", \"one-box\", \"exclusive\", \"range\" or \
                         \"blank\"; one of the two",
                    ));
            }
        };
        let acts_on = match &text.questions {
            None if matches!(test, EditTest::When(_))
                && matches!(text.action.get_ref(), Action::SetMissing | Action::Set) =>
            {
                return Err(self
                    .fault(text.action.span(), format!("edit rule \"{id}\" does not say what it sets"), "sets what?")
                    .expected("questions = [\"q1\", ...]"));
            }
            None => named,
            Some(list) => {
                let Some(chosen) = self.edit_questions(list, &id, questions)? else { return Ok(None) };
                if let EditTest::When(_) = test {
                    chosen
                } else {
                    let unfit =
                        list.get_ref().iter().find(|name| !named.iter().any(|&at| questions[at].id == *name.get_ref()));
                    if let Some(name) = unfit {
                        return Err(self
                            .fault(name.span(), format!("edit rule \"{id}\" can never apply"), "this question")
                            .expected(fitting(&test)));
                    }
                    chosen
                }
            }
        };
        if acts_on.is_empty() {
            return Err(self
                .fault(text.id.span(), format!("edit rule \"{id}\" can never apply"), "no such question")
                .expected(fitting(&test)));
        }
        let action = self.edit_action(&text, &test, &acts_on, questions)?;
        let pass = text.pass.as_ref().map_or(1, |pass| *pass.get_ref());
        if let Some(place) = text.pass.as_ref().filter(|_| !(1..=PASSES).contains(&pass)) {
            return Err(self
                .fault(place.span(), format!("edit rule \"{id}\" is in no pass"), "this pass")
                .expected(format!("a number from 1 to {PASSES}")));
        }
        Ok(Some(EditRule { id, label: text.label, test, action, questions: acts_on, pass, usual: false }))
    }

    /// The places of the questions named; none where one is wrong itself, or of a kind that is not asked.
    fn edit_questions(
        &mut self,
        list: &Spanned<Vec<Spanned<String>>>,
        id: &str,
        questions: &[Question],
    ) -> Result<Option<Vec<usize>>> {
        if list.get_ref().is_empty() {
            return Err(self
                .fault(list.span(), format!("edit rule \"{id}\" acts on nothing"), "nothing")
                .expected("questions = [\"q1\", ...]"));
        }
        let mut places = Vec::new();
        for (at, name) in list.get_ref().iter().enumerate() {
            if list.get_ref()[..at].iter().any(|other| other.get_ref() == name.get_ref()) {
                return Err(self
                    .fault(name.span(), format!("edit rule \"{id}\" names {:?} twice", name.get_ref()), "again")
                    .expected("each question once"));
            }
            match self.edit_question(name.get_ref(), name.span(), id, questions)? {
                Some(at) => places.push(at),
                None => return Ok(None),
            }
        }
        places.sort_unstable();
        places.dedup();
        Ok(Some(places))
    }

    fn edit_question(
        &mut self,
        name: &str,
        span: Range<usize>,
        id: &str,
        questions: &[Question],
    ) -> Result<Option<usize>> {
        if let Some(at) = questions.iter().position(|question| question.id == name) {
            return Ok(Some(at));
        }
        if self.broken.contains(name) {
            return Ok(None);
        }
        if self.ids.iter().any(|(known, _)| known == name) {
            let what = format!("edit rule \"{id}\" is about \"{name}\", which a study cannot ask");
            let error = self.fault(span, what, "this question").hint("take the rule out to run the study");
            self.beyond.push(error);
            return Ok(None);
        }
        let error = self
            .fault(span, format!("edit rule \"{id}\" names an unknown question"), "no such question")
            .expected("the id of a question of the instrument");
        Err(match nearest(name, questions.iter().map(|question| question.id.as_str())) {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error,
        })
    }

    fn edit_condition(
        &mut self,
        when: &Spanned<String>,
        id: &str,
        questions: &[Question],
    ) -> Result<Option<EditCondition>> {
        let expression = Expression::parse(when.get_ref()).map_err(|fault| {
            let place = self.within(when, fault.span.clone());
            self.fault(place, fault.problem.clone(), "here").expected(fault.expected)
        })?;
        if expression.names().is_empty() {
            return Err(self
                .fault(when.span(), format!("edit rule \"{id}\" asks about no question"), "this condition")
                .expected("a condition such as \"q1 = 'no' and q2 is not missing\""));
        }
        let mut slots = Vec::new();
        for name in expression.names() {
            let whole = questions.iter().any(|question| question.id == name.name);
            let part = name.name.rsplit_once('.').filter(|_| !whole).and_then(|(question, part)| {
                let known = EditPart::NAMED.iter().find(|(known, _)| part.eq_ignore_ascii_case(known))?;
                Some((question, known.1))
            });
            let (question, part) = part.unwrap_or((name.name.as_str(), EditPart::Answer));
            if question == EditCondition::IT && questions.iter().all(|other| other.id != question) {
                slots.push(EditSlot::It(part));
                continue;
            }
            let place = self.within(when, name.span.clone());
            // A question may have the name.
            let is_asked = self.ids.iter().any(|(known, _)| known == "frame");
            if let Some(column) = name.name.strip_prefix(FRAME).filter(|column| !column.is_empty() && !is_asked) {
                slots.push(EditSlot::Frame(column.to_owned()));
                continue;
            }
            match self.edit_question(question, place, id, questions)? {
                Some(question) => slots.push(EditSlot::Question { question, part }),
                None => return Ok(None),
            }
        }
        if slots.iter().all(|slot| matches!(slot, EditSlot::Frame(_))) {
            return Err(self
                .fault(when.span(), format!("edit rule \"{id}\" asks about no question"), "this condition")
                .expected("a condition such as \"q1 = 'no' and frame.area = 'North'\""));
        }
        for compared in expression.compared() {
            let [left, right] = [&compared.left.what, &compared.right.what].map(|what| side(what, &slots, questions));
            let misfit = misfit(compared.way, &left, &right, Language::Rules);
            if let Some(misfit) = misfit {
                let span = if misfit.right { compared.right.span } else { compared.left.span };
                return Err(self.misfit(self.within(when, span), misfit));
            }
        }
        for (slot, span) in expression.alone() {
            let misfit = match slots[slot] {
                EditSlot::Question { question, part: EditPart::Answer } => no_condition(&questions[question]),
                _ => None,
            };
            if let Some(misfit) = misfit {
                return Err(self.misfit(self.within(when, span), misfit));
            }
        }
        let span = self.within(when, 0..when.get_ref().len());
        Ok(Some(EditCondition { expression, slots, span }))
    }

    /// A comparison that cannot be meant, where it stands.
    pub(super) fn misfit(&self, place: Range<usize>, misfit: Misfit) -> Error {
        let error = self.fault(place, misfit.problem, misfit.label).expected(misfit.expected);
        match misfit.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// The bytes of a part of a text in the file.
    pub(super) fn within(&self, text: &Spanned<String>, part: Range<usize>) -> Range<usize> {
        let whole = text.span();
        let written = &self.text[whole.clone()];
        match written.find(text.get_ref().as_str()) {
            Some(start) => whole.start + start + part.start..whole.start + start + part.end,
            None => whole,
        }
    }

    fn edit_action(
        &self,
        text: &EditText,
        test: &EditTest,
        acts_on: &[usize],
        questions: &[Question],
    ) -> Result<EditAction> {
        let id = text.id.get_ref();
        let action = *text.action.get_ref();
        let unfit = |span: Range<usize>, what: &str, expected: &str| {
            Err(self
                .fault(span, format!("edit rule \"{id}\" says what it does not need"), what.to_owned())
                .expected(expected.to_owned()))
        };
        if let (Some(kind), true) = (&text.missing, action != Action::SetMissing) {
            return unfit(
                kind.span(),
                "this kind of missing",
                "missing = \"...\" beside action = \"set-missing\" only",
            );
        }
        if let (Some(to), true) = (&text.to, action != Action::Set) {
            return unfit(to.span(), "this answer", "to = \"...\" beside action = \"set\" only");
        }
        let parts = matches!(test, EditTest::OneBox | EditTest::Exclusive);
        if let (Some(take), true) = (&text.take, action != Action::Set || !parts) {
            let expected = "take = \"...\" beside action = \"set\" and from = \"one-box\" or \"exclusive\" only";
            return unfit(take.span(), "this part", expected);
        }
        let impossible = |expected: &str| {
            Err(self
                .fault(text.action.span(), format!("edit rule \"{id}\" cannot do this"), "this action")
                .expected(expected.to_owned()))
        };
        match (action, test) {
            (Action::Keep | Action::Warn, EditTest::OneBox) => {
                impossible("set-missing or set: a question with one box cannot keep two answers")
            }
            (Action::Keep, _) => Ok(EditAction::Keep),
            (Action::Warn, _) => Ok(EditAction::Warn),
            (Action::SetMissing, EditTest::Blank) if text.missing.is_some() => {
                let span = text.missing.as_ref().map_or(text.id.span(), |kind| kind.span());
                unfit(span, "this kind of missing", "nothing: the whole return counts as returned blank")
            }
            (Action::SetMissing, test) => {
                let usual = if *test == EditTest::Routing { Missing::NotAsked } else { Missing::Unreadable };
                Ok(EditAction::SetMissing(text.missing.as_ref().map_or(usual, |kind| *kind.get_ref())))
            }
            (Action::Set, EditTest::OneBox | EditTest::Exclusive) => self.edit_take(text, test),
            (Action::Set, EditTest::Routing) => {
                let gates = acts_on.iter().map(|&at| self.edit_gate(text, at, questions));
                Ok(EditAction::SetGate(gates.collect::<Result<_>>()?))
            }
            (Action::Set, EditTest::When(_)) => {
                let Some(to) = &text.to else {
                    return Err(self
                        .fault(text.action.span(), format!("edit rule \"{id}\" does not say the answer"), "to what?")
                        .expected("to = \"...\", a code, a number, a date or words"));
                };
                let answers = acts_on.iter().map(|&at| self.edit_answer(to, &questions[at]));
                Ok(EditAction::Set(answers.collect::<Result<_>>()?))
            }
            (Action::Set, EditTest::Range | EditTest::Blank) => impossible("keep, warn or set-missing"),
        }
    }

    fn edit_take(&self, text: &EditText, test: &EditTest) -> Result<EditAction> {
        let fitting: [Take; 2] = match test {
            EditTest::OneBox => [Take::First, Take::Last],
            _ => [Take::Exclusive, Take::Others],
        };
        let expected = format!("take = \"{}\" or \"{}\"", fitting[0].name(), fitting[1].name());
        let Some(take) = &text.take else {
            let problem = format!("edit rule \"{}\" does not say which response is used", text.id.get_ref());
            return Err(self.fault(text.action.span(), problem, "which one?").expected(expected));
        };
        let chosen = match take.get_ref() {
            TakeText::First => Take::First,
            TakeText::Last => Take::Last,
            TakeText::Exclusive => Take::Exclusive,
            TakeText::Others => Take::Others,
        };
        if fitting.contains(&chosen) {
            return Ok(EditAction::Take(chosen));
        }
        let problem = format!("edit rule \"{}\" takes what is not there", text.id.get_ref());
        Err(self.fault(take.span(), problem, "this part").expected(expected))
    }

    /// The response of the question that leads to another which the rule sets it to.
    fn edit_gate(&self, text: &EditText, at: usize, questions: &[Question]) -> Result<usize> {
        let follow_up = &questions[at];
        let Some(condition) = &follow_up.ask_if else {
            return Err(Error::definition(self.path, "a question without routing has no question that leads to it"));
        };
        let gate = &questions[condition.question];
        let code = match (&text.to, condition.codes.as_slice()) {
            (None, [one]) => one.clone(),
            (None, several) => {
                let problem = format!("several responses to \"{}\" lead to \"{}\"", gate.id, follow_up.id);
                return Err(self
                    .fault(text.action.span(), problem, "to which one?")
                    .expected(format!("to = one of {}", several.join(", "))));
            }
            (Some(to), codes) => {
                let code = self.code_of(&spelt(to), gate.scale.as_ref(), &gate.id)?;
                if !codes.contains(&code) {
                    let problem = format!("\"{code}\" does not lead to \"{}\"", follow_up.id);
                    return Err(self
                        .fault(to.span(), problem, "leads past it")
                        .expected(format!("one of {}", codes.join(", "))));
                }
                code
            }
        };
        let place = gate.scale.iter().flat_map(|scale| &scale.responses).position(|response| response.code == code);
        place.ok_or_else(|| Error::definition(self.path, "a question that routes has no responses"))
    }

    fn edit_answer(&self, to: &Spanned<toml::Value>, question: &Question) -> Result<Answer> {
        let unfit = |expected: String| {
            Err(self
                .fault(to.span(), format!("\"{}\" cannot be answered so", question.id), "this answer")
                .expected(expected))
        };
        match question.kind {
            kind if kind.is_number() => {
                let number = match to.get_ref() {
                    toml::Value::Integer(whole) => *whole as f64,
                    toml::Value::Float(number) => *number,
                    _ => return unfit("a number".to_owned()),
                };
                let bounded = question.minimum.is_none_or(|low| number >= low)
                    && question.maximum.is_none_or(|high| number <= high)
                    && number.is_finite()
                    && (question.kind == QuestionKind::Decimal || number.fract() == 0.0);
                if bounded { Ok(Answer::Number(number)) } else { unfit("a number within its bounds".to_owned()) }
            }
            QuestionKind::Date => {
                let date = to.get_ref().as_str().and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
                let bounded = |date: &NaiveDate| {
                    question.earliest.is_none_or(|first| *date >= first)
                        && question.latest.is_none_or(|last| *date <= last)
                };
                match date.filter(bounded) {
                    Some(date) => Ok(Answer::Date(date)),
                    None => unfit("a date within its bounds, such as \"2026-03-31\"".to_owned()),
                }
            }
            QuestionKind::Text => match to.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
                Some(words) => Ok(Answer::Text(words.to_owned())),
                None => unfit("words".to_owned()),
            },
            kind if !kind.has_scale() || kind == QuestionKind::Rank => {
                unfit("nothing: an edit rule cannot set it".to_owned())
            }
            kind => {
                let code = self.code_of(&spelt(to), question.scale.as_ref(), &question.id)?;
                let responses = question.scale.iter().flat_map(|scale| &scale.responses);
                let place = responses.into_iter().position(|response| response.code == code).unwrap_or_default();
                let several = kind == QuestionKind::Multiple;
                Ok(if several { Answer::Responses(vec![place]) } else { Answer::Response(place) })
            }
        }
    }
}

/// What stands on one side of a comparison.
fn side<'a>(what: &What<'a>, slots: &[EditSlot], questions: &'a [Question]) -> Side<'a> {
    match what {
        What::Number(number) => Side::Number(*number),
        What::Text(text) => Side::Text(text),
        What::Truth => Side::Truth,
        What::Name(slot) => match &slots[*slot] {
            // What "it" is compared with is a code of one question or another.
            EditSlot::Frame(_)
            | EditSlot::It(EditPart::Answer)
            | EditSlot::Question { part: EditPart::Found, .. }
            | EditSlot::It(EditPart::Found) => Side::Open,
            EditSlot::Question { part: EditPart::Count, .. } | EditSlot::It(EditPart::Count) => Side::SomeNumber,
            EditSlot::It(EditPart::Missing) => Side::Reason(EditCondition::IT),
            EditSlot::Question { question, part: EditPart::Answer } => Side::Answer(&questions[*question]),
            EditSlot::Question { question, part: EditPart::Missing } => Side::Reason(&questions[*question].id),
        },
    }
}

/// A value as a code.
fn spelt(value: &Spanned<toml::Value>) -> Spanned<Code> {
    let text = value.get_ref().as_str().map_or_else(|| value.get_ref().to_string(), str::to_owned);
    Spanned::new(value.span(), Code::Text(text))
}

/// The questions that a kind of contradiction can befall.
fn eligible(test: &EditTest, questions: &[Question]) -> Vec<usize> {
    let fits = |question: &Question| match test {
        EditTest::Routing => question.ask_if.is_some() || question.written.relevant.is_some(),
        EditTest::OneBox => question.kind.gives_one_response(),
        EditTest::Exclusive => {
            let excludes = |scale: &crate::instrument::Scale| {
                !scale.missing.is_empty() || scale.responses.iter().any(|response| response.exclusive)
            };
            question.kind == QuestionKind::Multiple && question.scale.as_ref().is_some_and(excludes)
        }
        EditTest::Range => {
            question.minimum.is_some()
                || question.maximum.is_some()
                || question.earliest.is_some()
                || question.latest.is_some()
        }
        EditTest::Blank => question.kind != QuestionKind::Calculate,
        EditTest::When(_) => true,
    };
    (0..questions.len()).filter(|&at| fits(&questions[at])).collect()
}

fn fitting(test: &EditTest) -> &'static str {
    match test {
        EditTest::Routing => "questions with ask_if",
        EditTest::OneBox => "single, rating or yes-no questions",
        EditTest::Exclusive => "multiple questions with a response that excludes the others",
        EditTest::Range => "questions with minimum, maximum, earliest or latest",
        EditTest::Blank | EditTest::When(_) => "questions of the instrument",
    }
}
