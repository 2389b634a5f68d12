//! The charts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use quorate::chart::{self, Chart, ChartPlace};
use quorate::estimate::Verdict;
use quorate::results::Results;
use resvg::usvg;

use crate::study::{self, HIDDEN, HIDDEN_BASE, HOSTILE};

fn charts(results: &Results) -> Vec<Chart> {
    chart::all(results).expect("the charts")
}

fn named<'a>(charts: &'a [Chart], name: &str) -> &'a Chart {
    charts.iter().find(|chart| chart.name == name).unwrap_or_else(|| panic!("no chart {name}"))
}

static CARERS: LazyLock<Vec<Chart>> = LazyLock::new(|| charts(&study::carers()));
static AUDIT: LazyLock<Vec<Chart>> = LazyLock::new(|| charts(&study::audit()));

/// The texts of a drawing.
fn texts(svg: &str) -> Vec<String> {
    svg.split("<text ")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('>')?.1.split_once("</text>")?.0.trim().to_owned()))
        .collect()
}

#[test]
fn each_question_and_each_part_of_the_report_has_its_chart() {
    let names = |charts: &[Chart]| charts.iter().map(|chart| chart.name.clone()).collect::<Vec<_>>();
    let carers = names(&CARERS);
    for name in ["against-benchmark", "overview-agree", "question-q1", "question-q8", "question-q9", "response"] {
        assert!(carers.iter().any(|found| found == name), "{name} in {carers:?}");
    }
    assert!(!carers.iter().any(|name| name == "question-q10"), "words have no shares to draw");
    let audit = names(&AUDIT);
    assert!(audit.contains(&"ratings-six".to_owned()) && audit.contains(&"agreement".to_owned()), "{audit:?}");
    assert!(!audit.contains(&"against-benchmark".to_owned()), "nothing was published to compare with");
    for names in [carers, audit] {
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "names are file names");
    }
}

#[test]
fn titles_state_the_finding() {
    let carers = &*CARERS;
    assert_eq!(named(carers, "against-benchmark").title, "4 of 6 results are above Scotland so far (2008), 1 below");
    assert_eq!(named(carers, "question-q1").title, "Good response when first in contact: 76% agree");
    assert_eq!(
        named(carers, "response").title,
        "57% of 500 drawn were returned, from 21% to 67% by stratum",
        "4 of 19 is 21%, 98 of 146 is 67%"
    );
    let audit = &*AUDIT;
    let ratings = named(audit, "ratings-six");
    assert!(ratings.title.starts_with("“4 Good or better” ranges from "), "{}", ratings.title);
    assert_eq!(ratings.place, ChartPlace::Evidence);
}

#[test]
fn verdicts_are_told_by_words_and_mark_and_not_by_colour_alone() {
    let mut results = study::carers();
    for (question, verdict) in results.questions.iter_mut().zip([
        Verdict::Higher,
        Verdict::Lower,
        Verdict::Higher,
        Verdict::NoRealDifference,
        Verdict::TooFewToSay,
    ]) {
        for comparison in question.overall.positive.iter_mut().flat_map(|positive| &mut positive.comparisons) {
            comparison.verdict = verdict;
        }
    }
    let charts = charts(&results);
    let chart = named(&charts, "against-benchmark");
    let drawn = texts(&chart.svg).join(" ");
    for words in ["higher (", "lower (", "no real difference", "too few to say", "?"] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(chart.svg.contains("<polygon"), "the marks are drawn");
}

#[test]
fn bases_and_methods_stand_on_every_chart_of_estimates() {
    for (results, charts) in [(study::carers(), &CARERS), (study::audit(), &AUDIT)] {
        for chart in charts.iter() {
            assert!(texts(&chart.svg).iter().any(|text| text.contains(&results.run_id)), "{}: run", chart.name);
            if matches!(chart.place, ChartPlace::Response | ChartPlace::Agreement) {
                continue;
            }
            assert!(texts(&chart.svg).contains(&"Base".to_owned()), "{}", chart.name);
            assert!(
                chart.note.contains("Method: weights for each question's answers"),
                "{}: {}",
                chart.name,
                chart.note
            );
            assert!(chart.data.columns.contains(&"base"), "{}", chart.name);
        }
    }
}

#[test]
fn shares_are_drawn_as_long_as_they_are() {
    let results = study::carers();
    let charts = &*CARERS;
    let svg = &named(charts, "overview-agree").svg;
    // Bars are 28 pixels high, and end a pixel short of the next; five responses for each of seven questions.
    let widths: Vec<f64> = svg
        .lines()
        .filter(|line| line.starts_with("<rect") && line.contains("height=\"28\""))
        .filter_map(|line| line.split_once("width=\"")?.1.split_once('"')?.0.parse().ok())
        .collect();
    assert_eq!(widths.len(), 35);
    for (question, bars) in results.questions.iter().zip(widths.chunks(5)) {
        let shares: Vec<f64> = question.overall.shares.iter().map(|share| share.estimate).collect();
        let unit = (bars[0] + 1.0) / shares[0];
        // Left to right: strongly agree, agree, neither (apart), disagree, strongly disagree.
        for (bar, share) in bars.iter().zip(&shares) {
            assert!((bar + 1.0 - share * unit).abs() <= 2.5, "{}: {bar} for {share}", question.id);
        }
    }
}

#[test]
fn data_say_what_the_picture_says() {
    let charts = &*CARERS;
    let data = &named(charts, "question-q1").data;
    let row = data.rows.iter().find(|row| row[3].is_empty() && row[4] == "Agree (all)").expect("everyone's share");
    assert_eq!(row[5..], ["76.0", "71.5", "80.5", "281"].map(String::from));
    for chart in charts {
        assert!(!chart.data.rows.is_empty(), "{}", chart.name);
        let text = String::from_utf8(chart.data.csv().expect("csv")).expect("utf-8");
        assert_eq!(text.lines().count(), chart.data.rows.len() + 1, "{}", chart.name);
    }
}

#[test]
fn suppressed_figures_are_in_no_form_of_a_chart() {
    let hidden = [format!("{:.1}", HIDDEN * 100.0), format!("{:.0}%", HIDDEN * 100.0), HIDDEN_BASE.to_string()];
    for (results, charts) in [(study::carers(), &CARERS), (study::audit(), &AUDIT)] {
        assert!(results.estimates().any(|estimate| estimate.estimate == HIDDEN), "the study has something to hide");
        for chart in charts.iter() {
            let data = String::from_utf8(chart.data.csv().expect("csv")).expect("utf-8");
            for form in [&chart.svg, chart.wide(), chart.narrow(), &data, &chart.description, &chart.title] {
                for figure in &hidden {
                    assert!(!form.contains(figure.as_str()), "{figure} in {}", chart.name);
                }
                assert!(!form.contains("7,777"), "{}", chart.name);
            }
        }
    }
    let charts = &*CARERS;
    let chart = named(charts, "question-q1");
    assert!(texts(&chart.svg).iter().any(|text| text.starts_with("[c] not shown")));
    assert!(chart.data.rows.iter().any(|row| row[3] == "Islands" && row[5..].iter().all(|cell| cell == "[c]")));
}

#[test]
fn one_hidden_response_hides_the_bar_that_would_give_it_away() {
    let mut results = study::carers();
    results.questions[0].groups[0].shares[4].flags.push(quorate::estimate::Flag::Suppressed);
    let charts = charts(&results);
    let data = &named(&charts, "question-q1").data;
    let coast: Vec<_> = data.rows.iter().filter(|row| row[3] == "Coast").collect();
    assert_eq!(coast.len(), 6);
    assert!(coast.iter().all(|row| row[5..].iter().all(|cell| cell == "[c]")));
    assert!(!named(&charts, "question-q1").description.contains("Coast"));
}

#[test]
fn a_concern_has_no_good_end() {
    let charts = &*AUDIT;
    assert!(!named(charts, "overview-yes-no").data.rows.iter().any(|row| row[0] == "concern"));
    assert!(named(charts, "question-concern").title.starts_with("Concern for immediate action: most often “No”"));
}

#[test]
fn words_of_others_stay_words() {
    let mut results = study::carers();
    results.instrument.questions[0].label = HOSTILE.to_owned();
    results.strata[0].name = HOSTILE.to_owned();
    results.organisation = format!("{HOSTILE}\u{0}\u{7}");
    for chart in charts(&results) {
        for form in [&chart.svg, chart.wide(), chart.narrow()] {
            assert!(!form.contains("<script"), "{}", chart.name);
        }
        if ["against-benchmark", "response"].contains(&chart.name.as_str()) {
            assert!(chart.png().is_ok(), "{} is no SVG any more", chart.name);
        }
    }
}

#[test]
fn the_picture_needs_no_font_of_the_machine_and_is_the_same_again() {
    assert_eq!(*AUDIT, charts(&study::audit()));
    let chart = named(&AUDIT, "response");
    let png = chart.png().expect("png");
    assert_eq!(png, chart.png().expect("png"));
    assert_eq!(png[..8], [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a]);
    let side = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    assert_eq!(side(16), 1600, "twice 800 pixels");
    // Without its text it is another picture: so the text was drawn, with the fonts that ship and no others.
    let mut bare = chart.clone();
    while let Some(start) = bare.svg.find("<text ") {
        let end = bare.svg[start..].find("</text>").map(|at| start + at + 7).expect("an end");
        bare.svg.replace_range(start..end, "");
    }
    assert_ne!(png, bare.png().expect("png"));
}

/// The boxes of the texts of a drawing, as the font that ships sets them.
fn boxes(svg: &str) -> (Vec<(String, usvg::Rect)>, usvg::Size) {
    let mut options = usvg::Options { font_family: "Open Sans".to_owned(), ..Default::default() };
    for font in ["Regular", "Bold"] {
        let file = format!("{}/assets/fonts/OpenSans-{font}.ttf", env!("CARGO_MANIFEST_DIR"));
        options.fontdb_mut().load_font_data(std::fs::read(file).expect("the font"));
    }
    let tree = usvg::Tree::from_str(svg, &options).expect("svg");
    let found = tree.root().children().iter().filter_map(|node| match node {
        usvg::Node::Text(text) => {
            let words = text.chunks().iter().map(|chunk| chunk.text().trim()).collect();
            Some((words, text.abs_bounding_box()))
        }
        _ => None,
    });
    (found.collect(), tree.size())
}

/// A study with words as long as anybody writes them.
fn crowded() -> Results {
    let mut crowded = study::carers();
    crowded.instrument.questions[0].label =
        "Carers were asked whether they had a good response when they were first in contact with any of the services"
            .into();
    crowded.strata[1].name =
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch and the moors beyond it".into();
    for scale in crowded.instrument.questions.iter_mut().filter_map(|question| question.scale.as_mut()) {
        scale.positive_label = "Strongly or fairly strongly agree with the statement".into();
    }
    crowded
}

/// Whether all texts stand inside the picture and apart from each other; gives how many there are.
fn stand_apart(name: &str, svg: &str) -> usize {
    let (boxes, size) = boxes(svg);
    for (i, (words, one)) in boxes.iter().enumerate() {
        let inside = one.left() >= 0.0 && one.right() <= size.width() && one.bottom() <= size.height();
        assert!(inside, "“{words}” leaves {name}");
        for (others, other) in &boxes[i + 1..] {
            // Boxes are of the font's height, which is more than the letters': lines may touch by a little.
            let across = one.right().min(other.right()) - one.left().max(other.left());
            let down = one.bottom().min(other.bottom()) - one.top().max(other.top());
            assert!(across <= 0.5 || down <= 4.0, "“{words}” and “{others}” overlap in {name}");
        }
    }
    boxes.len()
}

#[test]
fn texts_neither_overlap_nor_leave_the_picture_at_either_width() {
    let mut seen = 0;
    for chart in charts(&crowded()).iter().chain(AUDIT.iter()) {
        let repeated = chart.name.starts_with("question-")
            && !["question-q1", "question-q8", "question-q9"].contains(&chart.name.as_str());
        if repeated {
            continue;
        }
        seen += stand_apart(&chart.name, &chart.svg);
        // What the page's style sheet says once for all.
        let narrow = chart.narrow().replacen(
            "<svg ",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"Open Sans\" font-size=\"14\" ",
            1,
        );
        seen += stand_apart(&format!("{}, narrow", chart.name), &narrow);
    }
    assert!(seen > 400, "{seen} texts");
}

/// The width of a drawing for the page.
fn width(svg: &str) -> u32 {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ").expect("a drawing");
    rest.split(' ').next().and_then(|width| width.parse().ok()).expect("its width")
}

#[test]
fn the_narrow_form_fits_a_phone_with_letters_that_can_be_read() {
    for chart in CARERS.iter().chain(AUDIT.iter()) {
        assert_eq!(width(chart.wide()), 760, "{}", chart.name);
        // A phone of 360 pixels less the page's margins: a pixel of the drawing is a pixel of the screen.
        assert_eq!(width(chart.narrow()), 360 - 2 * 16, "{}", chart.name);
        let sizes = chart.narrow().split("font-size=\"").skip(1);
        let smallest = sizes.filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok()).fold(14.0, f64::min);
        assert!(smallest >= 12.0, "{}: {smallest}", chart.name);
    }
}

#[test]
fn both_forms_say_the_same() {
    for chart in CARERS.iter().chain(AUDIT.iter()) {
        // Figures of the narrow form: each is in the wide one as well, and none is lost.
        let figures = |svg: &str| -> BTreeSet<String> {
            let words = texts(svg).join(" ").replace(',', " ");
            let figure = |word: &&str| word.ends_with('%') && word.starts_with(|c: char| c.is_ascii_digit());
            words.split_whitespace().filter(figure).map(str::to_owned).collect()
        };
        let (wide, narrow) = (figures(chart.wide()), figures(chart.narrow()));
        assert_eq!(wide, narrow, "{}", chart.name);
        for part in ["<title ", "<desc "] {
            assert_eq!((chart.wide().matches(part).count(), chart.narrow().matches(part).count()), (1, 1));
        }
    }
}

#[test]
fn nothing_that_the_results_may_hold_brings_a_chart_down() {
    let mut results = study::audit();
    for question in &mut results.questions {
        for estimate in question.overall.shares.iter_mut().chain(&mut question.overall.positive) {
            estimate.estimate = f64::NAN;
            estimate.ci_low = f64::NAN;
            estimate.ci_high = f64::INFINITY;
        }
        question.groups.clear();
    }
    for agreement in &mut results.agreement {
        agreement.exact = f64::NAN;
        agreement.coefficient = None;
    }
    assert!(!charts(&results).is_empty());

    let mut results = study::carers();
    let mean = results.questions[8].overall.mean.as_mut().expect("hours");
    (mean.estimate, mean.ci_low, mean.ci_high) = (1e20, 1e20, 1e20);
    results.questions[8].groups.clear();
    results.strata.clear();
    results.groupings.clear();
    results.instrument.questions[1].label = "w".repeat(4000);
    assert!(!charts(&results).is_empty());

    // A number that nobody may see.
    let mean = results.questions[8].overall.mean.as_mut().expect("hours");
    mean.flags.push(quorate::estimate::Flag::Suppressed);
    assert!(charts(&results).iter().any(|chart| chart.title == "Hours of caring a week: too few answers to show"));

    results.questions[0].overall.n = 0;
    assert!(!charts(&results).iter().any(|chart| chart.name == "question-q1"), "nobody answered");

    results.questions.clear();
    assert!(charts(&results).is_empty());
}
