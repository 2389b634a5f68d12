//! REDCap, LimeSurvey, lists of questions, codebooks: read as their documentation lays them out, and written so that they are
//! read back the same.

use std::path::Path;

use quorate::convert::{self, Form, Format, write_native};
use quorate::instrument::{ItemKind, parse};

use super::{file, native, said, there_and_back};

fn shipped(name: &str) -> Form {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments").join(name);
    convert::read(&path, None).unwrap_or_else(|error| panic!("{error}")).form
}

/// What questions ask, in a line each.
fn outline(form: &Form) -> Vec<String> {
    let line = |item: &&convert::form::Item| {
        let codes: Vec<&str> = form.choices(item).iter().map(|choice| choice.code.as_str()).collect();
        format!("{} {} {}", item.id, item.kind.name(), codes.join(","))
    };
    form.items().iter().map(|item| line(item).trim_end().to_owned()).collect()
}

#[test]
fn a_redcap_dictionary_is_read() {
    let loaded = convert::read(&file("redcap.csv"), None).expect("it is read");
    let form = &loaded.form;
    assert_eq!(
        outline(form),
        [
            "record_id text",
            "initials text",
            "visit date",
            "age integer",
            "again single 1,0",
            "services multiple 1,2,3",
            "hours decimal",
            "polite single 1,2",
            "quick single 1,2",
            "pain range",
            "bmi calculate",
            "twice calculate",
            "said text",
            "sign other",
            "thanks note",
        ]
    );
    let sections: Vec<&str> = form.sections.iter().map(|section| section.text.plain.as_str()).collect();
    assert_eq!(sections, ["about you", "Your visit", "Your views"]);
    assert_eq!(form.item("polite").map(|i| i.list.clone()), form.item("quick").map(|i| i.list.clone()), "one list");
    assert_eq!(form.choices(form.item("services").expect("there"))[1].label.plain, "Day centre, at weekends");
    let text = write_native(form);
    for expected in [
        "ask_if = { question = \"services\", is = [1] }",
        "relevant = \"${again} = '1' or ${age} >= 65\"",
        "earliest = \"2020-01-01\"",
        "calculation = \"${age} + ${age}\"",
        "appearance = \"multiline\"",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let losses = said(&loaded.losses);
    for expected in [
        "C001 Identifier?: y",
        "C001 Custom Alignment: LH",
        "C001 Field Annotation: @NONEOFTHEABOVE='3'",
        "C001 a field of type \"file\"",
        "C004 round([weight]/([height]*[height]),1)",
        "C004 datediff([visit],'today','y') > 1",
    ] {
        assert!(losses.iter().any(|loss| loss == expected), "{expected}: {losses:?}");
    }
    // Written again, the dictionary asks the same, and what was carried stands in its place.
    let again = there_and_back(form, Format::Redcap, "csv");
    let kept: Vec<String> = outline(form).into_iter().filter(|line| !line.starts_with("sign ")).collect();
    assert_eq!(outline(&again.form), kept);
    let written = String::from_utf8(convert::write(form, Format::Redcap).expect("written").bytes).expect("text");
    assert!(
        written.contains("@NONEOFTHEABOVE='3'") && written.contains("\"datediff([visit],'today','y') > 1\""),
        "{written}"
    );
    assert!(written.contains("[services(1)] = '1'") && written.contains("[again] = '1' or [age] >= 65"), "{written}");
}

#[test]
fn a_limesurvey_structure_is_read() {
    let loaded = convert::read(&file("limesurvey.txt"), None).expect("it is read");
    let form = &loaded.form;
    assert_eq!(
        outline(form),
        [
            "q1 single A1,A2",
            "q2 multiple home,none",
            "q3 integer",
            "arr group",
            "arr_p single 1,2",
            "arr_q single 1,2",
            "txt text",
            "up other",
        ]
    );
    assert_eq!((form.language.as_deref(), form.title.plain.as_str()), (Some("en"), "Help at home"));
    assert_eq!(form.title.in_language(Some("cy")), "Cymorth gartref");
    assert_eq!(form.item("arr_q").map(|item| item.text.in_language(Some("cy"))), Some("Bod yn gyflym"));
    assert_eq!(convert::translations(form), [], "every text is there in both languages");
    let text = write_native(form);
    for expected in [
        "ask_if = { question = \"q1\", is = [\"A1\"] }",
        "ask_if = { question = \"q2\", is = [\"home\"] }",
        "maximum = 168",
        "exclusive = true",
        "or_other = true",
        "translations.cy = { text = \"Pa gymorth?\" }",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let losses = said(&loaded.losses);
    for expected in [
        "C001 cssclass: wide",
        "C001 a question of type \"|\"",
        "C002 an array of type F",
        "C003 surveyls_dateformat in en",
        "C004 count(that.p, that.q) > 1",
    ] {
        assert!(losses.iter().any(|loss| loss == expected), "{expected}: {losses:?}");
    }
    let again = there_and_back(form, Format::Limesurvey, "txt");
    let asked: Vec<String> = outline(form)
        .into_iter()
        .filter(|line| !line.starts_with("arr group") && !line.starts_with("up "))
        .map(|line| line.replace('_', ""))
        .collect();
    assert_eq!(outline(&again.form), asked);
    assert_eq!(again.form.item("q2").map(|item| item.text.clone()), form.item("q2").map(|item| item.text.clone()));
    assert_eq!(
        again.form.item("q3").map(|item| item.relevant.clone()),
        form.item("q3").map(|item| item.relevant.clone())
    );
}

#[test]
fn a_list_of_questions_is_read_and_can_be_run() {
    let loaded = convert::read(&file("questions.csv"), None).expect("it is read");
    assert_eq!(
        outline(&loaded.form),
        ["q1 single 1,2,3", "q2 multiple 1,2,3", "q3 integer", "q3a date", "q5 text", "q6 yes-no",]
    );
    assert_eq!(
        said(&loaded.losses),
        ["C003 column \"Owner\"", "C002 \"1\"", "C002 \"2\"", "C002 \"3\"", "C002 \"3a\"", "C002 \"5\"", "C002 \"6\"",]
    );
    let instrument = parse(Path::new("list.toml"), &write_native(&loaded.form)).expect("a study can ask it");
    assert_eq!((instrument.sections.len(), instrument.questions.len()), (2, 6));
    // One column without headings is a list too.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plain.csv");
    std::fs::write(&path, "How are you?\nWhat do you need, and when?\n").expect("written");
    let plain = convert::read(&path, Some(Format::List)).expect("it is read").form;
    assert_eq!(outline(&plain), ["q1 text", "q2 text"]);
}

#[test]
fn the_instruments_that_ship_go_to_redcap_and_limesurvey_and_come_back_with_their_questions() {
    for name in ["users-survey.toml", "carers-survey.toml", "case-file-audit.toml"] {
        let form = shipped(name);
        for (format, ending, skip) in [(Format::Redcap, "csv", "record_id"), (Format::Limesurvey, "txt", "")] {
            let again = there_and_back(&form, format, ending).form;
            let asked: Vec<&convert::form::Item> =
                again.items().into_iter().filter(|item| item.id != skip && item.kind != ItemKind::Note).collect();
            let before = form.items();
            assert_eq!(asked.len(), before.len(), "{name} {format:?}");
            for (found, item) in asked.iter().zip(&before) {
                assert_eq!(found.text.plain, item.text.plain, "{name} {format:?}");
                let base = |kind| match kind {
                    ItemKind::Rating | ItemKind::YesNo => ItemKind::Single,
                    kind => kind,
                };
                assert_eq!(found.kind, base(item.kind), "{name} {format:?} {}", item.id);
                assert_eq!(found.bounds, item.bounds, "{name} {format:?} {}", item.id);
                let routed = |item: &convert::form::Item| item.relevant != convert::form::Relevance::Always;
                assert_eq!(routed(found), routed(item), "{name} {format:?} {}", item.id);
            }
        }
    }
}

#[test]
fn every_loss_on_the_way_out_is_listed() {
    let form = native(include_str!("files/everything.toml"));
    for (format, expected) in [
        (
            Format::Redcap,
            &[
                "C003 the texts in Cymraeg (cy)",
                "C003 an item of type \"geopoint\"",
                "C003 easy_read",
                "C004 constraint . != 3 or ${which} = 'two'",
            ][..],
        ),
        (
            Format::Limesurvey,
            &[
                "C003 version 2",
                "C003 the repeat \"people\": its questions are asked once",
                "C004 calculation ${age} * 2",
            ],
        ),
        (Format::Ddi, &["C003 the texts in Cymraeg (cy)", "C003 setting public_key", "C003 sheet entities"]),
        (
            Format::TableSchema,
            &["C003 when the question is asked", "C003 previous", "C003 stands_for of the responses \"five\""],
        ),
        (Format::Dictionary, &["C003 hints_off", "C003 an item of type \"geopoint\""]),
        (Format::Xlsform, &[]),
    ] {
        let losses = said(&convert::write(&form, format).expect("written").losses);
        for loss in expected {
            assert!(losses.iter().any(|found| found == loss), "{format:?} {loss}: {losses:#?}");
        }
        assert_eq!(losses.is_empty(), expected.is_empty(), "{format:?} {losses:?}");
    }
}

#[test]
fn a_codebook_has_a_variable_for_every_column_of_the_data() {
    let form = shipped("users-survey.toml");
    let xml = String::from_utf8(convert::write(&form, Format::Ddi).expect("written").bytes).expect("text");
    assert_eq!(xml.matches("<var ").count(), 19 + 9, "one for each response of the question with several");
    for expected in [
        "<titl>Survey of people who use our services</titl>",
        "name=\"q01_home\"",
        "type=\"multipleResp\"",
        "<range min=\"0\" max=\"168\"/>",
        "<catgry missing=\"Y\">\n        <catValu>DK</catValu>\n        <labl>Don't know</labl>",
        "<universe>Asked where selected(${q01}, 'home')</universe>",
    ] {
        assert!(xml.contains(expected), "{expected}\n{xml}");
    }
    let odd = native(
        "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"A <b> & \\\"c\\\" \\u0001\"\nkind = \"survey\"\n[[section]]\nid = \"s\"\n\
         title = \"S\"\n[[section.question]]\nid = \"q\"\ntext = \"]]>\"\nkind = \"text\"\n",
    );
    let xml = String::from_utf8(convert::write(&odd, Format::Ddi).expect("written").bytes).expect("text");
    assert!(xml.contains("<titl>A &lt;b&gt; &amp; &quot;c&quot; </titl>") && xml.contains("]]&gt;"), "{xml}");
}

#[test]
fn a_table_schema_names_types_codes_and_bounds() {
    let form = shipped("users-survey.toml");
    let bytes = convert::write(&form, Format::TableSchema).expect("written").bytes;
    let schema: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let field = |name: &str| {
        let fields = schema["fields"].as_array().expect("fields");
        fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(schema["fields"].as_array().map(Vec::len), Some(28));
    assert_eq!(field("q02")["type"], "integer");
    assert_eq!(field("q02")["constraints"], serde_json::json!({ "minimum": 0, "maximum": 168 }));
    assert_eq!(field("q03")["constraints"]["enum"], serde_json::json!(["SA", "A", "D", "SD", "DK", "NA"]));
    assert_eq!(field("q03")["constraints"]["required"], true);
    assert_eq!(field("q06")["constraints"].get("required"), None, "not asked of everybody");
    assert_eq!(field("q13")["type"], "date");
}

#[test]
fn a_data_dictionary_lists_variables_and_codes() {
    let form = shipped("case-file-audit.toml");
    let bytes = convert::write(&form, Format::Dictionary).expect("written").bytes;
    let book = quorate::sheet::read_bytes(Path::new("d.xlsx"), &bytes, &Default::default()).expect("a workbook");
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["About", "Variables", "Codes"]);
    let codes = &book.sheets[2];
    let rating = (0..codes.height()).find(|&row| codes.text(row, 0) == "assessment").expect("there");
    let row: Vec<String> = (0..5).map(|column| codes.text(rating, column)).collect();
    assert_eq!(row, ["assessment", "6", "Excellent", "", "6"]);
    assert_eq!(bytes, convert::write(&form, Format::Dictionary).expect("written").bytes, "the same bytes every time");
}
