//! The outputs: every file whole or not at all, then the record that lists them.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::analysis::{Analysis, Units};
use super::fieldwork::Issued;
use super::{Definition, Sampling, Stage, Witness, draw_design};
use crate::error::Result;
use crate::files::{read_file, sha256_hex, write_file};
use crate::finding::Finding;
use crate::record::{self, Record, StageRecord};
use crate::results::Results;
use crate::returns::Returned;
use crate::table::write::{self as tidy, Micro, MicroUnit};
use crate::{chart, disclosure, page, workbook};

/// Writes findings.csv and findings.xlsx.
pub(super) fn findings(definition: &Definition, folder: &Path, findings: &[Finding]) -> Result<()> {
    // Links count from where the pipeline file puts the outputs, so that a run written elsewhere has the same bytes.
    let declared = definition.resolve(&definition.publish.folder);
    let returns = record::relative(&declared, &definition.resolve(&definition.returns.folder));
    let path = |name: &str| folder.join(definition.output(name));
    write_file(&path("findings.csv"), &workbook::findings_csv(findings)?)?;
    write_file(&path("findings.xlsx"), &workbook::findings(findings, &definition.study.title, Some(&returns))?)?;
    Ok(())
}

/// Everything that a run is made from and made of.
pub(super) struct Finished<'a> {
    pub analysis: &'a Analysis<'a>,
    pub sampling: &'a Sampling,
    pub issued: &'a Issued,
    pub units: &'a Units<'a>,
    pub results: &'a Results,
    pub inputs: BTreeMap<String, String>,
}

/// Writes all outputs of a run and its record; gives the number of files.
pub(super) fn publish(run: &Finished<'_>, folder: &Path, witness: &dyn Witness) -> Result<usize> {
    let charts = chart::all(run.results)?;
    witness.begins(Stage::Publish, 3 * charts.len() + 9);
    let mut written: Vec<String> = run.issued.files.clone();
    let definition = run.analysis.definition;
    if !definition.made_up {
        written.extend(["key/sample.csv", "key/sample.draw.json"].map(str::to_owned));
    }
    let mut write = |name: String, bytes: &[u8]| -> Result<()> {
        let name = definition.output(&name);
        write_file(&folder.join(&name), bytes)?;
        written.push(name);
        witness.step();
        Ok(())
    };
    let pictures = charts.par_iter().map(|chart| chart.png()).collect::<Result<Vec<_>>>()?;
    for (chart, picture) in charts.iter().zip(&pictures) {
        write(format!("charts/{}.svg", chart.name), chart.svg.as_bytes())?;
        write(format!("charts/{}.png", chart.name), picture)?;
        write(format!("charts/{}.csv", chart.name), &chart.data.csv()?)?;
    }
    write("report.html".to_owned(), page::render(run.results, &charts).as_bytes())?;
    write("results.xlsx".to_owned(), &workbook::results(run.results)?)?;
    write("results.ods".to_owned(), &workbook::results_ods(run.results)?)?;
    write("analyst.xlsx".to_owned(), &workbook::analyst(run.results)?)?;
    write("estimates.csv".to_owned(), &tidy::estimates_csv(run.results)?)?;
    write("estimates.parquet".to_owned(), &tidy::estimates_parquet(run.results)?)?;
    if !run.results.agreement.is_empty() {
        write("agreement.csv".to_owned(), &tidy::agreement_csv(run.results)?)?;
    }
    let responses = run.analysis.screened_responses(run.sampling, run.units);
    let micro = Micro {
        instrument: run.analysis.instrument,
        groupings: &run.units.respondents.groupings,
        responses: &responses,
        units: &response_units(run),
    };
    write("responses.parquet".to_owned(), &tidy::responses_parquet(&micro)?)?;
    write("responses.sav".to_owned(), &tidy::responses_sav(&micro, &run.results.title)?)?;
    write("codebook.csv".to_owned(), &tidy::codebook_csv(&micro)?)?;
    // These were written as soon as the returns were read.
    written.extend(["findings.csv", "findings.xlsx"].map(|name| definition.output(name)));
    let record = record(run, folder, &written)?;
    write_file(&folder.join(definition.output("run.json")), record.json().as_bytes())?;
    Ok(written.len() + 1)
}

/// What the data file says about every unit that returned; what would single somebody out is withheld.
fn response_units(run: &Finished<'_>) -> Vec<MicroUnit> {
    let respondents = &run.units.respondents;
    let strata: Vec<&str> =
        respondents.stratum_of.iter().map(|&stratum| respondents.strata[stratum].as_str()).collect();
    let groups: Vec<Vec<&str>> = (0..strata.len())
        .map(|at| {
            let groupings = respondents.groupings.iter().zip(&respondents.group_of);
            groupings.map(|(grouping, of)| of[at].map_or("", |group| grouping.groups[group].as_str())).collect()
        })
        .collect();
    let withheld = disclosure::withheld(&strata, &groups, run.analysis.definition.publish.micro_below);
    let responses = run.units.responses.iter().enumerate();
    responses
        .map(|(at, response)| MicroUnit {
            serial: response.serial.clone(),
            stratum: strata[at].to_owned(),
            groups: groups[at]
                .iter()
                .zip(&withheld[at])
                .map(|(group, withheld)| if *withheld { MicroUnit::WITHHELD } else { group }.to_owned())
                .collect(),
            weight: run.units.weights[at],
        })
        .collect()
}

/// Hashes of every file that the run reads, by path from the pipeline file's folder: so the record of a run does not
/// depend on where its outputs lie.
pub(super) fn inputs(analysis: &Analysis<'_>, returned: &Returned) -> Result<BTreeMap<String, String>> {
    let definition = analysis.definition;
    let mut inputs = BTreeMap::new();
    let folder = definition.path.parent().unwrap_or(Path::new(""));
    let mut files = vec![definition.path.clone(), definition.resolve(definition.study.instrument.get_ref())];
    files.push(definition.resolve(definition.frame.file.get_ref()));
    files.extend(draw_design::files(definition));
    files.extend(definition.compare.benchmarks.iter().map(|path| definition.resolve(path)));
    files.extend(definition.draw.releases.iter().map(|path| definition.resolve(path)));
    files.extend(definition.evidence.iter().map(|choices| definition.resolve(&choices.framework)));
    let comparators =
        definition.compare.comparators.iter().filter_map(|choice| choice.get_ref().characteristics.as_ref());
    files.extend(comparators.map(|path| definition.resolve(path)));
    files.extend(analysis.waves.iter().flat_map(|wave| wave.files.iter().cloned()));
    for file in files {
        inputs.insert(record::relative(folder, &file), sha256_hex(&read_file(&file)?));
    }
    let folder_of_returns = definition.resolve(&definition.returns.folder);
    let returns = record::relative(folder, &folder_of_returns);
    for workbook in &returned.workbooks {
        // What was not read as a spreadsheet has no hash yet; what cannot be read at all is no input.
        let hash = match workbook.hash.as_str() {
            "" => read_file(&folder_of_returns.join(&workbook.file)).map(|bytes| sha256_hex(&bytes)).ok(),
            hash => Some(hash.to_owned()),
        };
        if let Some(hash) = hash {
            inputs.insert(format!("{returns}/{}", workbook.file), hash);
        }
    }
    Ok(inputs)
}

fn record(run: &Finished<'_>, folder: &Path, written: &[String]) -> Result<Record> {
    let counts = &run.results.counts;
    let stage = |stage: Stage, counts: &[(&str, usize)]| StageRecord {
        stage: stage.name().to_owned(),
        counts: counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
    };
    let reasons = &counts.releases.reasons;
    let struck_off: Vec<(String, usize)> = reasons.iter().map(|(why, yes, no)| (why.clone(), yes + no)).collect();
    let estimates = run.results.estimates().count();
    let compared = run.results.estimates().map(|estimate| estimate.comparisons.len()).sum();
    let stages = vec![
        stage(
            Stage::Frame,
            &[
                ("rows", counts.frame_rows),
                ("population", counts.population),
                ("excluded", run.sampling.frame.excluded()),
            ],
        )
        .counting("excluded", &counts.excluded),
        stage(
            Stage::Draw,
            &[
                ("population", counts.population),
                ("drawn", run.sampling.sample.main().count()),
                ("reserve", run.sampling.sample.reserve().count()),
                ("in_use", counts.drawn),
                ("released", counts.releases.released),
                ("struck_off", counts.releases.replaced + counts.releases.not_replaced),
                ("replaced", counts.releases.replaced),
                ("not_replaced", counts.releases.not_replaced),
                ("ineligible", counts.releases.ineligible),
            ],
        )
        .counting("struck_off", &struck_off),
        stage(Stage::Issue, &[("drawn", counts.drawn), ("workbooks", run.issued.workbooks)]),
        stage(
            Stage::Ingest,
            &[
                ("files", counts.workbooks),
                ("rows_read", counts.rows_read),
                ("accepted", counts.accepted),
                ("set_aside", counts.set_aside),
                ("drawn", counts.drawn),
                ("returned", counts.returned),
                ("not_returned", counts.not_returned),
            ],
        ),
        stage(Stage::Weigh, &[("returned", counts.returned), ("strata", run.results.strata.len())]),
        stage(Stage::Estimate, &[("questions", run.results.questions.len()), ("estimates", estimates)]),
        stage(Stage::Compare, &[("estimates", estimates), ("comparisons", compared)]),
        stage(Stage::Publish, &[("findings", run.results.findings.len()), ("files", written.len() + 1)]),
    ];
    let mut outputs = BTreeMap::new();
    for name in written {
        outputs.insert(name.clone(), sha256_hex(&read_file(&folder.join(name))?));
    }
    Ok(Record {
        subject: record::Subject::Study,
        program: "quorate".to_owned(),
        version: run.results.version.clone(),
        run_id: run.results.run_id.clone(),
        study: run.analysis.definition.study.id.clone(),
        pipeline: record::relative(folder, &run.analysis.definition.path),
        seed: run.sampling.record.design.seed.clone(),
        inputs: run.inputs.clone(),
        stages,
        choices: run.results.methods.iter().map(|method| (method.choice.clone(), method.rule.clone())).collect(),
        outputs,
    })
}
