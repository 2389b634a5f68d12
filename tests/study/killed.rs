//! A run that is killed leaves the old output or the new, and the next one completes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Clone;

const PIPELINE: &str = "pipelines/carers-survey.toml";
const OUTPUT: &str = "output/carers";

type Files = Vec<(String, Vec<u8>)>;

/// What lies in the output folder for a reader: what is on its way there is not.
fn visible(clone: &Clone) -> Files {
    clone.files(OUTPUT).into_iter().filter(|(name, _)| !name.starts_with(".quorate-")).collect()
}

fn restore(clone: &Clone, files: &Files) {
    let _ = std::fs::remove_dir_all(clone.path(OUTPUT));
    for (name, bytes) in files {
        let path = clone.path(OUTPUT).join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
}

fn names(files: &Files) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_run_killed_at_any_moment_leaves_the_old_output_or_the_new() {
    let clone = Clone::new();
    let returned = std::fs::read_dir(clone.path("sample-data/carers/returns")).expect("returns").flatten().next();
    let late = returned.expect("a workbook").path();
    let aside = clone.path("late-return");
    std::fs::rename(&late, &aside).expect("moved aside");
    clone.quorate(&["run", PIPELINE]);
    let old = visible(&clone);
    std::fs::rename(&aside, &late).expect("moved back");
    let begun = Instant::now();
    clone.quorate(&["run", PIPELINE]);
    let took = begun.elapsed();
    let new = visible(&clone);
    assert!(old != new, "a return more makes another output");

    const MOMENTS: u32 = 12;
    let mut left_old = 0;
    for moment in 0..MOMENTS {
        restore(&clone, &old);
        let mut run = Command::new(env!("CARGO_BIN_EXE_quorate"))
            .current_dir(clone.path("."))
            .args(["run", PIPELINE, "-q"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(took * moment / (MOMENTS - 2) + Duration::from_millis(u64::from(moment)));
        let _ = run.kill();
        run.wait().expect("it ends");
        quorate::files::settle(&clone.path(OUTPUT)).expect("what counts is put in its place");
        let left = visible(&clone);
        assert!(left == old || left == new, "moment {moment} left a mixture: {:?}", names(&left));
        left_old += u32::from(left == old);
    }
    assert!(left_old > 0, "the first kill comes before anything can be done");
    restore(&clone, &old);
    let staged = clone.path(OUTPUT).join(".quorate-delivery");
    std::fs::create_dir_all(&staged).expect("made");
    std::fs::write(staged.join("3"), "half a file").expect("written");
    clone.quorate(&["run", PIPELINE]);
    assert!(visible(&clone) == new, "the next run completes");
    assert!(!staged.exists(), "and leaves nothing of the one before");
}
