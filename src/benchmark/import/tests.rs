use std::path::Path;

use super::super::{Figure, Pack, read};
use crate::Result;

const HEAD: &str = "[benchmark]\nid = \"p\"\ntitle = \"Published\"\nsource = \"An office\"\nas_of = \"2026\"\n";

/// Two tables on one sheet: shares by council, and below them shares by group in sections.
const SHEET: &str = "\
Table 1: Answers,,,,,,,
,,Q1 - Satisfied? [note 3],,,,Q2 - Safe?,
Code,Council [notes 1 and 2],Yes,No,Number,,Yes,Number
E1,Oldport,62.5,37.5,40,,\"1,000%\",[c]
E2,Newport,[x],[x],[x],,12 [r],25
,All councils,60,40,80,,50,45
,Copyright,,,,,,
,,,,,,,
,Group,Yes,No,,,,
,All councils,60,40,,,,
,Gender,,,,,,
,Women,55,45,,,,
,Men,65,:,,,,
";

const COUNCILS: &str = "[[import.table]]\nsheet = \"\"\nholds = \"value\"\nquestions_row = 2\nheader_row = 3\nlast_row = 7\n\
code_column = \"A\"\nlabel_column = \"B\"\nbase_heading = \"Number\"\n";

fn pack(sheet: &str, tables: &str) -> Result<Pack> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("table.csv"), sheet).expect("written");
    let file = folder.path().join("pack.toml");
    let import = "[import]\nworkbook = \"table.csv\"\nnational = \"All councils\"\n";
    std::fs::write(&file, format!("{HEAD}{import}{tables}")).expect("written");
    read(Path::new(&file))
}

fn find<'a>(pack: &'a Pack, id: &str, organisation: &str) -> Option<&'a Figure> {
    pack.figures.iter().find(|figure| figure.id == id && figure.organisation == organisation)
}

#[test]
fn headings_labels_and_bases_find_their_figures() {
    let sheet = SHEET.replace("1,000%", "99.5%");
    let pack = pack(&sheet, COUNCILS).expect("a sound table");
    let yes = find(&pack, "p-q1-1", "Oldport").expect("it is there");
    assert_eq!((yes.value, yes.base, yes.national), (0.625, Some(40.0), false));
    assert_eq!((yes.question.as_str(), yes.response.as_str(), yes.code.as_str()), ("Q1 - Satisfied?", "Yes", "E1"));
    assert_eq!(find(&pack, "p-q2-1", "Oldport").expect("as text").value, 0.995);
    assert_eq!(find(&pack, "p-q2-1", "Oldport").expect("as text").base, None);
    assert_eq!(find(&pack, "p-q2-1", "Newport").expect("with a mark").value, 0.12);
    assert!(find(&pack, "p-q1-1", "Newport").is_none());
    let nation = find(&pack, "p-q1-2", "").expect("the nation");
    assert!(nation.national && nation.value == 0.4 && nation.base == Some(80.0));
    assert_eq!(pack.left_out.iter().map(|(mark, n)| (mark.as_str(), *n)).collect::<Vec<_>>(), [("[c]", 1), ("[x]", 3)]);
}

#[test]
fn a_second_table_below_gives_groups_in_sections() {
    let groups =
        "[[import.table]]\nsheet = \"\"\nholds = \"value\"\nrows = \"groups\"\nheader_row = 9\nlabel_column = \"B\"\n";
    let pack = pack(SHEET, groups).expect("a sound table");
    let words: Vec<_> = pack.figures.iter().map(|f| (f.id.as_str(), f.group.as_str(), f.value)).collect();
    let women = "Gender: Women";
    assert_eq!(
        words,
        [("p-1", "", 0.6), ("p-2", "", 0.4), ("p-1", women, 0.55), ("p-2", women, 0.45), ("p-1", "Gender: Men", 0.65)]
    );
    assert!(pack.figures.iter().all(|figure| figure.organisation.is_empty()));
    assert_eq!(pack.left_out[":"], 1);
}

#[test]
fn figures_of_a_choice_are_added_up_where_all_of_them_are_published() {
    let chosen =
        "[[import.figure]]\nid = \"any\"\nlabel = \"Either\"\nquestion = \"Q1\"\nresponses = [\"Yes\", \"No\"]\n";
    let sheet = SHEET.replace("\"1,000%\"", "1").replace("E2,Newport,[x]", "E2,Newport,30");
    let pack = pack(&sheet, &format!("{COUNCILS}{chosen}")).expect("sound");
    let any: Vec<_> =
        pack.figures.iter().filter(|f| f.id == "any").map(|f| (f.organisation.as_str(), f.value)).collect();
    assert_eq!(any, [("Oldport", 1.0), ("", 1.0)], "Newport has no figure for No");
}

/// What is wrong with a declaration or with the workbook under it, and the words that say where.
#[test]
fn what_does_not_fit_is_an_error_with_its_place() {
    let sound = SHEET.replace("1,000%", "99");
    let case = |sheet: &str, tables: &str, words: &[&str]| {
        let error = pack(sheet, tables).expect_err(&format!("{words:?}")).to_string();
        for word in words {
            assert!(error.contains(word), "{word:?} in:\n{error}");
        }
    };
    case(&sound.replace("62.5", "about 60"), COUNCILS, &["table.csv", "C4", "about 60", "[import.shorthand]"]);
    case(&sound.replace("Oldport", ""), COUNCILS, &["no label", "B4"]);
    case(&sound.replace("Newport,[x]", "Oldport,1").replace("E2", "E1"), COUNCILS, &["twice", "C4", "C5", "Oldport"]);
    case(&sound, &COUNCILS.replace("sheet = \"\"", "sheet = \"T1\""), &["no such sheet", "pack.toml:10"]);
    case(&sound, &COUNCILS.replace("header_row = 3", "header_row = 30"), &["no figures"]);
    case(&sound, &COUNCILS.replace("\"B\"", "\"7\""), &["no column"]);
    case(&sound, &COUNCILS.replace("value", "margin"), &["holds values first"]);
    case(&sound, &format!("{COUNCILS}times = 100\n"), &["not a percentage", "6250"]);
    let chosen = "[[import.figure]]\nid = \"x\"\nlabel = \"X\"\nquestion = \"Q1\"\nresponses = [\"Yess\"]\n";
    case(&sound, &format!("{COUNCILS}{chosen}"), &["no such question or response", "did you mean \"Yes\"?"]);
    let hashed = HEAD.to_owned() + "[import]\nworkbook = \"none.csv\"\n" + COUNCILS;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pack.toml");
    std::fs::write(&file, &hashed).expect("written");
    assert!(read(&file).expect_err("no workbook").to_string().contains("named under source"));
    std::fs::write(folder.path().join("none.csv"), &sound).expect("written");
    std::fs::write(&file, hashed.replace("none.csv\"", "none.csv\"\nsha256 = \"00\"")).expect("written");
    assert!(read(&file).expect_err("another workbook").to_string().contains("not the one that was declared"));
}
