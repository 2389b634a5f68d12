//! `[packs]`: the results of one run, one team at a time.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;
use toml::Spanned;

use super::analysis::Analysis;
use super::{Definition, Stage, Witness};
use crate::error::Result;
use crate::files::Delivery;
use crate::instrument::nearest;
use crate::record::Record;
use crate::results::{Method, Results, Team};
use crate::table::write as tidy;
use crate::{chart, page, workbook};

mod quality;
mod slug;

pub(super) use quality::teams;

/// `[packs]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackChoices {
    /// The column of the teams: one of the groups under `[frame]`.
    pub by: Spanned<String>,
    /// What each pack holds; everything if not said.
    #[serde(default = "everything")]
    pub outputs: Vec<PackOutput>,
}

/// A file of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackOutput {
    /// `report.html`
    Report,
    /// `results.xlsx`
    Workbook,
    /// `estimates.csv`
    Estimates,
    /// `quality.html`
    Quality,
}

fn everything() -> Vec<PackOutput> {
    vec![PackOutput::Report, PackOutput::Workbook, PackOutput::Estimates, PackOutput::Quality]
}

impl PackOutput {
    fn file(self) -> &'static str {
        match self {
            PackOutput::Report => "report.html",
            PackOutput::Workbook => "results.xlsx",
            PackOutput::Estimates => "estimates.csv",
            PackOutput::Quality => "quality.html",
        }
    }
}

impl Definition {
    /// Checks that the teams are a grouping, and that there is something to lay them beside.
    pub(super) fn examine_packs(&self) -> Result<()> {
        let Some(packs) = &self.packs else { return Ok(()) };
        let (by, groups) = (packs.by.get_ref(), &self.frame.groups);
        if !groups.contains(by) {
            let error =
                self.fault(packs.by.span(), "packs are made for the groups of a grouping", "not among the groups");
            return Err(match nearest(by, groups.iter().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("add the column to groups under [frame]"),
            });
        }
        if self.compare.groups.is_none() {
            return Err(self
                .fault(packs.by.span(), "a pack lays a team beside the others", "beside whom is not said")
                .expected("groups = \"rest\" or groups = \"whole\" under [compare]"));
        }
        Ok(())
    }
}

/// What the packs are, as one of the methods.
pub(super) fn method(definition: &Definition) -> Option<Method> {
    let (packs, against) = (definition.packs.as_ref()?, definition.compare.groups?);
    Some(Method {
        choice: "Packs".to_owned(),
        rule: format!("by {}, against {}", definition.frame.label(packs.by.get_ref()), against.words()),
        meaning: format!(
            "Each pack shows one group as a domain of the whole design, with the tests and the disclosure control of the whole run: \
             what the run hides no pack shows. Groups of which fewer than {} returned have none.",
            definition.publish.suppress_below
        ),
    })
}

/// A file of the packs: its name from the folder of the outputs, and its bytes.
pub(super) type File = (String, Vec<u8>);

/// Every file of every pack and the page that lists them.
pub(super) fn files(
    analysis: &Analysis<'_>,
    results: &Results,
    teams: &[Team],
    witness: &dyn Witness,
) -> Result<Vec<File>> {
    let definition = analysis.definition;
    let Some(choices) = &definition.packs else { return Ok(Vec::new()) };
    witness.begins(Stage::Publish, teams.len());
    let has = |output| choices.outputs.contains(&output);
    let name = |output: PackOutput| definition.output(output.file());
    let links = page::team::Links {
        index: format!("../{}", definition.output("index.html")),
        report: has(PackOutput::Report).then(|| name(PackOutput::Report)),
        withheld: name(PackOutput::Report),
        quality: has(PackOutput::Quality).then(|| name(PackOutput::Quality)),
        workbook: has(PackOutput::Workbook).then(|| name(PackOutput::Workbook)),
    };
    let pack = |team: &Team| -> Result<(Vec<File>, page::team::Entry)> {
        let own = results.of_team(team);
        let entry = page::team::Entry::of(&own, team);
        let mut made = Vec::new();
        if team.withheld.is_some() {
            // Whoever looks for a pack finds out why there is none.
            made.push((PackOutput::Report, page::team::withheld(&own, team, &links).into_bytes()));
        } else {
            for &output in &choices.outputs {
                let bytes = match output {
                    PackOutput::Report => {
                        page::team::render(&own, team, &chart::of_team(&own, team)?, &links).into_bytes()
                    }
                    PackOutput::Workbook => workbook::team(&own, team)?,
                    PackOutput::Estimates => tidy::estimates_csv(&own)?,
                    PackOutput::Quality => page::team::quality_report(&own, team, &links).into_bytes(),
                };
                made.push((output, bytes));
            }
        }
        witness.step();
        let place = |output: PackOutput| definition.output(&format!("packs/{}/{}", team.slug, output.file()));
        Ok((made.into_iter().map(|(output, bytes)| (place(output), bytes)).collect(), entry))
    };
    let packs: Vec<(Vec<File>, page::team::Entry)> = teams.par_iter().map(pack).collect::<Result<_>>()?;
    let entries: Vec<(&Team, &page::team::Entry)> = teams.iter().zip(packs.iter().map(|(_, entry)| entry)).collect();
    let index = page::team::index(results, &entries, &links).into_bytes();
    let mut files: Vec<File> = vec![(definition.output("packs/index.html"), index)];
    files.extend(packs.into_iter().flat_map(|(files, _)| files));
    Ok(files)
}

/// Takes away the files of packs that the record of the run before lists and this run did not write: a pack that may no longer be
/// shown must not lie about.
pub(super) fn remove_former(delivery: &mut Delivery, record: &str, written: &BTreeMap<String, String>) {
    // A record that cannot be read lists nothing; it is about to be written anew.
    let Ok(former) = Record::read(&delivery.folder().join(record)) else { return };
    let is_ours = |name: &str| {
        let mut parts = name.split('/');
        parts.next() == Some("packs") && parts.all(|part| !part.is_empty() && part != ".." && !part.contains('\\'))
    };
    for name in former.outputs.keys().filter(|name| is_ours(name) && !written.contains_key(*name)) {
        delivery.remove(name);
    }
}
