//! The page.

use std::path::Path;
use std::sync::LazyLock;

use quorate::chart;
use quorate::page::render;
use quorate::results::Results;

use crate::study::{self, HIDDEN, HIDDEN_BASE, HOSTILE};

fn page(results: &Results) -> String {
    render(results, &chart::all(results).expect("the charts"))
}

static CARERS: LazyLock<String> = LazyLock::new(|| page(&study::carers()));
static AUDIT: LazyLock<String> = LazyLock::new(|| page(&study::audit()));

/// What stands between tags, entities as they are, spaces as one.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        // Whatever stands in a style sheet or a script is not read.
        let silent = ["style", "script"].into_iter().find(|tag| rest[start + 1..].starts_with(tag));
        let end = match silent {
            Some(tag) => rest[start..].find(&format!("</{tag}>")).map_or(rest.len(), |at| start + at + tag.len() + 2),
            None => rest[start..].find('>').map_or(rest.len() - 1, |at| start + at),
        };
        rest = &rest[end + 1..];
        out.push(' ');
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of the page from one id to the next of those given.
fn part<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let start = html.find(&format!("id=\"{from}\"")).unwrap_or_else(|| panic!("no {from}"));
    let end = html[start..].find(&format!("id=\"{to}\"")).unwrap_or_else(|| panic!("no {to} after {from}"));
    &html[start..start + end]
}

/// Leaves pages and charts under the target folder, to be looked at in a browser.
#[test]
fn pages_are_left_to_be_looked_at() {
    for (name, results) in [("carers", study::carers()), ("audit", study::audit())] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page").join(name);
        let charts = chart::all(&results).expect("the charts");
        let html = render(&results, &charts);
        quorate::files::write_file(&folder.join("report.html"), html.as_bytes()).expect("written");
        assert!(html.len() < 2_000_000, "a page that can be sent by mail: {} bytes", html.len());
        for chart in &charts {
            let stem = folder.join("charts").join(&chart.name);
            quorate::files::write_file(&stem.with_extension("svg"), chart.svg.as_bytes()).expect("written");
            quorate::files::write_file(&stem.with_extension("csv"), &chart.data.csv().expect("csv")).expect("written");
        }
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert_eq!(*CARERS, page(&study::carers()));
}

#[test]
fn the_sections_come_in_the_order_of_reading() {
    let html = AUDIT.as_str();
    let places: Vec<usize> = ["summary", "contents-heading", "questions", "evidence", "quality", "methods", "glossary"]
        .iter()
        .map(|id| html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    // Every link within the page leads somewhere, and no place has two.
    for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(html.matches(&format!(" id=\"{link}\"")).count(), 1, "#{link}");
    }
}

#[test]
fn every_chart_stands_once_for_each_width_and_no_id_twice() {
    for (html, results) in [(&CARERS, study::carers()), (&AUDIT, study::audit())] {
        let charts = chart::all(&results).expect("the charts");
        for form in ["wide", "narrow"] {
            assert_eq!(html.matches(&format!("<div class=\"{form}\"><svg ")).count(), charts.len(), "{form}");
        }
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands twice");
        for label in html.split("aria-labelledby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(label.split(' ').all(|id| ids.binary_search(&id).is_ok()), "{label}");
        }
        // One form is shown and the other hidden, to screen readers too: by display, not by opacity or size.
        assert!(html.contains(".narrow{display:none"));
        assert!(html.contains("@media screen and (max-width:44rem){.wide{display:none}.narrow{display:block}}"));
    }
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing_but_its_own_script() {
    let html = CARERS.as_str();
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
    for outside in ["src=\"", "href=\"http", "@import", "url(http", "<link", "<iframe", "<img"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert_eq!(html.matches("<script").count(), 1);
}

#[test]
fn the_summary_says_what_stands_out_and_how_many_replied() {
    let html = CARERS.as_str();
    let summary = text(part(html, "summary", "contents-heading"));
    for words in [
        "287 of 500 people drawn replied (57%), out of 1,402 people in all.",
        "Of 6 results with a published figure, 4 are higher, 1 is lower, and 1 cannot be told apart from it.",
        "76% against 65%, 11.0 points more, which is better (±4.5 points, base 281).",
        "57% against 64%, 7.0 points less",
        "Every question's overall result is known to within ±10 points",
        "6 comparisons were made, each at the 5% level. If there were no true difference anywhere, about 0.3 of them",
    ] {
        assert!(summary.contains(words), "{words}\nin {summary}");
    }
    let lower = summary.find("Lower than the published figure").expect("lower");
    let help = summary.rfind("Help at the time they needed it").expect("help");
    assert!(lower < help, "the lower one is listed under lower");
}

#[test]
fn what_is_too_wide_for_the_rule_is_said_with_what_would_mend_it() {
    let results = study::audit();
    let html = &*AUDIT;
    let wide: Vec<&str> = results
        .questions
        .iter()
        .filter(|q| q.overall.positive.as_ref().is_some_and(|p| !p.holds_within(0.1)))
        .map(|q| q.id.as_str())
        .collect();
    assert!(!wide.is_empty(), "the study has something wide");
    let summary = text(part(html, "summary", "contents-heading"));
    for id in wide {
        let label = &results.instrument.question(id).expect("question").label;
        assert!(summary.contains(&format!("{label} ")), "{label}");
        let more = results.question(id).and_then(|q| q.more_returns).expect("more returns");
        assert!(summary.contains(&format!("About {more} more returns would bring it there.")), "{summary}");
    }
}

#[test]
fn every_table_of_estimates_has_base_margin_and_method() {
    let results = study::carers();
    let html = CARERS.as_str();
    for question in &results.questions {
        if question.overall.shares.is_empty() && question.overall.mean.is_none() {
            continue;
        }
        let table = text(part(html, &format!("responses-{}", question.id), "quality"));
        let head = &table[..table.find("Method: ").expect("a method") + 90];
        for words in [
            "Base",
            "Margin",
            "95% interval",
            "Method: weights for each question's answers, stratified variance with fpc",
        ] {
            assert!(head.contains(words), "{words} for {}", question.id);
        }
        let shown = question.overall.shares.iter().chain(&question.overall.positive).chain(&question.overall.mean);
        for estimate in shown {
            assert!(head.contains(&format!(" {} ", estimate.n)), "base {} of {}", estimate.n, question.id);
        }
    }
    let q1 = text(part(html, "question-q1", "question-q2"));
    for words in [
        "“When I first got in touch, I had a good response.”",
        "higher than Scotland so far (2008): 76% against 65%, 11.0 points more, which is better.",
        "Known to within ±10 points: yes (margin ±4.5 points).",
        "Source: Scotland so far (2008): Customer Service Excellence framework",
        "▲ higher (better) 65.0 (fixed) 76.0 +11.0 +6.5 to +15.5 less than 0.001",
        "Agree (all) 76.0 71.5 to 80.5 ±4.5 281 1.08",
        "Not in the base: don't know 3, not answered 3.",
    ] {
        assert!(q1.contains(words), "{words}\nin {q1}");
    }
}

#[test]
fn suppressed_figures_are_nowhere_on_the_page() {
    for html in [&CARERS, &AUDIT] {
        let body = text(html);
        for figure in [format!("{:.1}", HIDDEN * 100.0), format!("{HIDDEN_BASE}"), "7,777".to_owned()] {
            assert!(!body.contains(&figure), "{figure}");
        }
        assert!(body.contains("Islands [c] [c] [c]") || body.contains("Throughcare [c] [c] [c]"));
        assert!(body.contains("[c] not shown: fewer than 5 answers stand behind the figure"));
    }
}

#[test]
fn a_suppressed_question_shows_nothing_at_all() {
    let mut results = study::carers();
    results.questions[4].overall.suppressed = true;
    results.questions[4].groups.clear();
    results.questions[4].missing.clear();
    let n = results.questions[4].overall.n.to_string();
    let html = page(&results);
    let q5 = text(part(&html, "question-q5", "question-q6"));
    assert!(q5.contains("Nothing is shown for this question"), "{q5}");
    assert!(!q5.contains(&n) && !q5.contains("69"), "{q5}");
    let quality = text(part(&html, "item-response", "findings"));
    assert!(quality.contains("Services of good quality [c] [c]"), "{quality}");
    let evidence = text(part(&html, "evidence", "quality"));
    assert!(evidence.contains("Services of good quality [c] [c] [c] [c]"), "{evidence}");
    let summary = text(part(&html, "summary", "contents-heading"));
    assert!(summary.contains("Not shown, because too few people answered: Services of good quality."), "{summary}");
    assert!(summary.contains("Of 5 results with a published figure"), "{summary}");
}

#[test]
fn what_respondents_wrote_is_shown_as_they_wrote_it_and_does_nothing() {
    let html = CARERS.as_str();
    assert!(!html.contains(HOSTILE));
    assert!(html.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;/td&gt;&lt;/table&gt; =1+1"));
    assert!(text(html).contains("4 answers in people's own words"));
}

#[test]
fn concerns_are_counted_and_nobody_is_named() {
    let html = AUDIT.as_str();
    let summary = text(part(html, "summary", "contents-heading"));
    assert!(summary.contains("2 concerns were marked for immediate action."), "{summary}");
    for private in ["Secretname", "F-0417", "F-1180", "F-0033", "reader-03", "reader-05", "last spring"] {
        assert!(!html.contains(private), "{private}");
    }
    let findings = text(part(html, "findings", "methods"));
    assert!(
        findings.contains("R025 concern a concern that needs action at once was recorded 2 in findings.xlsx only"),
        "{findings}"
    );
    assert!(
        findings.contains("R020 warning an answer cannot be read as a date 1 returns/reader-02.xlsx › Cases › G5"),
        "{findings}"
    );
}

#[test]
fn findings_name_their_first_places_and_count_the_rest() {
    let html = CARERS.as_str();
    let findings = text(part(html, "findings", "methods"));
    for words in ["R012 warning", "returns/batch-02.xlsx › Answers › E14", "and 1 more", "R028 error", "R030 note"]
    {
        assert!(findings.contains(words), "{words}\nin {findings}");
    }
    assert!(!findings.contains("Janet") && !findings.contains("C-0192"), "neither what was found nor about whom");
    let (error, note) = (findings.find("R028").expect("R028"), findings.find("R030").expect("R030"));
    assert!(error < note, "the worst first");
}

#[test]
fn counts_reconcile_and_the_page_says_so_when_they_do_not() {
    let mut results = study::audit();
    let counts = text(part(&page(&results), "reconciliation", "strata"));
    assert!(counts.contains("96 returned + 4 not returned = 100: agrees"), "{counts}");
    assert!(counts.contains("116 accepted + 3 set aside = 119: agrees"), "{counts}");
    assert!(counts.contains("20 of them second or further readings"), "{counts}");
    results.counts.set_aside = 2;
    let counts = text(part(&page(&results), "reconciliation", "strata"));
    assert!(counts.contains("116 accepted + 2 set aside = 118: does not agree"), "{counts}");
}

#[test]
fn evidence_lies_beside_the_scale_and_is_never_a_rating() {
    let html = AUDIT.as_str();
    let evidence = text(part(html, "evidence", "quality"));
    for words in [
        "Evidence for a judgement, not a judgement.",
        "Nothing here computes a rating",
        "Delivery of key processes",
        "5.3 Assessment, care management and statutory supervision",
        "Distribution of ratings for 5.3, per cent",
        "1 Unsatisfactory 2 Weak 3 Adequate 4 Good 5 Very good 6 Excellent 4 Good or better Margin Base",
        "65% the same, Gwet's AC2 0.74",
        "not read twice",
        "firm",
        "indicative",
    ] {
        assert!(evidence.contains(words), "{words}\nin {evidence}");
    }
}

#[test]
fn headings_descend_one_level_at_a_time() {
    for html in [&CARERS, &AUDIT] {
        let levels: Vec<u32> =
            html.match_indices("<h").filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn tables_have_captions_and_headings_with_scopes() {
    let html = AUDIT.as_str();
    let tables: Vec<&str> = html.split("<table").skip(1).filter_map(|rest| rest.split("</table>").next()).collect();
    assert!(tables.len() > 20);
    for table in tables {
        assert!(table.contains("<caption>") && table.contains("scope=\"col\"") && table.contains("scope=\"row\""));
        assert_eq!(table.matches("<th").count() - table.matches("<thead").count(), table.matches("scope=").count());
    }
}

#[test]
fn no_figure_is_printed_as_minus_nought() {
    let mut results = study::carers();
    let positive = results.questions[0].overall.positive.as_mut().expect("positive");
    positive.comparisons[0].difference = -0.0001;
    let body = text(&page(&results));
    assert!(!body.contains("\u{2212}0.0 ") && !body.contains("-0.0"));
}

#[test]
fn a_run_before_any_return_still_makes_a_page() {
    let mut results = study::carers();
    results.questions.clear();
    results.evidence.clear();
    results.findings.clear();
    results.strata.clear();
    results.counts = quorate::results::Counts::default();
    let body = text(&page(&results));
    assert!(body.contains("so nothing can be said yet") && !body.contains("is known to within"));
    assert!(body.contains("Nothing was found wrong in the returns."));
    assert!(body.contains("0 of 0 people drawn replied ([x])"), "{}", &body[..800]);
}
