//! Whole forms: what is printed is all there, in order, on the page, large enough, and can be read back.

use std::collections::BTreeSet;
use std::path::Path;

use super::content::{self, Body, Part};
use super::face::{Weight, faces};
use super::sheet::{BOTTOM, Ink, MARGIN, Mark, Role, Tag, WIDTH};
use super::*;
use crate::convert::read_native;

fn form(text: &str) -> Form {
    read_native(Path::new("form.toml"), text).expect("a sound form").form
}

fn carers() -> Form {
    form(include_str!("../../../instruments/carers-survey.toml"))
}

fn audit() -> Form {
    form(include_str!("../../../instruments/case-file-audit.toml"))
}

/// Everything that may be hard: every kind, 40 options, a word wider than the page, labels of many lines, 200 questions.
fn torture() -> Form {
    let mut text = String::from(
        "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"A form with everything\"\nkind = \"survey\"\n\
         introduction = \"First.\\n\\nSecond.\"\n",
    );
    let list = |name: &str, labels: &[String]| {
        let rows: Vec<String> =
            labels.iter().enumerate().map(|(n, l)| format!("{{ code = \"c{n}\", label = \"{l}\" }}")).collect();
        format!("[scales.{name}]\nresponses = [\n{}\n]\n", rows.join(",\n"))
    };
    let long = "a label that goes on and on ".repeat(60);
    text += &list("forty", &(1..=40).map(|n| format!("Option number {n} of forty")).collect::<Vec<_>>());
    text += &list("long", &[long.trim().to_owned(), "short".to_owned(), "W".repeat(120)]);
    text += &list("agree", &["Strongly agree", "Agree", "Disagree", "Strongly disagree"].map(str::to_owned));
    text += "[[section]]\nid = \"s\"\ntitle = \"Every kind of question\"\nguidance = \"Read this.\"\n";
    let ask = |id: &str, kind: &str, more: &str| {
        format!("[[section.question]]\nid = \"{id}\"\ntext = \"What about {id}?\"\nkind = \"{kind}\"\n{more}\n")
    };
    text += &ask("one", "single", "scale = \"forty\"\nor_other = true");
    text += &ask("many", "multiple", "scale = \"long\"");
    text += &ask("gate", "yes-no", "required = true");
    text += &ask("after", "integer", "minimum = 0\nmaximum = 168\nask_if = { question = \"gate\", is = [\"yes\"] }");
    text += &ask("amount", "decimal", "guidance = \"In pounds.\"");
    text += &ask("day", "date", "earliest = \"2020-01-01\"");
    text += &ask("hour", "time", "");
    text += &ask("both", "date-time", "");
    text += &ask("words", "text", "parameters = \"rows=30\"");
    text += &ask("order", "rank", "scale = \"agree\"");
    text += &ask("seen", "acknowledge", "");
    text += &ask("aside", "note", "");
    text += "[[section.question]]\nid = \"visits\"\ntext = \"Your visits\"\nkind = \"repeat\"\n\
             [[section.question.question]]\nid = \"who\"\ntext = \"Who came?\"\nkind = \"text\"\n\
             [[section.question.question]]\nid = \"well\"\ntext = \"Was it good?\"\nkind = \"single\"\nscale = \"forty\"\n";
    text += "[[section]]\nid = \"m\"\ntitle = \"Many\"\n";
    for n in 0..200 {
        text += &ask(&format!("m{n}"), "single", "scale = \"agree\"");
    }
    form(&text)
}

fn laid(form: &Form, style: Style) -> Questionnaire {
    let cover = Cover {
        organisation: "Example Council".to_owned(),
        return_by: "29 May 2026".to_owned(),
        contact: "The survey team, 01234 567890".to_owned(),
        ..Cover::default()
    };
    lay_out(form, style, None, &cover, &phrases(form, None, None).expect("English")).expect("a form that can be set")
}

fn all() -> Vec<Questionnaire> {
    let styles = [Style::Standard, Style::LargePrint];
    [carers(), audit(), torture()].iter().flat_map(|form| styles.map(|style| laid(form, style))).collect()
}

/// What is read aloud, in the order of the document's structure.
fn read_aloud(form: &Questionnaire) -> String {
    fn say(form: &Questionnaire, node: usize, texts: &[String], said: &mut String) {
        said.push_str(&texts[node]);
        form.nodes[node].children.iter().for_each(|child| say(form, *child, texts, said));
    }
    let mut texts = vec![String::new(); form.nodes.len()];
    for mark in form.pages.pages.iter().flatten() {
        if let (Role::Of(node), Ink::Text { text, .. }) = (mark.role, &mark.ink) {
            texts[node].push_str(text);
        }
    }
    let mut said = String::new();
    say(form, 0, &texts, &mut said);
    bare(&said)
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_question_and_every_option_is_printed_in_order() {
    for (form, style) in [
        (carers(), Style::Standard),
        (carers(), Style::LargePrint),
        (audit(), Style::Standard),
        (torture(), Style::LargePrint),
    ] {
        let said = read_aloud(&laid(&form, style));
        let mut at = 0;
        let mut find = |text: &str| {
            let found =
                said[at..].find(&bare(text)).unwrap_or_else(|| panic!("{text:?} is not after what stands before it"));
            at += found + bare(text).len();
        };
        let english = phrases(&form, None, None).expect("English");
        let content = content::content(&form, style, None, &english).expect("sound");
        let mut asked = 0;
        for part in &content.parts {
            let is_grid = matches!(part, Part::Alike(_));
            for question in part.questions() {
                asked += 1;
                find(&format!("{}. ", question.number));
                find(&question.text);
                question.help.iter().for_each(|help| find(help));
                match &question.body {
                    // In a grid the labels are said once, at its head, and the numbers in each row.
                    Body::Boxes { choices, .. } if is_grid => choices.iter().for_each(|c| find(&c.number.to_string())),
                    Body::Boxes { choices, .. } => choices.iter().for_each(|choice| {
                        find(&choice.number.to_string());
                        find(&choice.label);
                        choice.go_to.iter().for_each(|go_to| find(go_to));
                    }),
                    Body::Rank(labels) => labels.iter().for_each(|label| find(label)),
                    _ => {}
                }
            }
        }
        assert_eq!(asked, form.items().iter().filter(|item| item.kind.is_asked()).count());
        find("Thank you");
    }
}

#[test]
fn nothing_hangs_over_the_edge_or_is_too_small() {
    let faces = faces().expect("fonts");
    for form in all() {
        for (page, marks) in form.pages.pages.iter().enumerate() {
            for Mark { ink, role } in marks {
                let (left, right, bottom) = match ink {
                    Ink::Text { x, y, size, weight, text, .. } => {
                        assert!(*size >= form.style.size(), "{text} in {size}");
                        (*x, x + faces.width(text.trim_end(), *weight, *size), *y)
                    }
                    Ink::Serial { x, y, size } => (*x, x + faces.width("S-1234567-S", Weight::Bold, *size), *y),
                    Ink::Frame { x, y, width, height, .. } => (*x, x + width, y + height),
                    Ink::Fill { x, y, width, height, .. } => (x + 4.0, x + width - 4.0, y + height - 6.0),
                    Ink::Stroke { points, .. } => {
                        let xs = points.iter().map(|(x, _)| *x);
                        let ys = points.iter().map(|(_, y)| *y);
                        (xs.clone().fold(f32::MAX, f32::min), xs.fold(0.0, f32::max), ys.fold(0.0, f32::max))
                    }
                    Ink::Squares { .. } => unreachable!("codes stand at the foot"),
                };
                let fits = left >= MARGIN - 0.1 && right <= WIDTH - MARGIN + 0.1 && bottom <= BOTTOM + 6.0;
                assert!(fits, "page {} of {}: {ink:?} {role:?}", page + 1, form.title);
            }
        }
    }
}

#[test]
fn questions_stay_whole_where_a_page_can_hold_them() {
    let form = laid(&carers(), Style::Standard);
    for (at, node) in form.nodes.iter().enumerate() {
        let on: BTreeSet<usize> = (0..form.pages.pages.len())
            .filter(|&page| form.pages.pages[page].iter().any(|mark| mark.role == Role::Of(at)))
            .collect();
        assert!(on.len() <= 1, "{node:?} stands on pages {on:?}");
        if let Tag::List = node.tag {
            let on: BTreeSet<usize> = node
                .children
                .iter()
                .flat_map(|item| form.nodes[*item].children.clone())
                .filter_map(|leaf| form.pages.pages.iter().position(|p| p.iter().any(|m| m.role == Role::Of(leaf))))
                .collect();
            assert_eq!(on.len(), 1, "a list of boxes is cut");
        }
    }
}

#[test]
fn the_way_on_is_said_beside_the_box() {
    let said = read_aloud(&laid(&torture(), Style::Standard));
    assert!(said.contains(&bare("2 No Go to question 5")), "{said}");
    assert!(said.contains(&bare("Answer this question only if you ticked \"Yes\" at question 3.")));
    assert!(said.contains(&bare("Please write a number from 0 to 168.")));
    assert!(said.contains(&bare("Please write a date from 01/01/2020 onwards.")));
}

/// A condition that is written out is said in words, also of what stands in a repeat; and a form asks nothing of the other form's.
#[test]
fn written_conditions_are_said_in_plain_words() {
    let kinds = include_str!("../../../tests/returns/kinds.toml")
        .replace("relevant = \"${score} < 5\"", "relevant = \"${score} < 5 and ${region} = 'n'\"");
    let easy = "\n[[section.question]]\nid = \"helped\"\ntext = \"Did somebody help you with this form?\"\n\
                label = \"Helped\"\nkind = \"yes-no\"\nonly_in = \"easy-read\"\n";
    let loaded = form(&format!("{kinds}{easy}"));
    let laid = laid(&loaded, Style::Standard);
    let said = read_aloud(&laid);
    let why =
        "Answer this question only if you wrote a number below 5 at question 7 and you ticked \"North\" at question 2.";
    assert!(said.contains(&bare(why)), "{said}");
    let early = "Answer this question only if you wrote a number below 30 at question 12 and you ticked \"North\" at question 2.";
    assert!(said.contains(&bare(early)), "{said}");
    assert!(!said.contains(&bare("Did somebody help you")), "that is asked on the easy-read form only");
    assert!(laid.losses().iter().all(|loss| !loss.found.contains("<")), "{:?}", laid.losses());
}

#[test]
fn the_same_form_gives_the_same_bytes_and_is_tagged() {
    let form = laid(&carers(), Style::Standard);
    let pdf = form.pdf(Some("S-0042-S")).expect("a PDF");
    assert_eq!(pdf, laid(&carers(), Style::Standard).pdf(Some("S-0042-S")).expect("a PDF"));
    assert_ne!(pdf, form.pdf(Some("S-0001-C")).expect("a PDF"));
    let text = String::from_utf8_lossy(&pdf);
    for part in
        ["%PDF-1.7", "/MarkInfo", "/StructTreeRoot", "/Lang", "/Outlines", "pdfuaid:part", "/DisplayDocTitle true"]
    {
        assert!(text.contains(part), "{part}");
    }
    for clock in ["/CreationDate", "/ModDate", "xmp:CreateDate", "xmp:ModifyDate"] {
        assert!(!text.contains(clock), "{clock}");
    }
    let count = |tag: &str| text.matches(&format!("/S/{tag}")).count() + text.matches(&format!("/S /{tag}")).count();
    assert!(count("H1") >= 1 && count("LI") > 40 && count("TH") > 5 && count("Figure") > 3, "{}", count("LI"));
}

#[test]
fn a_batch_begins_every_form_on_a_sheet_of_its_own() {
    let form = laid(&audit(), Style::Standard);
    let serials = ["S-0001-C", "S-0002-E", "S-0003-G"];
    let (_, ranges) = form.batch(&serials).expect("a batch");
    assert_eq!(ranges.iter().map(|range| range.serial.as_str()).collect::<Vec<_>>(), serials);
    assert!(ranges.iter().all(|range| range.first % 2 == 1 && range.last + 1 - range.first == form.pages()));
    assert!(ranges.windows(2).all(|two| two[1].first > two[0].last));
}

#[test]
fn a_reader_of_codes_reads_the_code_of_every_page() {
    let form = laid(&carers(), Style::LargePrint);
    for page in 1..=form.pages() {
        for serial in [Some("S-0042-S"), None] {
            let foot = pdf::foot(&form, serial, page).expect("a foot");
            let squares = foot.iter().find_map(|mark| match &mark.ink {
                Ink::Squares { across, dark, x, y, square } => Some((*across, dark, *x, *y, *square)),
                _ => None,
            });
            let (across, dark, x, y, square) = squares.expect("a code");
            let side = across as f32 * square;
            assert!(x >= MARGIN && y > BOTTOM && y + side < sheet::HEIGHT - 20.0, "{y} {side}");
            let text = qr::read(across, dark);
            let code = PageCode::read(&text).expect("its check fits");
            assert_eq!((code.serial.as_deref(), code.page, code.instrument.as_str()), (serial, page, "carers-survey"));
            assert_eq!((code.style.as_str(), code.language.as_str()), ("large-print", "en"));
        }
    }
}

#[test]
fn another_language_needs_all_its_texts_its_phrases_and_its_letters() {
    let text = |translation: &str| {
        format!(
            "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"T\"\nkind = \"survey\"\n\
             translations = {{ xx = {{ title = \"{translation}\" }} }}\n[[section]]\nid = \"s\"\ntitle = \"\"\n\
             [[section.question]]\nid = \"q\"\ntext = \"Why?\"\nkind = \"text\"\n"
        )
    };
    let english = Phrases::of("en", None).expect("English");
    let print = |text: &str| lay_out(&form(text), Style::Standard, Some("xx"), &Cover::default(), &english);
    let error = print(&text("Tytuł")).expect_err("the question is not translated");
    assert!(error.found.as_deref().is_some_and(|found| found.contains('q')), "{error}");
    let whole = |words: &str| text("Tytuł") + &format!("translations = {{ xx = {{ text = \"{words}\" }} }}\n");
    assert!(print(&whole("Dlaczego źle?")).is_ok());
    let error = print(&whole("为什么?")).expect_err("no such letters");
    assert!(error.to_string().contains("U+4E3A"), "{error}");
    assert!(phrases(&form(&whole("x")), Some("xx"), None).is_err());
}

#[test]
fn easier_words_are_printed_where_they_are_asked_for() {
    let text = "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"T\"\nkind = \"survey\"\n\
        [scales.four]\nresponses = [{ code = 1, label = \"Very good\" }, { code = 2, label = \"Good\" }, { code = 3, label = \"Bad\" }, { code = 4, label = \"Very bad\" }]\n\
        [scales.two]\nvariant_of = \"four\"\nresponses = [{ code = 1, label = \"Fine\", stands_for = [1, 2] }, { code = 2, label = \"Not fine\", stands_for = [3, 4] }]\n\
        [[section]]\nid = \"s\"\ntitle = \"S\"\n[[section.question]]\nid = \"q\"\ntext = \"How do you evaluate it?\"\nkind = \"single\"\n\
        scale = \"four\"\neasy_read = { text = \"Is it good?\", scale = \"two\" }\n";
    let said = read_aloud(&laid(&form(text), Style::EasyRead));
    assert!(said.contains(&bare("1. Is it good?")) && said.contains(&bare("2 Not fine")) && !said.contains("evaluate"));
    let english = Phrases::of("en", None).expect("English");
    assert!(lay_out(&carers(), Style::EasyRead, None, &Cover::default(), &english).is_err());
}
