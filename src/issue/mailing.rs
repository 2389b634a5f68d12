//! The mailing list: from which letters are addressed.
//!
//! It belongs to the key file's side of the study. It is the only place where serials and identities stand together, so
//! it holds nothing but the serial and the columns that the pipeline asked for by name, and it never holds answers. Keep
//! it where the key file is kept, apart from the returns, and delete it when the fieldwork is over.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::workbook::harmless;

/// The heading of the serials.
const SERIAL: &str = "serial";

/// The mailing list as csv in UTF-8, with a byte-order mark, so that spreadsheet and letter programs read accents rightly.
///
/// `units` holds for each unit its serial and one value for each of `columns`. A value that a spreadsheet program would
/// take for a formula gets an apostrophe before it.
///
/// # Errors
/// When a unit does not have as many values as there are columns, or a column would be taken for the serial.
pub fn mailing_list_csv(columns: &[String], units: &[(String, Vec<String>)]) -> Result<Vec<u8>> {
    examine(columns, units)?;
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let fail = |error: csv::Error| Error::data("the mailing list cannot be written").found(error.to_string());
    writer.write_record(std::iter::once(SERIAL).chain(columns.iter().map(String::as_str))).map_err(fail)?;
    for (serial, values) in units {
        let record = std::iter::once(serial).chain(values).map(|value| harmless(value).into_owned());
        writer.write_record(record).map_err(fail)?;
    }
    writer.into_inner().map_err(|error| Error::data("the mailing list cannot be written").found(error.to_string()))
}

/// The mailing list as xlsx: everything as text, so that serials, postcodes and telephone numbers keep their zeros.
///
/// # Errors
/// As [`mailing_list_csv`], or when it does not fit into a spreadsheet.
pub fn mailing_list_xlsx(columns: &[String], units: &[(String, Vec<String>)]) -> Result<Vec<u8>> {
    examine(columns, units)?;
    build(columns, units).map_err(|error| Error::data("the mailing list cannot be written").found(error.to_string()))
}

fn build(columns: &[String], units: &[(String, Vec<String>)]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet().set_name("Mailing list")?;
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    for (column, heading) in (0..).zip(std::iter::once(SERIAL).chain(columns.iter().map(String::as_str))) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, (serial, values)) in (1..).zip(units) {
        for (column, value) in (0..).zip(std::iter::once(serial).chain(values)) {
            sheet.write_string_with_format(row, column, value, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?.set_autofit_max_width(320).autofit();
    workbook.save_to_buffer()
}

fn examine(columns: &[String], units: &[(String, Vec<String>)]) -> Result<()> {
    if let Some(column) = columns.iter().find(|column| column.trim().eq_ignore_ascii_case(SERIAL)) {
        return Err(Error::data("a column of the mailing list has the name of the serial")
            .found(column.clone())
            .hint("rename the column in the frame"));
    }
    match units.iter().find(|(_, values)| values.len() != columns.len()) {
        Some((serial, values)) => Err(Error::data("a unit of the mailing list does not have all its values")
            .at(format!("serial {serial}"))
            .found(format!("{} values", values.len()))
            .expected(format!("{}, one for each column", columns.len()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_listed() {
        let columns = ["name".to_owned(), "postcode".to_owned()];
        let units = [("S001".to_owned(), vec!["Ann \"Nan\" Orr".to_owned(), "DD1 1AA".to_owned()])];
        let bytes = mailing_list_csv(&columns, &units).expect("a list");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text, "\u{feff}serial,name,postcode\nS001,\"Ann \"\"Nan\"\" Orr\",DD1 1AA\n");
        assert_eq!(
            mailing_list_xlsx(&columns, &units).expect("a list"),
            mailing_list_xlsx(&columns, &units).expect("a list")
        );
    }

    #[test]
    fn a_unit_without_all_values_is_an_error() {
        let error =
            mailing_list_csv(&["name".to_owned()], &[("S001".to_owned(), vec![])]).expect_err("one value short");
        assert_eq!(error.place.as_deref(), Some("serial S001"));
        assert!(mailing_list_csv(&["Serial".to_owned()], &[]).is_err());
    }
}
