use std::path::Path;

use super::*;
use crate::instrument::parse;

/// Edits a return of a form without repeats.
fn edit(instrument: &Instrument, given: &[AsGiven<'_>]) -> Edited {
    super::edit(instrument, given, &Beside::NOTHING)
}

const FORM: &str = r#"
[instrument]
id = "T"
version = "1"
title = "Test"
kind = "survey"

[scales.kinds]
responses = [
    { code = "a", label = "Care" },
    { code = "b", label = "Meals" },
    { code = "none", label = "None of these", exclusive = true },
]

[[section]]
id = "s"
title = "S"

[[section.question]]
id = "helped"
text = "Were you helped?"
kind = "yes-no"

[[section.question]]
id = "kinds"
text = "With what?"
kind = "multiple"
scale = "kinds"
ask_if = { question = "helped", is = ["yes"] }

[[section.question]]
id = "hours"
text = "How many hours?"
kind = "integer"
minimum = 0
maximum = 168
ask_if = { question = "kinds", is = ["a", "b"] }

[[section.question]]
id = "words"
text = "Anything else?"
kind = "text"
"#;

fn form(edits: &str) -> Instrument {
    parse(Path::new("t.toml"), &format!("{FORM}{edits}")).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(edits: &str) -> crate::Error {
    parse(Path::new("t.toml"), &format!("{FORM}{edits}")).expect_err(edits)
}

fn yes() -> Answer {
    Answer::Response(0)
}

fn no() -> Answer {
    Answer::Response(1)
}

fn nothing() -> Answer {
    Answer::Missing(Missing::NotAnswered)
}

/// Answers as given; those that are not answered are left empty.
fn given(answers: [Answer; 4]) -> Vec<AsGiven<'static>> {
    let one = |answer: Answer| AsGiven {
        blank: answer == nothing(),
        answer: Cow::Owned(answer),
        conflict: None,
        no_column: false,
        other_form: false,
        raw: "",
    };
    answers.into_iter().map(one).collect()
}

fn ids(instrument: &Instrument, edited: &Edited) -> Vec<(String, String)> {
    let name = |edit: &Edit| (instrument.edits[edit.rule].id.clone(), instrument.questions[edit.question].id.clone());
    edited.edits.iter().map(name).collect()
}

#[test]
fn what_the_answers_lead_past_is_not_asked_unless_a_rule_says_otherwise() {
    let row = || given([no(), Answer::Responses(vec![0]), Answer::Number(5.0), nothing()]);
    let usual = form("");
    let edited = edit(&usual, &row());
    let passed = Answer::Missing(Missing::NotAsked);
    assert_eq!(edited.answers, [no(), passed.clone(), passed, nothing()]);
    assert_eq!(ids(&usual, &edited), [("routing", "kinds"), ("routing", "hours")].map(|(a, b)| (a.into(), b.into())));

    let kept =
        form("[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"routing\"\naction = \"keep\"\nquestions = [\"kinds\"]\n");
    let edited = edit(&kept, &row());
    assert_eq!(edited.answers[1], Answer::Responses(vec![0]));
    // The follow-up that is kept leads on.
    assert_eq!(edited.answers[2], Answer::Number(5.0));

    let opened =
        form("[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"routing\"\naction = \"set\"\nquestions = [\"kinds\"]\n");
    let edited = edit(&opened, &row());
    assert_eq!(edited.answers, [yes(), Answer::Responses(vec![0]), Answer::Number(5.0), nothing()]);
    assert_eq!(edited.asked, [true; 4]);
}

#[test]
fn gates_behind_gates_are_opened_too() {
    let both = form(
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"routing\"\naction = \"set\"\nto = \"yes\"\nquestions = [\"kinds\"]\n\
         [[edit]]\nid = \"E2\"\nlabel = \"l\"\nfrom = \"routing\"\naction = \"set\"\nto = \"a\"\nquestions = [\"hours\"]\n",
    );
    // Written first, and yet applied last: it looks at what the other sets.
    let order: Vec<&str> = both.edits.iter().filter(|rule| !rule.usual).map(|rule| rule.id.as_str()).collect();
    assert_eq!(order, ["E2", "E1"]);
    let edited = edit(&both, &given([no(), nothing(), Answer::Number(5.0), nothing()]));
    assert_eq!(edited.answers, [yes(), Answer::Responses(vec![0]), Answer::Number(5.0), nothing()]);
}

#[test]
fn answers_that_contradict_themselves_are_treated_as_declared() {
    let several = |row: &mut Vec<AsGiven<'static>>| {
        row[1].conflict = Some(Conflict::Several(vec![0, 2]));
        row[1].answer = Cow::Owned(Answer::Text("a;none".into()));
    };
    let mut row = given([yes(), nothing(), nothing(), nothing()]);
    row[1].blank = false;
    several(&mut row);
    let of = |edits: &str| edit(&form(edits), &row).answers[1].clone();
    let rule = |action: &str| format!("[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"exclusive\"\n{action}\n");
    assert_eq!(of(""), Answer::Missing(Missing::Unreadable));
    assert_eq!(of(&rule("action = \"set-missing\"\nmissing = \"not-answered\"")), nothing());
    assert_eq!(of(&rule("action = \"keep\"")), Answer::Responses(vec![0, 2]));
    assert_eq!(of(&rule("action = \"set\"\ntake = \"exclusive\"")), Answer::Responses(vec![2]));
    assert_eq!(of(&rule("action = \"set\"\ntake = \"others\"")), Answer::Responses(vec![0]));

    let mut row = given([nothing(), nothing(), nothing(), nothing()]);
    row[0] = AsGiven {
        answer: Cow::Owned(Answer::Text("yes;no".into())),
        conflict: Some(Conflict::Several(vec![0, 1])),
        blank: false,
        no_column: false,
        other_form: false,
        raw: "Yes; No",
    };
    let rule = |take: &str| {
        format!("[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"one-box\"\naction = \"set\"\ntake = \"{take}\"\n")
    };
    assert_eq!(edit(&form(""), &row).answers[0], Answer::Missing(Missing::Unreadable));
    assert_eq!(edit(&form(&rule("first")), &row).answers[0], yes());
    assert_eq!(edit(&form(&rule("last")), &row).answers[0], no());
}

#[test]
fn conditions_see_what_earlier_rules_left() {
    let chain = form(
        "[[edit]]\nid = \"E2\"\nlabel = \"l\"\nwhen = \"hours is missing and hours.found = '900'\"\naction = \"set\"\nto = \"late\"\nquestions = [\"words\"]\n\
         [[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"hours > 100 and kinds has 'b' and kinds.count = 1\"\naction = \"set-missing\"\nmissing = \"not-answered\"\nquestions = [\"hours\"]\n",
    );
    let mut row = given([yes(), Answer::Responses(vec![1]), Answer::Number(150.0), nothing()]);
    row[2].raw = "900";
    let edited = edit(&chain, &row);
    assert_eq!(edited.answers[2..], [nothing(), Answer::Text("late".into())]);
    assert_eq!(ids(&chain, &edited), [("E1", "hours"), ("E2", "words")].map(|(a, b)| (a.into(), b.into())));
}

#[test]
fn nothing_is_left_of_a_return_without_answers_that_count() {
    let rule = form(
        "[[edit]]\nid = \"E9\"\nlabel = \"l\"\nfrom = \"blank\"\naction = \"set-missing\"\nquestions = [\"helped\", \"kinds\"]\n",
    );
    let place = rule.edits.iter().position(|rule| rule.id == "E9");
    assert_eq!(edit(&rule, &given([nothing(), nothing(), nothing(), Answer::Text("hello".into())])).blank, place);
    assert_eq!(edit(&rule, &given([no(), nothing(), nothing(), nothing()])).blank, None);
    // Somebody who says that they do not know has answered.
    let unsure = Answer::Missing(Missing::DontKnow);
    assert_eq!(edit(&rule, &given([unsure, nothing(), nothing(), nothing()])).blank, None);
}

#[test]
fn rules_that_go_round_in_a_circle_are_refused_where_they_stand() {
    let circle = "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"kinds has 'a'\"\naction = \"set\"\nto = \"yes\"\nquestions = [\"helped\"]\n\
                  [[edit]]\nid = \"E2\"\nlabel = \"l\"\nwhen = \"helped = 'yes'\"\naction = \"set-missing\"\nquestions = [\"kinds\"]\n";
    let error = refused(circle);
    assert!(error.to_string().contains("circle"), "{error}");
    assert!(error.to_string().contains("E1 -> E2 -> E1"), "{error}");
    let passes = form(&format!("{circle}pass = 2\n"));
    let order: Vec<&str> = passes.edits.iter().filter(|rule| !rule.usual).map(|rule| rule.id.as_str()).collect();
    assert_eq!(order, ["E1", "E2"]);
    // Two rules that make the same answer missing do not disturb each other.
    form(
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"hours > 160\"\naction = \"set-missing\"\nquestions = [\"hours\"]\n\
         [[edit]]\nid = \"E2\"\nlabel = \"l\"\nwhen = \"hours > 150 and kinds has 'b'\"\naction = \"set-missing\"\nquestions = [\"hours\"]\n",
    );
}

#[test]
fn what_a_rule_cannot_mean_is_refused_with_its_line() {
    for (edits, line, says) in [
        ("when = \"helpd = 'no'\"\naction = \"warn\"", 3, "unknown question"),
        ("when = \"helped = 'never'\"\naction = \"warn\"", 3, "no response with this code"),
        ("when = \"helped = 'na'\"\naction = \"warn\"", 3, "no answer"),
        ("when = \"helped.missing = 'gone'\"\naction = \"warn\"", 3, "no kind of missing"),
        ("when = \"helped = \"\naction = \"warn\"", 3, "missing here"),
        ("when = \"1 = 1\"\naction = \"warn\"", 3, "no question"),
        ("when = \"helped = 'no'\"\naction = \"set-missing\"", 4, "what it sets"),
        ("when = \"helped = 'no'\"\naction = \"set\"\nquestions = [\"hours\"]\nto = 200", 6, "cannot be answered so"),
        ("when = \"helped = 'no'\"\naction = \"warn\"\nto = 3", 5, "does not need"),
        ("from = \"one-box\"\naction = \"keep\"", 4, "cannot do this"),
        ("from = \"one-box\"\naction = \"set\"\ntake = \"others\"", 5, "not there"),
        ("from = \"routing\"\naction = \"keep\"\nquestions = [\"helped\"]", 5, "never apply"),
        ("from = \"routing\"\naction = \"set\"\nquestions = [\"hours\"]", 4, "several responses"),
        ("from = \"range\"\nwhen = \"helped = 'no'\"\naction = \"keep\"", 1, "where it applies"),
        ("from = \"range\"\naction = \"keep\"\npass = 0", 5, "no pass"),
    ] {
        let error = refused(&format!("[[edit]]\nid = \"E1\"\nlabel = \"l\"\n{edits}\n"));
        let text = error.to_string();
        // The id stands in the second line of the rule.
        let expected = FORM.matches('\n').count() + line + 1;
        assert!(text.contains(says), "{edits}: {text}");
        assert!(
            error.place.as_deref().is_some_and(|place| place.ends_with(&format!(":{expected}"))),
            "{edits}: {error:?}"
        );
    }
    assert!(
        refused("[[edit]]\nid = \"routing\"\nlabel = \"l\"\nfrom = \"range\"\naction = \"keep\"\n")
            .to_string()
            .contains("called")
    );
}

/// Whatever the rules and the answers: taken back, the edits give the answers as they were given.
#[test]
fn edits_can_be_taken_back_exactly() {
    let actions = [
        "",
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"routing\"\naction = \"set\"\nquestions = [\"kinds\"]\n",
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nfrom = \"exclusive\"\naction = \"set\"\ntake = \"others\"\n",
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"helped = 'no' and kinds is not missing\"\naction = \"set-missing\"\nquestions = [\"helped\", \"kinds\"]\n",
        "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"hours >= 5\"\naction = \"set\"\nto = \"yes\"\nquestions = [\"helped\"]\n\
         [[edit]]\nid = \"E2\"\nlabel = \"l\"\nwhen = \"helped = 'yes' and kinds is missing\"\naction = \"set\"\nto = \"b\"\nquestions = [\"kinds\"]\n",
    ];
    let gates = [yes(), no(), nothing(), Answer::Missing(Missing::Unreadable), Answer::Missing(Missing::DontKnow)];
    let kinds = [nothing(), Answer::Responses(vec![0]), Answer::Responses(vec![2]), Answer::Text("b;none".into())];
    let hours = [nothing(), Answer::Number(5.0), Answer::Number(500.0), Answer::Missing(Missing::Unreadable)];
    let words = [nothing(), Answer::Text("words".into())];
    let mut changed = 0;
    for rules in actions {
        let instrument = form(rules);
        for place in 0..gates.len() * kinds.len() * hours.len() * words.len() {
            let mut rest = place;
            let mut pick = |from: &[Answer]| {
                let one = from[rest % from.len()].clone();
                rest /= from.len();
                one
            };
            let mut row = given([pick(&gates), pick(&kinds), pick(&hours), pick(&words)]);
            if *row[1].answer == kinds[3] {
                row[1].conflict = Some(Conflict::Several(vec![1, 2]));
            }
            if *row[2].answer == hours[2] {
                row[2].conflict = Some(Conflict::Range);
            }
            let edited = edit(&instrument, &row);
            let mut answers = edited.answers.clone();
            undo(&edited.edits, &mut answers);
            changed += edited.edits.len();
            for (as_given, back) in row.iter().zip(&answers) {
                // An empty cell is told apart by the routing, and is empty all the same.
                let empty = as_given.blank && matches!(back, Answer::Missing(Missing::NotAsked | Missing::NotAnswered));
                assert!(empty || *as_given.answer == *back, "{rules}: {as_given:?} came back as {back:?}");
            }
            // Nothing is left that contradicts itself, and a second time there is nothing to do.
            let again: Vec<AsGiven<'_>> = edited
                .answers
                .iter()
                .map(|answer| AsGiven {
                    answer: Cow::Borrowed(answer),
                    conflict: None,
                    blank: matches!(answer, Answer::Missing(Missing::NotAsked | Missing::NotAnswered)),
                    no_column: false,
                    other_form: false,
                    raw: "",
                })
                .collect();
            let twice = edit(&instrument, &again);
            let same = twice
                .answers
                .iter()
                .zip(&edited.answers)
                .all(|(a, b)| a == b || (a.missing().is_some() && b.missing().is_some()));
            assert!(same, "{rules}: {:?} became {:?}", edited.answers, twice.answers);
        }
    }
    assert!(changed > 500, "{changed}");
}

#[test]
fn a_condition_about_it_is_asked_of_each_question_by_itself() {
    let rules = "[[edit]]\nid = \"E1\"\nlabel = \"l\"\nwhen = \"helped = 'no' and it.found is not missing\"\naction = \"warn\"\n\
                 questions = [\"hours\", \"words\"]\n";
    let instrument = form(rules);
    let row = |hours: &'static str, words: &'static str| {
        let mut row = given([no(), nothing(), nothing(), nothing()]);
        (row[2].raw, row[3].raw) = (hours, words);
        row
    };
    let applied = |row: Vec<AsGiven<'static>>| {
        ids(&instrument, &edit(&instrument, &row)).into_iter().filter(|(id, _)| id == "E1").collect::<Vec<_>>()
    };
    let of = |question: &str| ("E1".to_owned(), question.to_owned());
    assert_eq!(applied(row("5", "")), [of("hours")]);
    assert_eq!(applied(row("", "more")), [of("words")]);
    assert_eq!(applied(row("5", "more")), [of("hours"), of("words")]);
    assert_eq!(applied(row("", "")), []);
    let error = refused(&rules.replace("questions = [\"hours\", \"words\"]\n", ""));
    assert!(error.to_string().contains("does not say what \"it\" is"), "{error}");
}
