//! The workbooks and data files, read back.

mod support;

use quorate::workbook;
use support::results::{audit, findings};

#[test]
#[ignore = "writes pictures' sources to a folder for looking at"]
fn look() {
    let Ok(folder) = std::env::var("QUORATE_LOOK") else { return };
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let results = audit();
    std::fs::write(folder.join("results.xlsx"), workbook::results(&results).unwrap()).unwrap();
    std::fs::write(folder.join("findings.xlsx"), workbook::findings(&findings(), "Audit", Some("returns")).unwrap()).unwrap();
    std::fs::write(folder.join("estimates.csv"), quorate::table::write::estimates_csv(&results).unwrap()).unwrap();
}
