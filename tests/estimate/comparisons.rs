//! Contrasts, benchmarks, scores, nets, and what may be compared.

use super::*;

const BASE: [&str; 6] = ["--weight", "weight", "--strata", "area", "--mean", "cost"];

fn refused(more: &[&str], words: &[&str]) {
    says(&fault(&data("carers.csv"), &[&BASE[..], more].concat()), words);
}

#[test]
fn contrasts_that_make_no_sense_are_underlined() {
    refused(&["--contrast", "meen(cost)"], &["no contrast", "mean(COL)", "meen"]);
    refused(&["--contrast", "mean(cst)"], &["did you mean \"cost\"?"]);
    refused(&["--contrast", "mean(cost) mean(age)"], &["+ or -"]);
    refused(&["--contrast", "mean(cost"], &["not closed"]);
    refused(&["--contrast", ""], &["no contrast"]);
    refused(&["--contrast", "3 - 2"], &["nothing to estimate"]);
    refused(&["--contrast", "2*3"], &["no estimate"]);
    refused(&["--contrast", "1.2.3*mean(cost)"], &["no number"]);
    refused(&["--contrast", "mean(cost)[sex=f]"], &["no column named \"f\"", "[sex = 'f']"]);
    refused(&["--contrast", "share(q1)"], &["share(COL=LEVEL)"]);
    refused(&["--contrast", "share(q1=9)"], &["no row has this level", "1, 2, 3, 4, 5"]);
    refused(&["--contrast", "mean(team)"], &["must hold numbers", "row 2 > team"]);
    refused(&["--contrast", "ratio(cost)"], &["ratio"]);
    refused(&["--contrast", "µ(cost)"], &["no estimate"]);
}

#[test]
fn a_contrast_of_groups_is_their_difference() {
    let carers = data("carers.csv");
    let compared = csv(&carers, &[&BASE[..], &["--compare", "sex"]].concat());
    let contrast = "mean(cost)[sex = 'f'] - mean(cost)[sex = 'm']";
    let contrasted = csv(&carers, &[&BASE[..4], &["--contrast", contrast]].concat());
    let difference = compared.lines().filter(|l| l.starts_with("statistic") || l.contains("f - m")).collect::<Vec<_>>();
    near(&(difference.join("\n") + "\n"), &contrasted, &["n", "estimate", "se", "df", "ci_low"], 1.0);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    refused(&["--compare", "sex", "--crosstab", "team,q1"], &["--compare is not for tables", "--proportion"]);
}

#[test]
fn benchmarks_are_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |text: &str| written(&folder, "benchmarks.csv", text).display().to_string();
    let with = |text: &str, words: &[&str]| refused(&["--benchmark", &file(text)], words);
    with("statistic,variable,value\nmean,cost,3\n", &["no column named \"estimate\""]);
    with("statistic,variable,estimate\nmean,cots,3\n", &["no benchmark is of a figure", "mean cots"]);
    with("statistic,variable,estimate\nmean,cost,\nmean,age,2\n", &["no figure", "row 2 > estimate"]);
    with("statistic,variable,estimate\nmean,cost,many\n", &["must hold numbers", "row 2"]);
    with("statistic,variable,estimate,se\nmean,cost,3,-1\n", &["standard error", "row 2 > se"]);
    with("statistic,variable,estimate\nmean,cost,3\nmean,cost,4\n", &["stands twice", "row 3"]);
    with("statistic,variable,estimate\nmode,cost,3\n", &["no figure to compare with", "mean, proportion"]);
    // The result of one run is the benchmark of another.
    let args = [&BASE[..], &["--proportion", "q1", "--by", "sex"]].concat();
    let earlier = file(&csv(&data("carers.csv"), &args));
    let rows = csv(&data("carers.csv"), &[&args[..], &["--benchmark", &earlier]].concat());
    let differences: Vec<&str> = rows.lines().filter(|line| line.starts_with("difference")).collect();
    assert_eq!(differences.len(), 18);
    assert!(differences.iter().all(|line| line.contains("an estimated benchmark") && line.contains("benchmark-se=")));
}

/// All answers the same: the exact interval less the figure, and no p-value from an error of zero.
#[test]
fn a_certain_share_beside_a_benchmark() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "data.csv", &format!("y\n{}", "1\n".repeat(20)));
    let benchmark = written(&folder, "b.csv", "statistic,variable,response,estimate\nproportion,y,1,0.7\n");
    let rows = csv(&path, &["--proportion", "y", "--benchmark", &benchmark.display().to_string()]);
    assert!(rows.contains("not tested") && rows.contains("exact one-sided on n"));
    let (low, high) = (numbers(&rows, "ci_low")[1], numbers(&rows, "ci_high")[1]);
    assert!((low - (0.05f64.powf(0.05) - 0.7)).abs() < 1e-12 && (high - 0.3).abs() < 1e-12);
    assert!(numbers(&rows, "se")[1].is_nan());
}

#[test]
fn the_family_of_tests_is_named() {
    let carers = data("carers.csv");
    let p = |family: &str, word: &str| -> Vec<f64> {
        let args = [&BASE[..], &["--proportion", "q1", "--compare", "team", "--family", family]].concat();
        let rows = csv(&carers, &args);
        let value = |line: &str| {
            let at = line.find(&format!("; {word}="))? + word.len() + 3;
            line[at..].split(';').next()?.parse().ok()
        };
        rows.lines().filter(|line| line.starts_with("difference")).filter_map(value).collect()
    };
    let (number, run) = (p("number", "holm"), p("run", "holm"));
    assert_eq!((number.len(), run.len()), (36, 36));
    assert!(number.iter().zip(&run).all(|(number, run)| number <= run) && number != run);
    assert!(p("run", "bh").iter().zip(&run).all(|(bh, holm)| bh <= holm));
}

#[test]
fn made_columns_are_checked() {
    refused(&["--score", "burden"], &["NAME=ITEM+ITEM"]);
    refused(&["--score", "cost=q1+q2"], &["taken already"]);
    refused(&["--score", "burden=q1+q2:3"], &["no number of its items", "1 to 2"]);
    refused(&["--score", "burden=q1+team"], &["must hold numbers", "team"]);
    refused(&["--net", "good=q1"], &["NAME=COL:LEVEL"]);
    refused(&["--net", "good=q1:1,9"], &["no row has this level", "9"]);
    refused(&["--net", "good=q9:1"], &["no column named \"q9\""]);
    refused(&["--multiple", "help=q1,zz"], &["no column named \"zz\""]);
    refused(&["--multiple", "help=q1,q2", "--net", "any=help:age"], &["no such option", "age"]);
    refused(&["--multiple", "help=q1,q2", "--by", "help"], &["question of several columns"]);
}

#[test]
fn made_columns_can_be_used_as_any_other() {
    let carers = data("carers.csv");
    let design = ["--weight", "weight", "--strata", "area"];
    let net = csv(&carers, &[&design[..], &["--net", "good=q1:1,2"]].concat());
    // A net is the share of a condition, and its shares add up.
    let shares = csv(&carers, &[&design[..], &["--proportion", "q1"]].concat());
    let sum: f64 = numbers(&shares, "estimate")[..2].iter().sum();
    assert!((numbers(&net, "estimate")[0] - sum).abs() < 1e-12);
    let args = ["--score", "burden=q1+helped", "--quantile", "burden", "--net", "good=q1:1,2", "--by", "good"];
    let rows = csv(
        &carers,
        &[&design[..], &args[..], &["--contrast", "mean(burden)[good = 1] - mean(burden)[good = 0]"]].concat(),
    );
    says(&rows, &["quantile,burden,0.5,good,1,", "mean,burden,,good,0,", "contrast,", "sum of 2 items, all answered"]);
    let args = ["--multiple", "help=helped,rare", "--net", "any=help:helped,rare"];
    let rows = csv(&carers, &[&design[..], &args[..]].concat());
    says(&rows, &["proportion,help,helped,", "proportion,help,any,"]);
    let found = numbers(&rows, "estimate");
    assert!(found[2] <= found[0] + found[1] && found[2] >= found[0].max(found[1]));
}

/// Groups whose names hold the signs that join them stay apart.
#[test]
fn names_that_hold_the_joining_signs_stay_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "a,b,y\nx|y,z,1\nx|y,z,2\nx,y|z,3\nx,y|z,5\n";
    let path = written(&folder, "data.csv", text);
    for more in [&["--mean", "y"][..], &["--mean", "y", "--replicate", "jk1"]] {
        let rows = csv(&path, &[&["--by", "a,b"], more].concat());
        says(&rows, &["a|b,x|y\\|z,", "a|b,x\\|y|z,"]);
    }
    let text = "g,y\na - b,1\na - b,2\na,3\na,5\nb - c,2\nb - c,4\nc,1\nc,2\n";
    let rows = csv(&written(&folder, "minus.csv", text), &["--mean", "y", "--compare", "g"]);
    says(&rows, &[",a - b \\- c,", ",a \\- b - c,"]);
}
