//! Any tables as a published workbook: cover, contents, and one marked table a sheet.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use super::fit::{Names, cut};
use super::notes::Numbering;
use super::published::{CONTENTS, Table};
use super::results::{contents, write_cover};
use super::styles::{self, Styles};
use super::{headings, refused};
use crate::error::Result;

/// A workbook to publish.
#[derive(Debug)]
pub(crate) struct Bundle {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub subject: String,
    /// Who publishes it.
    pub organisation: String,
    /// What it was made from and with.
    pub imprint: String,
    /// The cover's headings (the first empty) with what stands under each.
    pub cover: Vec<(&'static str, Vec<String>)>,
    /// The tables, in order; those without rows are left out.
    pub tables: Vec<Table>,
}

impl Bundle {
    /// The workbook as the bytes of an xlsx file. The same bundle gives the same bytes.
    ///
    /// # Errors
    /// When a table does not fit on a sheet.
    pub fn xlsx(mut self) -> Result<Vec<u8>> {
        self.tables.retain(|table| !table.rows.is_empty());
        headings::mark(self.build().map_err(refused)?)
    }

    fn build(&mut self) -> Result<Vec<u8>, XlsxError> {
        let mut names = Names::default();
        let cover = names.sheet("Cover");
        let contents_sheet = names.sheet(CONTENTS);
        let contents_table = names.table("contents");
        for table in &mut self.tables {
            table.sheet = names.sheet(&table.sheet);
            table.name = names.table(&table.name);
        }
        let listed: Vec<(&str, &str, &str)> =
            self.tables.iter().map(|table| (table.sheet.as_str(), table.title.as_str(), "table")).collect();
        let contents = contents(&self.title, contents_sheet, contents_table, &listed);
        let styles = Styles::new();
        let mut workbook = styles::workbook()?;
        workbook.set_properties(
            &DocProperties::new()
                .set_title(cut(&self.title, 250))
                .set_subject(cut(&self.subject, 250))
                .set_author(cut(&self.organisation, 250))
                .set_comment(cut(&self.imprint, 250))
                .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?),
        );
        write_cover(workbook.add_worksheet(), &self.title, &self.cover, &cover, &styles)?;
        for table in std::iter::once(&contents).chain(&self.tables) {
            table.write(workbook.add_worksheet(), &styles, &Numbering::default())?;
        }
        workbook.save_to_buffer()
    }
}
