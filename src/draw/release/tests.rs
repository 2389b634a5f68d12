use super::*;
use crate::draw::{DrawDesign, Unit, draw};

/// Twelve units in two strata: two of six drawn in each, two in reserve.
fn sample() -> Sample {
    let unit = |i: usize| Unit {
        id: format!("{i:04}"),
        stratum: if i < 6 { "North" } else { "South" }.to_owned(),
        ..Unit::default()
    };
    let units: Vec<Unit> = (0..12).map(unit).collect();
    draw(&units, &DrawDesign { reserve: 4, ..DrawDesign::new("releases", 4) }).expect("a sample")
}

fn serials(sample: &Sample, role: Role, stratum: &str) -> Vec<String> {
    let wanted = |unit: &&Selected| unit.role == role && unit.stratum == stratum;
    sample.units.iter().filter(wanted).map(|unit| unit.serial.clone()).collect()
}

fn entry(row: u32, serial: &str, reason: &str, reserve: &str) -> Entry {
    Entry {
        date: "2026-04-01".into(),
        serial: serial.into(),
        reason: reason.into(),
        reserve: reserve.into(),
        decided_by: "survey lead".into(),
        origin: ("log.csv".into(), String::new(), row, [0, 1, 2, 3, 4, 5]),
        ..Entry::default()
    }
}

fn follow(sample: &Sample, entries: &[Entry]) -> Releases {
    let log = Log { entries: entries.to_vec(), findings: Vec::new() };
    Releases::follow(&log, sample, StudyKind::Survey)
}

fn codes(releases: &Releases) -> Vec<(&str, &str)> {
    releases.findings.iter().map(|finding| (finding.code.as_str(), finding.place.cell.as_str())).collect()
}

#[test]
fn reserves_are_taken_in_their_order() {
    let sample = sample();
    let main = serials(&sample, Role::Main, "North");
    let reserve = serials(&sample, Role::Reserve, "North");
    let releases = follow(
        &sample,
        &[
            entry(1, &main[0], "Deceased", "next"),
            entry(2, &main[1], "refused", ""),
            entry(3, &reserve[0], "moved-away", &reserve[1]),
        ],
    );
    assert_eq!(codes(&releases), []);
    assert_eq!(releases.released().collect::<Vec<_>>(), [reserve[0].as_str(), &reserve[1]]);
    assert_eq!(
        releases.decisions.iter().map(Decision::outcome).collect::<Vec<_>>(),
        ["replaced", "not replaced", "replaced"]
    );
    assert_eq!(releases.decisions[2].reserve_place, Some((2, 2)));
    assert!(releases.is_ineligible(&main[0]) && !releases.is_ineligible(&main[1]) && !releases.is_ineligible("none"));
    assert!(releases.next(&sample, "North").is_none());
    let next = releases.next(&sample, "South").map(|unit| unit.serial.clone());
    assert_eq!(next, Some(serials(&sample, Role::Reserve, "South")[0].clone()));
}

#[test]
fn what_goes_against_the_rules_is_placed_at_its_cell() {
    let sample = sample();
    let (north, south) = (serials(&sample, Role::Main, "North"), serials(&sample, Role::Main, "South"));
    let (of_north, of_south) = (serials(&sample, Role::Reserve, "North"), serials(&sample, Role::Reserve, "South"));
    let mut undated = entry(9, &south[1], "no capacity", "");
    (undated.date, undated.decided_by) = ("1 April".into(), String::new());
    let releases = follow(
        &sample,
        &[
            entry(1, "S-9999-X", "refused", "next"),
            entry(2, &north[0], "refused", &of_north[1]),
            entry(3, &north[0], "refused", ""),
            entry(4, &north[1], "refused", &of_north[1]),
            entry(5, &of_south[0], "refused", ""),
            entry(6, &south[0], "on holiday", &of_north[0]),
            entry(7, "", "more needed", &north[0]),
            entry(8, "", "more needed", "next"),
            undated,
            entry(10, "", "", ""),
        ],
    );
    let expected = [
        ("D001", "B2"), // unknown serial
        ("D006", "D3"), // the first reserve was passed over
        ("D002", "B4"), // struck off already
        ("D004", "D5"), // released already
        ("D001", "B6"), // a reserve that nobody released
        ("D007", "D7"), // a reserve of another stratum
        ("D010", "C7"), // no reason of the list
        ("D003", "D8"), // not of the reserve
        ("D005", "F9"), // no stratum
        ("D011", "A10"),
        ("D011", "E10"),
        ("D001", "B11"), // neither unit nor reserve
    ];
    assert_eq!(codes(&releases), expected);
    assert_eq!(releases.released().collect::<Vec<_>>(), [of_north[1].as_str(), &of_north[0]]);
    let outcomes: Vec<&str> = releases.decisions.iter().map(Decision::outcome).collect();
    assert_eq!(outcomes, ["replaced", "not replaced", "not replaced", "not replaced"]);
}

#[test]
fn a_stratum_runs_out_of_reserves() {
    let sample = sample();
    let main = serials(&sample, Role::Main, "North");
    let mut more = entry(1, "", "more needed", "next");
    more.stratum = "North".into();
    let releases = follow(&sample, &[more.clone(), more, entry(3, &main[0], "more needed", "next")]);
    assert_eq!(codes(&releases), [("D008", "D4"), ("D010", "C4")]);
    assert_eq!(
        releases.decisions.iter().map(Decision::outcome).collect::<Vec<_>>(),
        ["added", "added", "not replaced"]
    );
}

#[test]
fn a_return_of_a_unit_that_was_struck_off_is_noticed() {
    let sample = sample();
    let main = serials(&sample, Role::Main, "North");
    let releases = follow(&sample, &[entry(1, &main[0], "deceased", "next"), entry(2, &main[1], "refused", "")]);
    let returned = BTreeSet::from([main[0].as_str(), main[1].as_str()]);
    let said: Vec<(Severity, String)> =
        releases.returned_all_the_same(&returned).into_iter().map(|f| (f.severity, f.found)).collect();
    assert_eq!(said, [(Severity::Error, "deceased".to_owned()), (Severity::Warning, "refused".to_owned())]);
    let one = |words: &str, replaced, not| (words.to_owned(), replaced, not);
    let reasons = vec![one("deceased", 1, 0), one("refused", 0, 1)];
    let tally = Tally { released: 1, replaced: 1, not_replaced: 1, ineligible: 0, reasons };
    assert_eq!(releases.tally(&returned), tally);
    assert_eq!(releases.tally(&BTreeSet::new()), Tally { ineligible: 1, ..tally });
    let text = String::from_utf8(releases.csv(&returned).expect("a log")).expect("text");
    let reserve = &serials(&sample, Role::Reserve, "North")[0];
    let first = format!(
        "1,2026-04-01,North,{},deceased,no,replaced,{reserve},1 of 2,survey lead,the unit returned all the same",
        main[0]
    );
    assert_eq!(text.lines().nth(1), Some(first.as_str()));
}
