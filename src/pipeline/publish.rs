//! The outputs, and the record that lists them: all of them together or none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::analysis::{Analysis, Units};
use super::fieldwork::Issued;
use super::{Definition, Sampling, Stage, Witness, draw_design, packs};
use crate::error::Result;
use crate::files::{Delivery, read_file, sha256_hex};
use crate::finding::Finding;
use crate::instrument::Answer;
use crate::record::{self, Record, StageRecord};
use crate::results::Results;
use crate::returns::{Given, Response, Returned};
use crate::table::write::{self as tidy, Micro, MicroUnit, Stand};
use crate::terms::Missing;
use crate::{chart, disclosure, editing, page, workbook};

/// Puts findings.csv and findings.xlsx on their way.
pub(super) fn findings(definition: &Definition, delivery: &mut Delivery, findings: &[Finding]) -> Result<()> {
    // Links count from where the pipeline file puts the outputs, so that a run written elsewhere has the same bytes.
    let declared = definition.resolve(&definition.publish.folder);
    let returns = record::relative(&declared, &definition.resolve(&definition.returns.folder));
    delivery.put(&definition.output("findings.csv"), &workbook::findings_csv(findings)?)?;
    let workbook = workbook::findings(findings, &definition.study.title, Some(&returns))?;
    delivery.put(&definition.output("findings.xlsx"), &workbook)
}

/// Everything that a run is made from and made of.
pub(super) struct Finished<'a> {
    pub analysis: &'a Analysis<'a>,
    pub sampling: &'a Sampling,
    pub issued: &'a Issued,
    pub returned: &'a Returned,
    pub units: &'a Units<'a>,
    pub results: &'a Results,
    pub inputs: BTreeMap<String, String>,
}

/// Puts all outputs of a run and its record on their way; gives the number of files.
pub(super) fn publish(run: &Finished<'_>, delivery: &mut Delivery, witness: &dyn Witness) -> Result<usize> {
    let charts = chart::all(run.results)?;
    witness.begins(Stage::Publish, 3 * charts.len() + 11 + 3 * run.analysis.instrument.repeats.len());
    let mut written: Vec<String> = run.issued.files.clone();
    let definition = run.analysis.definition;
    let mut write = |name: String, bytes: &[u8]| -> Result<()> {
        let name = definition.output(&name);
        delivery.put(&name, bytes)?;
        written.push(name);
        witness.step();
        Ok(())
    };
    for (name, bytes) in chart::files(&charts)? {
        write(name, &bytes)?;
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
    let responses = run.analysis.screened(run.sampling, run.units.responses.iter().copied());
    let micro = Micro {
        instrument: run.analysis.instrument,
        groupings: &run.units.respondents.groupings,
        responses: &responses,
        units: &response_units(run),
    };
    write("responses.parquet".to_owned(), &tidy::responses_parquet(&micro)?)?;
    write("responses.sav".to_owned(), &tidy::responses_sav(&micro, &run.results.title)?)?;
    write("codebook.csv".to_owned(), &tidy::codebook_csv(&micro)?)?;
    for (place, repeat) in run.analysis.instrument.repeats.iter().enumerate() {
        let rows = repeated(run, &micro, place);
        let micro = Micro { instrument: &repeat.form, responses: &rows.responses, units: &rows.units, ..micro };
        let bytes = tidy::repeat_parquet(&micro, &rows.numbers, &rows.populations)?;
        write(format!("responses-{}.parquet", repeat.id), &bytes)?;
        write(format!("codebook-{}.csv", repeat.id), &tidy::codebook_csv(&micro)?)?;
    }
    for (name, bytes) in way_back(run)? {
        write(name, &bytes)?;
    }
    let teams = packs::teams(run)?;
    for (name, bytes) in packs::files(run.analysis, run.results, &teams, witness)? {
        delivery.put(&name, &bytes)?;
        written.push(name);
    }
    // These were written as soon as the returns were read.
    written.extend(["findings.csv", "findings.xlsx"].map(|name| definition.output(name)));
    let record = record(run, delivery, &written)?;
    packs::remove_former(delivery, &definition.output("run.json"), &record.outputs);
    delivery.put(&definition.output("run.json"), record.json().as_bytes())?;
    Ok(written.len() + 1)
}

/// The log of edits, the answers as given, and the cleaned ones that `responses.parquet` leaves out: later readings of a file,
/// and returns that a rule counts as blank. With them every rule can be taken back.
fn way_back(run: &Finished<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let instrument = run.analysis.instrument;
    let readings = run.analysis.screened(run.sampling, run.returned.responses.iter());
    // Of several versions of one return that counts as blank the last stands for it, and none beside one that is used.
    let used: BTreeSet<(&str, u8)> =
        readings.iter().map(|response| (response.serial.as_str(), response.reading)).collect();
    let by_rule = run.returned.set_aside.iter().filter_map(|row| Some((row.read.as_deref()?, row.rule?)));
    let by_rule = by_rule.map(|(response, rule)| ((response.serial.as_str(), response.reading), (response, rule)));
    let by_rule: BTreeMap<(&str, u8), (&Response, usize)> = by_rule.filter(|(key, _)| !used.contains(key)).collect();
    let rules = by_rule.values().map(|(_, rule)| *rule);
    let blank = run.analysis.screened(run.sampling, by_rule.values().map(|(response, _)| *response));
    let blank: Vec<(Response, usize)> = blank.into_iter().zip(rules).collect();
    let all = || readings.iter().chain(blank.iter().map(|(response, _)| response));
    let counted: BTreeSet<(&str, u8)> =
        run.units.responses.iter().map(|response| (response.serial.as_str(), response.reading)).collect();
    let later = readings.iter().filter(|response| !counted.contains(&(response.serial.as_str(), response.reading)));
    let beside: Vec<&Response> = later.chain(blank.iter().map(|(response, _)| response)).collect();
    let mut files = vec![
        ("edits.csv".to_owned(), tidy::edits_csv(&editing::log(instrument, &readings, &blank))?),
        ("responses-as-given.csv".to_owned(), tidy::answers_csv(instrument, all(), Stand::AsGiven)?),
    ];
    for (place, repeat) in instrument.repeats.iter().enumerate() {
        let bytes = tidy::repeated_csv(instrument, place, all(), Stand::AsGiven)?;
        files.push((format!("responses-as-given-{}.csv", repeat.id), bytes));
    }
    if !beside.is_empty() {
        let cleaned = || beside.iter().copied();
        files.push(("responses-beside.csv".to_owned(), tidy::answers_csv(instrument, cleaned(), Stand::Cleaned)?));
        for (place, repeat) in instrument.repeats.iter().enumerate() {
            let bytes = tidy::repeated_csv(instrument, place, cleaned(), Stand::Cleaned)?;
            files.push((format!("responses-beside-{}.csv", repeat.id), bytes));
        }
    }
    Ok(files)
}

/// The rows of a repeat, one after the other.
#[derive(Default)]
struct RepeatedRows {
    responses: Vec<Response>,
    units: Vec<MicroUnit>,
    numbers: Vec<Option<u32>>,
    populations: Vec<usize>,
}

fn repeated(run: &Finished<'_>, micro: &Micro<'_>, place: usize) -> RepeatedRows {
    let mut rows = RepeatedRows::default();
    let respondents = &run.units.respondents;
    let asked = run.analysis.instrument.repeats[place].form.questions.len();
    let nothing =
        Given { answer: Answer::Missing(Missing::NotAsked), raw: Default::default(), original: None, column: None };
    for (at, (response, unit)) in micro.responses.iter().zip(micro.units).enumerate() {
        let of_unit = response.repeats.get(place).map_or(&[][..], Vec::as_slice);
        let given: Vec<(Option<u32>, Vec<Given>)> = match of_unit {
            [] => vec![(None, vec![nothing.clone(); asked])],
            several => several.iter().map(|row| (Some(row.number), row.answers.clone())).collect(),
        };
        for (number, answers) in given {
            rows.responses.push(Response { answers, repeats: Vec::new(), ..response.clone() });
            rows.units.push(unit.clone());
            rows.numbers.push(number);
            rows.populations.push(respondents.populations[respondents.stratum_of[at]]);
        }
    }
    rows
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
    files.extend(definition.dispositions.register.iter().map(|path| definition.resolve(path)));
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

fn record(run: &Finished<'_>, delivery: &Delivery, written: &[String]) -> Result<Record> {
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
        )
        .counting("returned", &counts.forms),
        stage(Stage::Weigh, &[("returned", counts.returned), ("strata", run.results.strata.len())]),
        stage(Stage::Estimate, &[("questions", run.results.questions.len()), ("estimates", estimates)]),
        stage(Stage::Compare, &[("estimates", estimates), ("comparisons", compared)]),
        stage(Stage::Publish, &[("findings", run.results.counted_findings().count()), ("files", written.len() + 1)]),
    ];
    let mut outputs = BTreeMap::new();
    for name in written {
        outputs.insert(name.clone(), delivery.hash(name)?);
    }
    Ok(Record {
        subject: record::Subject::Study,
        program: "quorate".to_owned(),
        version: run.results.version.clone(),
        run_id: run.results.run_id.clone(),
        study: run.analysis.definition.study.id.clone(),
        pipeline: record::relative(delivery.folder(), &run.analysis.definition.path),
        seed: run.sampling.record.design.seed.clone(),
        inputs: run.inputs.clone(),
        stages,
        choices: run.results.methods.iter().map(|method| (method.choice.clone(), method.rule.clone())).collect(),
        outputs,
    })
}
