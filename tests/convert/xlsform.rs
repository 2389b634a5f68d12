//! XLSForm as others write it: old spellings, languages, what is not understood.

use quorate::convert::{self, Format, Loaded, write_native};
use quorate::instrument::{ItemKind, Rule};
use rust_xlsxwriter::Workbook;

use super::{said, there_and_back};

/// A workbook from rows of texts.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name");
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(row as u32, column as u16, *text).expect("written");
            }
        }
    }
    book.save_to_buffer().expect("saved")
}

fn read(sheets: &[(&str, &[&[&str]])]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a form.xlsx");
    std::fs::write(&path, workbook(sheets)).expect("written");
    convert::read(&path, None).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn old_spellings_and_aliases_are_read() {
    let loaded = read(&[
        (
            "Survey",
            &[
                &[
                    "command",
                    "tag",
                    "caption:English",
                    "caption:French",
                    "relevance",
                    "constraining message",
                    "readonly",
                ],
                &["begin lgroup", "people", "People", "Gens", "", "", ""],
                &["add integer prompt", "age", "How old?", "Quel âge ?", "", "Too old", ""],
                &["end lgroup", "", "", "", "", "", ""],
                &["select one from agree or specify other", "a1", "Good?", "Bon ?", "", "", "TRUE"],
                &[
                    "select all that apply from agree",
                    "a2",
                    "Which?",
                    "Lesquels ?",
                    "${a1} = 'y' or ${a1} = 'n'",
                    "",
                    "",
                ],
                &["q note", "n", "Thanks", "Merci", "selected(${a2}, 'y')", "", ""],
            ],
        ),
        (
            "choices",
            &[
                &["list name", "value", "caption:English", "caption:French"],
                &["agree", "y", "Yes", "Oui"],
                &["agree", "n", "No", "Non"],
            ],
        ),
        ("settings", &[&["set form title", "set form id", "default_language"], &["My form", "my.form", "English"]]),
    ]);
    let form = &loaded.form;
    assert_eq!(
        (form.title.plain.as_str(), form.id.as_str(), form.language.as_deref()),
        ("My form", "my_form", Some("English"))
    );
    let kinds: Vec<(String, ItemKind)> = form.items().iter().map(|item| (item.id.clone(), item.kind)).collect();
    let named = |id: &str, kind| (id.to_owned(), kind);
    assert_eq!(
        kinds,
        [
            named("people", ItemKind::Repeat),
            named("age", ItemKind::Integer),
            named("a1", ItemKind::Single),
            named("a2", ItemKind::Multiple),
            named("n", ItemKind::Note),
        ]
    );
    let one = form.item("a1").expect("there");
    assert!(one.or_other && one.read_only == Rule::Yes);
    assert_eq!(one.text.in_language(Some("French")), "Bon ?");
    assert_eq!(form.item("age").expect("there").constraint_message.plain, "Too old");
    let text = write_native(form);
    assert!(text.contains("ask_if = { question = \"a1\", is = [\"y\", \"n\"] }"), "{text}");
    assert!(text.contains("ask_if = { question = \"a2\", is = [\"y\"] }"), "{text}");
    assert_eq!(said(&loaded.losses), ["C002 the form's id \"my.form\""]);
}

#[test]
fn what_is_not_understood_is_carried_through_and_listed() {
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "bind::odk:length", "media::image", "trigger"],
        &["geopoint", "where", "Where?", "", "", ""],
        &["text", "2nd.name", "Name?", "40", "a.png", "${where}"],
        &["select_one_from_file towns.csv", "town", "Town?", "", "", ""],
    ];
    let entities: &[&[&str]] = &[&["list_name", "label"], &["people", "concat(${town}, 'x')"]];
    let settings: &[&[&str]] = &[&["form_title", "form_id", "instance_name"], &["F", "f", "${town}"]];
    let loaded = read(&[("survey", survey), ("settings", settings), ("entities", entities)]);
    let mut losses = said(&loaded.losses);
    losses.sort();
    assert_eq!(
        losses,
        [
            "C001 a sheet that is not understood",
            "C001 an item of type \"geopoint\"",
            "C001 an item of type \"select_one_from_file towns.csv\"",
            "C001 column bind::odk:length",
            "C001 column media::image",
            "C001 column trigger",
            "C001 setting instance_name",
            "C002 the name \"2nd.name\"",
        ]
    );
    // And all of it stands in its place again, under its own name, though a definition has been in between.
    let definition = write_native(&loaded.form);
    let form = convert::read_native(std::path::Path::new("t.toml"), &definition).expect("it holds").form;
    let back = convert::write(&form, Format::Xlsform).expect("written").bytes;
    let book =
        quorate::sheet::read_bytes(std::path::Path::new("b.xlsx"), &back, &Default::default()).expect("a workbook");
    let everything: Vec<String> =
        book.sheets.iter().flat_map(|sheet| sheet.cells.iter().map(|cell| cell.text())).collect();
    for text in survey.iter().chain(entities).chain(settings).flat_map(|row| row.iter()) {
        assert!(text.is_empty() || everything.iter().any(|cell| cell == text), "{text} in {everything:?}");
    }
}

#[test]
fn a_form_in_the_old_binary_format_is_read() {
    // Saved by LibreOffice in the format of Excel 97.
    let loaded = convert::read(&super::file("form.xls"), None).expect("it is read");
    assert_eq!(loaded.form.items().len(), 3);
    assert_eq!(loaded.form.item("how").map(|item| item.kind), Some(ItemKind::Single));
    assert_eq!(said(&loaded.losses), Vec::<String>::new());
}

#[test]
fn numbers_dates_and_truths_in_cells_are_read_as_people_see_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("survey").expect("a name");
    for (column, heading) in ["type", "name", "label", "required", "default"].into_iter().enumerate() {
        sheet.write_string(0, column as u16, heading).expect("written");
    }
    sheet.write_string(1, 0, "integer").expect("written");
    sheet.write_string(1, 1, "n").expect("written");
    sheet.write_number(1, 2, 7.0).expect("written");
    sheet.write_boolean(1, 3, true).expect("written");
    sheet.write_number(1, 4, 3.0).expect("written");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("n.xlsx");
    book.save(&path).expect("saved");
    let form = convert::read(&path, None).expect("read").form;
    let item = form.item("n").expect("there");
    assert_eq!((item.text.plain.as_str(), &item.required, item.default.as_str()), ("7", &Rule::Yes, "3"));
    assert_eq!(
        there_and_back(&form, Format::Xlsform, "xlsx").form.item("n").map(|i| i.default.clone()),
        Some("3".into())
    );
}
