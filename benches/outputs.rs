//! How long a whole study takes, stage by stage, from the frame to the last chart.
//!
//! `cargo bench --bench outputs`: 60 questions by 30 groups and 5,000 respondents, then 25 questions by 150 councils and 70,000
//! respondents, then the same with a pack for every council (one of them: `STUDY=survey`, `councils` or `packs`). Everybody
//! who is drawn answers, by an exported csv.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use quorate::pipeline::{self, Options, Stage, Witness};

/// What a made-up study is made of.
struct Study {
    name: &'static str,
    questions: usize,
    groups: usize,
    respondents: usize,
    /// A pack for every group.
    packs: bool,
}

const STUDIES: [Study; 3] = [
    Study { name: "survey", questions: 60, groups: 30, respondents: 5_000, packs: false },
    Study { name: "councils", questions: 25, groups: 150, respondents: 70_000, packs: false },
    Study { name: "packs", questions: 25, groups: 150, respondents: 70_000, packs: true },
];

fn main() {
    let wanted = std::env::var("STUDY").ok();
    for study in STUDIES.iter().filter(|study| wanted.as_ref().is_none_or(|name| name == study.name)) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outputs-{}", study.name));
        let _ = std::fs::remove_dir_all(&folder);
        let path = study.make(&folder).expect("the study can be written");
        let definition = pipeline::read(&path).expect("the definition holds");
        let until_draw = Options { until: Some(Stage::Draw), ..Options::default() };
        pipeline::run(&definition, &until_draw, &pipeline::Silent).expect("the sample can be drawn");
        study.answer(&folder).expect("the answers can be written");
        let packs = if study.packs { ", a pack for each group" } else { "" };
        println!("{} questions by {} groups, {} respondents{packs}", study.questions, study.groups, study.respondents);
        let clock = Clock { stages: Mutex::new(vec![(String::new(), Instant::now())]) };
        pipeline::run(&definition, &Options::default(), &clock).expect("the study runs");
        let stages = clock.stages.into_inner().expect("nobody else has the clock");
        for pair in stages.windows(2) {
            println!("  {:<10}{:>8.2} s", pair[1].0, (pair[1].1 - pair[0].1).as_secs_f64());
        }
        println!("  {:<10}{:>8.2} s", "all", (stages[stages.len() - 1].1 - stages[0].1).as_secs_f64());
    }
}

/// Stops the time of every stage.
struct Clock {
    stages: Mutex<Vec<(String, Instant)>>,
}

impl Witness for Clock {
    fn done(&self, stage: Stage, _: &str) {
        self.stages.lock().expect("nobody panics").push((stage.name().to_owned(), Instant::now()));
    }
    fn begins(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}

impl Study {
    /// Writes definitions and frame; gives the pipeline file.
    fn make(&self, folder: &Path) -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(folder.join("returns"))?;
        let ages = ["18-34", "35-49", "50-64", "65-79", "80+"];
        let mut frame = String::from("person,council,age\n");
        for person in 0..2 * self.respondents {
            let group = person % self.groups + 1;
            writeln!(frame, "P{person:07},Council {group:03},{}", ages[person / self.groups % 5]).expect("to memory");
        }
        std::fs::write(folder.join("frame.csv"), frame)?;
        let mut instrument = String::from(
            "[instrument]\nid = \"bench\"\nversion = \"1\"\ntitle = \"Bench\"\nkind = \"survey\"\n\
             [scales.agree]\npositive_label = \"Agree\"\nresponses = [\n\
             { code = \"SA\", label = \"Strongly agree\", valence = \"positive\" },\n\
             { code = \"A\", label = \"Agree\", valence = \"positive\" },\n\
             { code = \"D\", label = \"Disagree\", valence = \"negative\" },\n\
             { code = \"SD\", label = \"Strongly disagree\", valence = \"negative\" },\n]\n\
             [[section]]\nid = \"s\"\ntitle = \"All\"\n",
        );
        for question in 1..=self.questions {
            writeln!(
                instrument,
                "[[section.question]]\nid = \"q{question:02}\"\nlabel = \"Statement {question}\"\n\
                 text = \"How far do you agree with statement {question}?\"\nkind = \"single\"\nscale = \"agree\""
            )
            .expect("to memory");
        }
        std::fs::write(folder.join("instrument.toml"), instrument)?;
        let packs = if self.packs { "[packs]\nby = \"council\"\n" } else { "" };
        let pipeline = format!(
            "[study]\nid = \"bench\"\ntitle = \"Bench\"\norganisation = \"Nobody\"\ninstrument = \"instrument.toml\"\n\
             [frame]\nfile = \"frame.csv\"\nid = \"person\"\nstrata = [\"council\"]\ngroups = [\"council\", \"age\"]\n\
             [draw]\nseed = \"bench\"\nsize = {}\n[issue]\nbatch_size = 10000\n[returns]\nfolder = \"returns\"\n\
             [weigh]\nbasis = \"per-unit\"\n[compare]\ngroups = \"rest\"\nfunnel = {{ least = 10 }}\n\
             [publish]\nfolder = \"output\"\nsuppress_cells_below = 3\n{packs}",
            self.respondents
        );
        let path = folder.join("study.toml");
        std::fs::write(&path, pipeline)?;
        Ok(path)
    }

    /// Writes what everybody answered, as an export of a web survey.
    fn answer(&self, folder: &Path) -> std::io::Result<()> {
        let key = std::fs::read_to_string(folder.join("output/key/sample.csv"))?;
        let mut out = String::from("Serial");
        (1..=self.questions).for_each(|question| write!(out, ",Statement {question}").expect("to memory"));
        out.push('\n');
        let words = ["Strongly agree", "Agree", "Agree", "Disagree", "Strongly disagree"];
        for (person, row) in key.lines().skip(1).enumerate() {
            out.push_str(row.split(',').nth(1).expect("a serial"));
            for question in 0..self.questions {
                let chance =
                    (person as u64 + 1).wrapping_mul(2_654_435_761).wrapping_add(question as u64 * 40_503) >> 7;
                out.push(',');
                out.push_str(words[(chance % 5) as usize]);
            }
            out.push('\n');
        }
        std::fs::write(folder.join("returns/export.csv"), out)
    }
}
