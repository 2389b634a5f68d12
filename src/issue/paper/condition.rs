//! Conditions that are written out (`${a} = 'yes' and ${n} > 3`) in the words of a printed form.

use super::phrases::Phrases;
use crate::formula::{Formula, Function, Joint, Node};

/// What the words of a condition are made from: the number of a question on the form, and the label of one of its responses.
pub(super) trait Numbered {
    /// The number that is printed beside a question.
    fn place(&self, question: &str) -> Option<usize>;
    /// The label of a response as it is printed beside its box.
    fn response(&mut self, question: &str, code: &str) -> Option<String>;
}

/// A condition in words, such as `you ticked "Yes" at question 3 and wrote 4 or more at question 5`; none where its parts are more than a
/// form can ask somebody to work out.
pub(super) fn in_words(text: &str, form: &mut dyn Numbered, phrases: &Phrases) -> Option<String> {
    let formula = Formula::parse(text).ok()?;
    Speaker { form, phrases }.say(&formula.node)
}

struct Speaker<'a> {
    form: &'a mut dyn Numbered,
    phrases: &'a Phrases,
}

/// Boxes of one question that are asked about together.
struct Ticked<'n> {
    question: &'n str,
    codes: Vec<&'n str>,
}

impl Speaker<'_> {
    fn say(&mut self, node: &Node) -> Option<String> {
        if let Some(ticked) = ticked(node) {
            return self.boxes("ticked", &ticked);
        }
        match node {
            Node::Join(joint @ (Joint::And | Joint::Or), a, b) => {
                // "a and b or c" is read by some one way and by others the other: such a condition stays unsaid.
                let other = if *joint == Joint::And { Joint::Or } else { Joint::And };
                let unclear = |part: &Node| matches!(part, Node::Join(j, ..) if *j == other) && ticked(part).is_none();
                if unclear(a) || unclear(b) {
                    return None;
                }
                let (one, other) = (self.say(a)?, self.say(b)?);
                let name = if *joint == Joint::And { "both" } else { "either" };
                Some(self.phrases.fill(name, &[("one", &one), ("other", &other)]))
            }
            Node::Join(joint, a, b) if joint.compares() => self.compared(*joint, a, b),
            Node::Call(Function::Not, parts) => self.boxes("not_ticked", &ticked(parts.first()?)?),
            _ => None,
        }
    }

    fn boxes(&mut self, phrase: &str, ticked: &Ticked<'_>) -> Option<String> {
        let number = self.form.place(ticked.question)?.to_string();
        let mut labels = Vec::new();
        for code in &ticked.codes {
            let label = self.form.response(ticked.question, code)?;
            labels.push(self.phrases.fill("quoted", &[("text", &label)]));
        }
        let answers = labels.join(&format!(" {} ", self.phrases.get("or")));
        Some(self.phrases.fill(phrase, &[("answers", &answers), ("question", &number)]))
    }

    /// A comparison of an answer with a number, with a box, or with nothing.
    fn compared(&mut self, joint: Joint, a: &Node, b: &Node) -> Option<String> {
        let (joint, question, with) = match (a, b) {
            (Node::Answer(question), with) => (joint, question, with),
            (with, Node::Answer(question)) => (turned(joint), question, with),
            _ => return None,
        };
        let place = self.form.place(question)?.to_string();
        if let Node::Text(text) = with {
            let phrase = match (text.is_empty(), joint) {
                (true, Joint::Equal) => "left_empty",
                (true, Joint::Unequal) => "answered",
                (false, Joint::Unequal) => {
                    return self.boxes("not_ticked", &Ticked { question, codes: vec![text] });
                }
                _ => return None,
            };
            return Some(self.phrases.fill(phrase, &[("question", &place)]));
        }
        let phrase = match joint {
            Joint::Equal => "wrote",
            Joint::Unequal => "did_not_write",
            Joint::Less => "wrote_less",
            Joint::AtMost => "wrote_at_most",
            Joint::More => "wrote_more",
            Joint::AtLeast => "wrote_at_least",
            _ => return None,
        };
        Some(self.phrases.fill(phrase, &[("number", &number(with)?), ("question", &place)]))
    }
}

/// The boxes of one question, any of which is ticked where a condition holds; none if it says something else.
fn ticked(node: &Node) -> Option<Ticked<'_>> {
    match node {
        Node::Join(Joint::Equal, a, b) => match (&**a, &**b) {
            (Node::Answer(question), Node::Text(code)) | (Node::Text(code), Node::Answer(question)) => {
                (!code.is_empty()).then(|| Ticked { question, codes: vec![code] })
            }
            _ => None,
        },
        Node::Call(Function::Selected, parts) => match parts.as_slice() {
            [Node::Answer(question), Node::Text(code)] => Some(Ticked { question, codes: vec![code] }),
            _ => None,
        },
        Node::Join(Joint::Or, a, b) => {
            let (mut one, other) = (ticked(a)?, ticked(b)?);
            (one.question == other.question).then(|| {
                one.codes.extend(other.codes);
                one
            })
        }
        _ => None,
    }
}

fn number(node: &Node) -> Option<String> {
    match node {
        Node::Number(number) => Some(number.to_string()),
        Node::Minus(inner) => number(inner).map(|number| format!("-{number}")),
        _ => None,
    }
}

/// The comparison as it is with its sides the other way round.
fn turned(joint: Joint) -> Joint {
    match joint {
        Joint::Less => Joint::More,
        Joint::More => Joint::Less,
        Joint::AtMost => Joint::AtLeast,
        Joint::AtLeast => Joint::AtMost,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Form;

    impl Numbered for Form {
        fn place(&self, question: &str) -> Option<usize> {
            ["help", "who", "hours"].iter().position(|id| *id == question).map(|at| at + 1)
        }

        fn response(&mut self, question: &str, code: &str) -> Option<String> {
            (question != "hours").then(|| code.to_uppercase())
        }
    }

    #[test]
    fn conditions_are_said_as_a_person_would() {
        let phrases = Phrases::of("en", None).expect("the phrases");
        for (text, words) in [
            ("${help} = 'yes'", "you ticked \"YES\" at question 1"),
            ("selected(${who}, 'a') or selected(${who}, 'b')", "you ticked \"A\" or \"B\" at question 2"),
            ("${help} != 'yes'", "you did not tick \"YES\" at question 1"),
            ("not(selected(${who}, 'a'))", "you did not tick \"A\" at question 2"),
            ("${hours} >= 10", "you wrote 10 or more at question 3"),
            ("10 > ${hours}", "you wrote a number below 10 at question 3"),
            ("${hours} = ''", "you left question 3 empty"),
            (
                "${help} = 'yes' and ${hours} > 3",
                "you ticked \"YES\" at question 1 and you wrote a number above 3 at question 3",
            ),
            (
                "(${help} = 'yes' or ${help} = 'no') and ${who} = 'a'",
                "you ticked \"YES\" or \"NO\" at question 1 and you ticked \"A\" at question 2",
            ),
            ("${help} = 'yes' or ${who} = 'a'", "you ticked \"YES\" at question 1 or you ticked \"A\" at question 2"),
        ] {
            assert_eq!(in_words(text, &mut Form, &phrases).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn what_nobody_would_work_out_is_not_said() {
        let phrases = Phrases::of("en", None).expect("the phrases");
        for text in [
            "${hours} * 2 > 7",
            "${help} = 'yes' and ${who} = 'a' or ${hours} > 3",
            "${elsewhere} = 'yes'",
            "${hours} = 'many'",
            "count(${who}) > 1",
            "${hours} >",
        ] {
            assert_eq!(in_words(text, &mut Form, &phrases), None, "{text}");
        }
    }
}
