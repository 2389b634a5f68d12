//! What a printed form says, part by part, before anything is set: the form in one language and one wording.

use super::Style;
use super::boxes::box_numbers;
use super::condition::{self, Numbered};
use super::face::{faces, paragraphs, tidy};
use super::phrases::{Phrases, language_code};
use super::routing::{self, Next, Stop};
use crate::convert::built_in_choices;
use crate::convert::form::{Choice, Form, Item, Relevance, Text};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::instrument::{ItemKind, Rule, Variant};

/// A form in one language and one wording.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    pub title: String,
    pub introduction: Vec<String>,
    /// The code of the language.
    pub language: String,
    pub parts: Vec<Part>,
    /// What could not be said on paper.
    pub losses: Vec<Finding>,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// A heading, with its level from 2 and what to know first.
    Heading { title: String, level: u16, guidance: Vec<String> },
    /// Words to read.
    Note(Vec<String>),
    /// One question.
    Question(Asked),
    /// Questions that share their boxes, one after the other; at least two.
    Alike(Vec<Asked>),
    /// Questions that are asked for each of several.
    Repeat { title: String, guidance: Vec<String>, count: usize, questions: Vec<Asked> },
}

impl Part {
    /// The questions in it.
    pub fn questions(&self) -> &[Asked] {
        match self {
            Part::Question(asked) => std::slice::from_ref(asked),
            Part::Alike(questions) | Part::Repeat { questions, .. } => questions,
            Part::Heading { .. } | Part::Note(_) => &[],
        }
    }

    /// Whether anything is asked in it.
    pub fn is_asked(&self) -> bool {
        !self.questions().is_empty()
    }
}

/// When a question is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OnlyIf {
    /// After one of some answers to one question.
    Ticked {
        /// The labels, quoted and joined.
        answers: String,
        /// The number of the question where they are ticked.
        question: usize,
    },
    /// Where more holds, in words.
    When(String),
}

impl OnlyIf {
    /// The sentence for one question, or for several of which the numbers of the first and the last are given.
    pub fn sentence(&self, phrases: &Phrases, several: Option<(usize, usize)>) -> String {
        let (first, last) = several.unwrap_or_default();
        let mut parts = vec![("first", first.to_string()), ("last", last.to_string())];
        let name = match self {
            OnlyIf::Ticked { answers, question } => {
                parts.extend([("answers", answers.clone()), ("question", question.to_string())]);
                "only_if"
            }
            OnlyIf::When(condition) => {
                parts.push(("condition", condition.clone()));
                "only_when"
            }
        };
        let name = if several.is_some() { format!("{name}_several") } else { name.to_owned() };
        let parts: Vec<(&str, &str)> = parts.iter().map(|(hole, part)| (*hole, part.as_str())).collect();
        phrases.fill(&name, &parts)
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub id: String,
    /// Its number on the form.
    pub number: usize,
    pub text: String,
    pub help: Vec<String>,
    /// When it is to be answered.
    pub only_if: Option<OnlyIf>,
    /// Whether it may or may not be left out, where that has to be said.
    pub remark: Option<String>,
    pub body: Body,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// By ticking one box, or several.
    Boxes { choices: Vec<Ticked>, several: bool },
    /// By numbering boxes.
    Rank(Vec<String>),
    /// With a number of at most so many digits; in a box without divisions for none.
    Number { digits: Option<usize>, says: String },
    /// With a date, a time, or both.
    When { date: bool, time: bool, says: String },
    /// In words, on so many lines.
    Words(usize),
    /// By ticking the only box.
    Acknowledge,
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticked {
    pub number: u32,
    pub label: String,
    /// Where to go after it.
    pub go_to: Option<String>,
    /// Whether words are to be written beside it.
    pub write_in: bool,
}

/// Lays out what a form says.
///
/// # Errors
/// When there is nothing in easier words though `style` asks for it, a text is not translated, or a letter cannot be set.
pub(super) fn content(form: &Form, style: Style, language: Option<&str>, phrases: &Phrases) -> Result<Content> {
    let easy = style == Style::EasyRead;
    if easy && !form.items().iter().any(|item| item.own.contains_key("easy_read")) {
        return Err(Error::data("the instrument has no easy-read wording")
            .at(form.id.clone())
            .expected("easy_read = { text = \"...\" } in the questions"));
    }
    let mut reader = Reader {
        form,
        easy,
        language,
        phrases,
        numbers: Vec::new(),
        stops: Vec::new(),
        losses: Vec::new(),
        untranslated: Vec::new(),
    };
    // What the office enters about everybody is asked of nobody.
    let is_record = |section: &&Item| section.own.get("record").and_then(toml::Value::as_bool) == Some(true);
    for section in form.sections.iter().filter(|section| !is_record(section)) {
        reader.number(&section.items, &section.relevant);
    }
    let mut parts = Vec::new();
    for section in form.sections.iter().filter(|section| !is_record(section)) {
        let title = tidy(&reader.say(&section.text, &section.id));
        let guidance = paragraphs(&reader.say(&section.guidance, &section.id));
        if !title.is_empty() || !guidance.is_empty() {
            parts.push(Part::Heading { title, level: 2, guidance });
        }
        reader.items(&section.items, 3, &mut parts);
    }
    let title = tidy(&reader.say(&form.title, "title"));
    let introduction = paragraphs(&reader.say(&form.introduction, "introduction"));
    if !reader.untranslated.is_empty() {
        let some: Vec<&str> = reader.untranslated.iter().map(String::as_str).take(8).collect();
        return Err(Error::data(format!(
            "the form is not all there in the language {:?}",
            language.unwrap_or_default()
        ))
        .found(format!("{} texts in the form's own language only: {}", reader.untranslated.len(), some.join(", ")))
        .hint("translate them in the instrument; quorate convert to .xlsx shows all languages side by side"));
    }
    let own = form.language.as_deref().filter(|own| !own.is_empty()).unwrap_or("en");
    let language = language_code(language.unwrap_or(own))?;
    let losses = reader.losses;
    let mut content = Content { title, introduction, language, parts: alike(parts), losses };
    settle_remarks(&mut content, form, phrases);
    examine(&content)?;
    Ok(content)
}

struct Reader<'a> {
    form: &'a Form,
    easy: bool,
    language: Option<&'a str>,
    phrases: &'a Phrases,
    /// The ids of the questions that have a number, in order.
    numbers: Vec<&'a str>,
    stops: Vec<Stop>,
    losses: Vec<Finding>,
    untranslated: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Numbers the questions. Those of a repeat have numbers too, but routing passes the repeat as a whole.
    fn number(&mut self, items: &'a [Item], outer: &Relevance) {
        for item in self.printed(items) {
            let relevant = if item.relevant == Relevance::Always { outer.clone() } else { item.relevant.clone() };
            if item.kind.is_asked() {
                self.numbers.push(&item.id);
                self.stops.push(Stop { id: item.id.clone(), relevant });
            } else if item.kind.is_container() {
                self.number(&item.items, &relevant);
            }
        }
    }

    /// The items of the form that is printed: without what only the other form asks.
    fn printed(&self, items: &'a [Item]) -> Vec<&'a Item> {
        let own = if self.easy { Variant::EasyRead } else { Variant::Standard };
        let only_in = |item: &Item| item.own.get("only_in").and_then(toml::Value::as_str).and_then(Variant::named);
        items.iter().filter(|item| only_in(item).is_none_or(|only| only == own)).collect()
    }

    /// A text in the language of the form that is printed.
    fn say(&mut self, text: &Text, of: &str) -> String {
        if let Some(language) = self.language
            && !text.plain.trim().is_empty()
            && !text.others.contains_key(language)
        {
            self.untranslated.push(of.to_owned());
        }
        text.in_language(self.language).to_owned()
    }

    fn items(&mut self, items: &'a [Item], level: u16, parts: &mut Vec<Part>) {
        for item in self.printed(items) {
            match item.kind {
                ItemKind::Note => {
                    let text = paragraphs(&self.say(&item.text, &item.id));
                    if !text.is_empty() {
                        parts.push(Part::Note(text));
                    }
                }
                ItemKind::Group => {
                    let title = tidy(&self.say(&item.text, &item.id));
                    let guidance = paragraphs(&self.say(&item.guidance, &item.id));
                    if !title.is_empty() || !guidance.is_empty() {
                        parts.push(Part::Heading { title, level, guidance });
                    }
                    self.items(&item.items, level + 1, parts);
                }
                ItemKind::Repeat => {
                    let title = tidy(&self.say(&item.text, &item.id));
                    let guidance = paragraphs(&self.say(&item.guidance, &item.id));
                    let count = item.repeat_count.trim().parse().unwrap_or(3).clamp(1, 4);
                    let asked: Vec<&Item> = item.items.iter().filter(|inner| inner.kind.is_asked()).collect();
                    let questions = asked.into_iter().map(|inner| self.asked(inner)).collect();
                    parts.push(Part::Repeat { title, guidance, count, questions });
                }
                ItemKind::Other => self.lose("C003", item, &format!("an item of type {:?}", item.foreign)),
                kind if kind.is_asked() => {
                    let asked = self.asked(item);
                    parts.push(Part::Question(asked));
                }
                _ => {}
            }
        }
    }

    fn lose(&mut self, code: &str, item: &Item, what: &str) {
        let place =
            if item.place == Place::default() { Place::default().question(&item.id) } else { item.place.clone() };
        self.losses.push(Finding::new(code, place).found(what));
    }

    fn asked(&mut self, item: &'a Item) -> Asked {
        let easy = item.own.get("easy_read").filter(|_| self.easy).and_then(toml::Value::as_table);
        let easier = |key: &str| easy.and_then(|easy| easy.get(key)).and_then(toml::Value::as_str).map(str::to_owned);
        let text = match easier("text") {
            Some(text) => text,
            None => self.say(&item.text, &item.id),
        };
        let help = match easier("guidance").filter(|guidance| !guidance.is_empty()) {
            Some(guidance) => guidance,
            None => self.say(&item.guidance, &item.id),
        };
        let at = self.numbers.iter().position(|id| *id == item.id).unwrap_or_default();
        let only_if = self.only_if(at);
        if let (Relevance::Expression(expression), None) = (&item.relevant, &only_if) {
            self.lose("C004", item, expression);
        }
        Asked {
            id: item.id.clone(),
            number: at + 1,
            text: tidy(&text),
            help: paragraphs(&help),
            only_if,
            remark: None,
            body: self.body(item, at),
        }
    }

    /// The choices of an item as they are printed.
    fn choices(&self, item: &Item) -> Vec<Choice> {
        let easier = item.own.get("easy_read").filter(|_| self.easy).and_then(|easy| easy.get("scale"));
        let list = easier.and_then(toml::Value::as_str).or(item.list.as_deref());
        match list.and_then(|list| self.form.lists.get(list)) {
            Some(list) => list.choices.clone(),
            None if item.kind == ItemKind::YesNo => built_in_choices(),
            None => Vec::new(),
        }
    }

    fn label(&mut self, choice: &Choice, of: &str) -> String {
        tidy(&self.say(&choice.label, &format!("{of}/{}", choice.code)))
    }

    /// The condition of a question in words, where it can be put in words.
    fn only_if(&mut self, at: usize) -> Option<OnlyIf> {
        let (question, codes) = match self.stops[at].relevant.clone() {
            Relevance::If { question, codes } => (question, codes),
            Relevance::Expression(text) => {
                let phrases = self.phrases;
                return condition::in_words(&text, self, phrases).map(OnlyIf::When);
            }
            Relevance::Always => return None,
        };
        let gate = self.form.item(&question)?;
        let place = self.numbers.iter().position(|id| *id == question)?;
        let mut labels = Vec::new();
        for choice in self.choices(gate).iter().filter(|choice| codes.contains(&choice.code)) {
            let label = self.label(choice, &question);
            labels.push(self.phrases.fill("quoted", &[("text", &label)]));
        }
        let answers = labels.join(&format!(" {} ", self.phrases.get("or")));
        Some(OnlyIf::Ticked { answers, question: place + 1 })
    }

    fn boxes(&mut self, item: &Item, at: usize) -> Vec<Ticked> {
        let several = item.kind == ItemKind::Multiple;
        let choices = self.choices(item);
        let numbers = box_numbers(choices.iter().map(|choice| choice.code.as_str()));
        let mut boxes = Vec::new();
        for (choice, number) in choices.iter().zip(&numbers) {
            let label = self.label(choice, &item.id);
            let next = if several { Next::On } else { routing::next(&self.stops, at, &choice.code) };
            let go_to = match next {
                Next::On => None,
                Next::To(place) => Some(self.phrases.fill("go_to", &[("question", &(place + 1).to_string())])),
                Next::End => Some(self.phrases.get("go_to_end").to_owned()),
            };
            boxes.push(Ticked { number: *number, label, go_to, write_in: false });
        }
        if item.or_other {
            let number = (1..).find(|number| !numbers.contains(number)).unwrap_or(u32::MAX);
            boxes.push(Ticked { number, label: self.phrases.get("other").to_owned(), go_to: None, write_in: true });
        }
        boxes
    }

    fn body(&mut self, item: &Item, at: usize) -> Body {
        let date = |date: chrono::NaiveDate| {
            let part = |format: &str| date.format(format).to_string();
            self.phrases.fill("date_form", &[("day", &part("%d")), ("month", &part("%m")), ("year", &part("%Y"))])
        };
        let number = |number: f64| number.to_string();
        let between = |kind: &str, low: Option<String>, high: Option<String>| match (low, high) {
            (Some(low), Some(high)) => self.phrases.fill(&format!("{kind}_between"), &[("low", &low), ("high", &high)]),
            (Some(low), None) => self.phrases.fill(&format!("{kind}_from"), &[("low", &low)]),
            (None, Some(high)) => self.phrases.fill(&format!("{kind}_to"), &[("high", &high)]),
            (None, None) => self.phrases.get(kind).to_owned(),
        };
        let parameter = |name: &str| {
            let found = item.parameters.split([' ', ';', ',']).filter_map(|part| part.split_once('='));
            found.filter(|(key, _)| key.trim() == name).find_map(|(_, value)| value.trim().parse::<f64>().ok())
        };
        let bounds = &item.bounds;
        match item.kind {
            ItemKind::Integer | ItemKind::Decimal | ItemKind::Range => {
                let low = bounds.minimum.or_else(|| parameter("start"));
                let high = bounds.maximum.or_else(|| parameter("end"));
                let whole = item.kind == ItemKind::Integer;
                let digits = high.filter(|high| whole && *high >= 0.0 && low.is_none_or(|low| low >= 0.0));
                let digits = digits.map(|high| format!("{high:.0}").len()).filter(|digits| *digits <= 8);
                Body::Number { digits, says: between("number", low.map(number), high.map(number)) }
            }
            ItemKind::Date => Body::When {
                date: true,
                time: false,
                says: between("date", bounds.earliest.map(date), bounds.latest.map(date)),
            },
            ItemKind::Time => Body::When { date: false, time: true, says: self.phrases.get("time").to_owned() },
            ItemKind::DateTime => Body::When { date: true, time: true, says: self.phrases.get("date").to_owned() },
            ItemKind::Text => {
                let rows = parameter("rows").filter(|rows| (1.0..=30.0).contains(rows)).map(|rows| rows as usize);
                let multiline = item.appearance.split_whitespace().any(|word| word == "multiline");
                Body::Words(rows.unwrap_or(if multiline { 6 } else { 4 }))
            }
            ItemKind::Acknowledge => Body::Acknowledge,
            ItemKind::Rank => {
                let choices = self.choices(item);
                Body::Rank(choices.iter().map(|choice| self.label(choice, &item.id)).collect())
            }
            kind => Body::Boxes { choices: self.boxes(item, at), several: kind == ItemKind::Multiple },
        }
    }
}

impl Numbered for Reader<'_> {
    fn place(&self, question: &str) -> Option<usize> {
        self.numbers.iter().position(|id| *id == question).map(|at| at + 1)
    }

    fn response(&mut self, question: &str, code: &str) -> Option<String> {
        let item = self.form.item(question)?;
        let choice = self.choices(item).into_iter().find(|choice| choice.code == code)?;
        Some(self.label(&choice, question))
    }
}

/// Brings questions together that stand one after the other, have the same boxes and condition, and lead nowhere else.
fn alike(parts: Vec<Part>) -> Vec<Part> {
    fn same(a: &Asked, b: &Asked) -> bool {
        let plain = |asked: &Asked| {
            matches!(&asked.body, Body::Boxes { choices, several: false }
                if choices.iter().all(|choice| choice.go_to.is_none() && !choice.write_in))
        };
        plain(a) && plain(b) && a.body == b.body && a.only_if == b.only_if
    }
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        let Part::Question(asked) = part else {
            out.push(part);
            continue;
        };
        match out.last_mut() {
            Some(Part::Alike(questions)) if questions.last().is_some_and(|last| same(last, &asked)) => {
                questions.push(asked);
            }
            Some(last) => match last {
                Part::Question(before) if same(before, &asked) => {
                    *last = Part::Alike(vec![before.clone(), asked]);
                }
                _ => out.push(Part::Question(asked)),
            },
            None => out.push(Part::Question(asked)),
        }
    }
    out
}

/// Says of the fewer questions whether they may be left out: of those that must not, or of those that may.
fn settle_remarks(content: &mut Content, form: &Form, phrases: &Phrases) {
    let asked: Vec<&Item> = form.items().into_iter().filter(|item| item.kind.is_asked()).collect();
    let needed = asked.iter().filter(|item| item.required != Rule::No).count();
    if needed == 0 || needed == asked.len() {
        return;
    }
    let (marked, phrase) = if needed * 2 <= asked.len() { (true, "please_answer") } else { (false, "may_leave_out") };
    let remark = |asked: &mut Asked| {
        let needed = form.item(&asked.id).is_some_and(|item| item.required != Rule::No);
        asked.remark = (needed == marked).then(|| phrases.get(phrase).to_owned());
    };
    for part in &mut content.parts {
        match part {
            Part::Question(asked) => remark(asked),
            Part::Alike(questions) | Part::Repeat { questions, .. } => questions.iter_mut().for_each(remark),
            _ => {}
        }
    }
}

impl Asked {
    /// Everything that is printed of it, in order.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.text.as_str()];
        texts.extend(self.help.iter().map(String::as_str));
        match &self.body {
            Body::Boxes { choices, .. } => texts.extend(choices.iter().map(|choice| choice.label.as_str())),
            Body::Rank(labels) => texts.extend(labels.iter().map(String::as_str)),
            _ => {}
        }
        texts
    }
}

/// Refuses what the fonts cannot set.
fn examine(content: &Content) -> Result<()> {
    let place = |asked: &Asked| format!("question \"{}\"", asked.id);
    let mut said: Vec<(String, &str)> = vec![("the title".to_owned(), &content.title)];
    said.extend(content.introduction.iter().map(|text| ("the introduction".to_owned(), text.as_str())));
    for part in &content.parts {
        let heads = |title: &'_ String| format!("the part \"{title}\"");
        match part {
            Part::Heading { title, guidance, .. } => {
                said.push((heads(title), title));
                said.extend(guidance.iter().map(|text| (heads(title), text.as_str())));
            }
            Part::Note(text) => said.extend(text.iter().map(|text| ("a note".to_owned(), text.as_str()))),
            Part::Question(asked) => said.extend(asked.texts().into_iter().map(|text| (place(asked), text))),
            Part::Alike(questions) => {
                said.extend(questions.iter().flat_map(|q| q.texts().into_iter().map(move |text| (place(q), text))));
            }
            Part::Repeat { title, guidance, questions, .. } => {
                said.push((heads(title), title));
                said.extend(guidance.iter().map(|text| (heads(title), text.as_str())));
                said.extend(questions.iter().flat_map(|q| q.texts().into_iter().map(move |text| (place(q), text))));
            }
        }
    }
    said.iter().try_for_each(|(of, text)| can_be_set(text, of))
}

/// Refuses a text that the fonts cannot set; `of` says whose it is.
pub(super) fn can_be_set(text: &str, of: &str) -> Result<()> {
    let missing = faces()?.missing(text);
    if missing.is_empty() {
        return Ok(());
    }
    let letters: Vec<String> = missing.iter().take(8).map(|&c| format!("{c} (U+{:04X})", u32::from(c))).collect();
    Err(Error::data("the form cannot be printed: the fonts of the program lack letters of it")
        .at(of.to_owned())
        .found(letters.join(", "))
        .expected("Latin, Greek or Cyrillic letters, written from left to right")
        .hint("print this language with another program, from the form that quorate convert writes"))
}
