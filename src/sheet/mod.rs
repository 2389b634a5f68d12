//! The door to spreadsheets: xlsx, xls, xlsb, ods and delimited text, read within bounded memory.
