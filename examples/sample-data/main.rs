//! Makes the sample data: two lists, what is true of everybody on them, and the returns of two samples.
//!
//! ```text
//! cargo run --example sample-data -- FOLDER [--seed TEXT]
//! ```
//!
//! Nobody in the data exists. The same seed gives the same bytes. `sample-data/README.md` says what is in the files, and
//! which faults were put into them on purpose.

use std::path::{Path, PathBuf};

use quorate::Result;
use quorate::error::Error;
use quorate::files::write_file;
use quorate::pipeline::{self, Forms};
use toml::Spanned;

pub mod adult_social_care;
mod carers;
mod case_files;
mod chance;
mod frame_workbook;
mod returns;

use carers::Carer;
use case_files::{CaseFile, Standard};
use chance::Chance;
use frame_workbook::{Fault, List, spoil, workbook};

/// The seed of the sample data that come with the program.
pub const SEED: &str = "quorate sample data";

#[allow(dead_code, reason = "the tests take the parts of this program and not its beginning")]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let made = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [folder] => make(Path::new(folder), SEED),
        [folder, "--seed", seed] | ["--seed", seed, folder] => make(Path::new(folder), seed),
        _ => Err(Error::usage("a folder is needed").expected("sample-data FOLDER [--seed TEXT]")),
    };
    match made {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "this is its own program")]
            {
                eprintln!("error: {error}");
            }
            std::process::ExitCode::from(2)
        }
    }
}

fn make(folder: &Path, seed: &str) -> Result<()> {
    for (name, bytes) in lists(seed)? {
        write_file(&folder.join(name), &bytes)?;
    }
    for (name, bytes) in returned(folder, seed)? {
        write_file(&folder.join(name), &bytes)?;
    }
    Ok(())
}

/// The returns of the samples that the pipelines draw from the lists in the folder.
pub fn returned(folder: &Path, seed: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chance = Chance::new(seed);
    let people = carers::carers(&chance);
    let files = case_files::case_files(&chance);
    let standard = Standard::new(&chance, &files);
    let survey = forms(&root.join("pipelines/carers-survey.toml"), &folder.join("carers/frame.xlsx"))?;
    let audit = forms(&root.join("pipelines/case-file-audit.toml"), &folder.join("case-files/frame.xlsx"))?;
    let mut all = returns::carers_returns(&chance, &survey, &people, &returns::other_instrument(root)?)?;
    all.extend(returns::readers_returns(&chance, &audit, &files, &standard)?);
    let rows = adult_social_care_rows(folder, seed)?;
    all.push(("adult-social-care/returns/data-return.xlsx".into(), adult_social_care::returned(&rows)?));
    Ok(all)
}

/// The rows of the return of the Adult Social Care Survey, for the sample that its pipeline draws.
pub fn adult_social_care_rows(folder: &Path, seed: &str) -> Result<Vec<adult_social_care::Row>> {
    let pipeline = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/adult-social-care-survey.toml");
    let survey = forms(&pipeline, &folder.join("adult-social-care/frame.xlsx"))?;
    let chance = Chance::new(seed);
    Ok(adult_social_care::rows(&chance, &survey, &adult_social_care::people(&chance)))
}

/// The forms of a pipeline, on a list that may lie elsewhere.
fn forms(pipeline: &Path, list: &Path) -> Result<Forms> {
    let list = std::path::absolute(list)
        .map_err(|error| Error::file(list, "the list has no place").found(error.to_string()))?;
    let mut definition = pipeline::read(pipeline)?;
    definition.frame.file = Spanned::new(0..0, list);
    pipeline::forms(&definition)
}

/// The lists and the true answers, by their paths in the folder of sample data.
pub fn lists(seed: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let chance = Chance::new(seed);
    let people = carers::carers(&chance);
    let files = case_files::case_files(&chance);
    let standard = Standard::new(&chance, &files);
    Ok(vec![
        ("adult-social-care/frame.xlsx".into(), adult_social_care::list(&adult_social_care::people(&chance))?),
        ("carers/frame.xlsx".into(), carers_list(&people)?),
        ("carers/truth.csv".into(), carers_truth(&people)),
        ("case-files/frame.xlsx".into(), files_list(&files)?),
        ("case-files/truth.csv".into(), files_truth(&files, &standard)),
    ])
}

fn carers_list(people: &[Carer]) -> Result<Vec<u8>> {
    let rows: Vec<Vec<String>> = people.iter().map(|carer| carer.cells.clone()).collect();
    let mut nameless: Vec<String> = rows[700].clone();
    nameless[0].clear();
    nameless[1] = "Synthetic Person 1401".to_owned();
    nameless[2] = "9 Nowhere Street".to_owned();
    let faults = vec![
        Fault::Trailing(57, 0, " "),
        Fault::Trailing(212, 0, "\u{a0}"),
        Fault::Trailing(340, 4, "  "),
        Fault::Trailing(951, 4, " "),
        Fault::Blank(488, 4),
        Fault::Twice(120, 121),
        Fault::Twice(833, 1290),
        Fault::Nameless(1011, nameless),
    ];
    let rows = spoil(rows, faults);
    let about = "Carers known to Example Council on 1 March 2026";
    workbook(&List { sheet: "Carers", about, columns: &carers::COLUMNS, rows: &rows, dates: 8 })
}

fn carers_truth(people: &[Carer]) -> Vec<u8> {
    let mut text = format!("carer_id,area,{}\n", carers::ANSWERED.join(","));
    for carer in people {
        let answers = carers::ANSWERED.map(|question| carer.answers.get(question).map_or("", String::as_str));
        text += &format!("{},{},{}\n", carer.id, carer.area(), answers.join(","));
    }
    text.into_bytes()
}

fn files_list(files: &[CaseFile]) -> Result<Vec<u8>> {
    let rows: Vec<Vec<String>> = files.iter().map(|file| file.cells.clone()).collect();
    let faults = vec![
        Fault::Typed(91, 5, "3rd of June 2021"),
        Fault::Typed(640, 5, "2019"),
        Fault::Trailing(1203, 0, " "),
        Fault::Trailing(1466, 1, " "),
        Fault::Blank(305, 3),
        Fault::Twice(77, 1500),
    ];
    let rows = spoil(rows, faults);
    let about = "Open case files of Example Council on 1 March 2026";
    workbook(&List { sheet: "Case files", about, columns: &case_files::COLUMNS, rows: &rows, dates: 5 })
}

fn files_truth(files: &[CaseFile], standard: &Standard) -> Vec<u8> {
    let mut text = format!("file_no,service,{}\n", case_files::ANSWERED.join(","));
    for file in files {
        let form = standard.form(file, "", 0);
        let answers = case_files::ANSWERED.map(|question| form.get(question).map_or("", String::as_str));
        text += &format!("{},{},{}\n", file.id, file.service(), answers.join(","));
    }
    text.into_bytes()
}
