#!/bin/sh
# Makes the sample data anew: lists, true answers, and returns. Run from the root of the project.
#
# The last step saves some of the returns with LibreOffice, as people do who have no Excel. It is needed only to make
# these files anew; nothing else in the project needs LibreOffice. Its files may differ in their bytes from one version
# of LibreOffice to the next, never in their answers: tests/sample_data.rs reads them back.
set -eu

rm -rf sample-data/carers/returns sample-data/case-files/returns
cargo run --quiet --example sample-data -- sample-data

saved_as() { # saved_as FORMAT FILE: saves the file in another format, or in its own, and keeps that one only
    folder=$(dirname "$2")
    kept=$(mktemp -d)
    soffice --headless --convert-to "$1" --outdir "$kept" "$2" >/dev/null
    rm "$2"
    mv "$kept"/* "$folder"/
    rmdir "$kept"
}

saved_as ods "sample-data/carers/returns/batch-02.xlsx"
saved_as xls "sample-data/carers/returns/batch-03.xlsx"
saved_as xlsx "sample-data/carers/returns/batch-04 copied.xlsx"
saved_as ods "sample-data/case-files/returns/RD2.xlsx"
saved_as xls "sample-data/case-files/returns/RD3.xlsx"
saved_as xlsx "sample-data/case-files/returns/RD4.xlsx"
