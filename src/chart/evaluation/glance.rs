//! Every area and indicator on one page: the level, which way it went, and how strong the evidence is.

use std::collections::BTreeMap;

use super::{
    Anchor, Caption, Chart, ChartData, ChartPlace, Face, Ink, SIZE, Sheet, areas, counted, fill, titled, wrap,
};
use crate::chart::WIDTH;
use crate::chart::dots::{Sign, sign};
use crate::chart::sheet::width_of;
use crate::chart::width::Width;
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::evaluation::cycle::Direction;
use crate::evaluation::standing::Shown;
use crate::evaluation::tables::{in_order, items_on, stands, strength_of_evidence};
use crate::evidence::framework::Leaning;

const SQUARE: i32 = 19;
const STEP: i32 = SQUARE + 2;
const LINE: i32 = 17;
const INDENT: i32 = 12;
/// The columns right of the squares: the level's name, the direction, and a figure for each kind of evidence.
const NAME: i32 = 108;
const WAY: i32 = 98;
const COUNT: i32 = 58;

/// Where the columns begin.
struct Columns {
    levels: i32,
    names: i32,
    ways: Option<i32>,
    counts: i32,
}

impl Columns {
    fn of(evaluation: &Evaluation) -> Self {
        let counts = WIDTH - 3 * COUNT;
        let ways = (!evaluation.earlier.is_empty()).then_some(counts - WAY);
        let names = ways.unwrap_or(counts) - NAME;
        let squares = evaluation.framework.levels.len() as i32 * STEP;
        Columns { levels: (names - squares - 8).max(120), names, ways, counts }
    }
}

/// The picture of all areas and indicators in scope.
pub(super) fn picture(evaluation: &Evaluation) -> Result<Chart> {
    let caption = Caption {
        name: "all-areas".to_owned(),
        place: ChartPlace::Glance,
        title: title(evaluation),
        description: description(evaluation),
        note: note(evaluation),
    };
    caption.frame(evaluation, |width| draw(width, evaluation), data(evaluation))
}

fn draw(width: Width, evaluation: &Evaluation) -> Sheet {
    let columns = Columns::of(evaluation);
    let mut sheet = Sheet::new(width.pixels());
    let mut y = match width {
        Width::Wide => headings(&mut sheet, &columns),
        Width::Narrow => 0,
    };
    let opens = opening(evaluation);
    for (subject, is_area) in in_order(evaluation) {
        if let Some(asked) = opens.get(subject) {
            for line in wrap(asked, Face::Bold, 13.0, sheet.width, width.pick(1, 4)) {
                sheet.sized((0, y + 14), Anchor::Left, Face::Bold, 13.0, Ink::Quiet, line);
                y += LINE;
            }
            sheet.line((0, y + 9), (sheet.width, y + 9), 2, Ink::Text);
            y += 14;
        }
        y = match width {
            Width::Wide => row(&mut sheet, evaluation, &columns, (subject, is_area), y),
            Width::Narrow => narrow_row(&mut sheet, evaluation, (subject, is_area), y),
        };
    }
    sheet.height = y + 4;
    sheet
}

/// A row on a phone: title, level and its name, and below them the direction and the evidence in words.
fn narrow_row(sheet: &mut Sheet, evaluation: &Evaluation, (subject, is_area): (&str, bool), y: i32) -> i32 {
    let face = if is_area { Face::Bold } else { Face::Regular };
    let mut y = y + 6 + LINE / 2;
    for line in titled(evaluation, subject, face, sheet.width) {
        sheet.text((0, y), Anchor::Left, face, Ink::Text, line);
        y += LINE;
    }
    y += 4;
    let shown = evaluation.shown(subject);
    squares(sheet, evaluation, &shown, (0, y));
    let start = evaluation.framework.levels.len() as i32 * STEP + 8;
    let ink = if shown.levels.is_empty() { Ink::Quiet } else { Ink::Text };
    for line in wrap(&shown.words, face, SIZE, sheet.width - start, 2) {
        sheet.text((start, y), Anchor::Left, face, ink, line);
        y += LINE;
    }
    y += 4;
    let direction = evaluation.direction(subject);
    way(sheet, direction, (0, y), Face::Regular);
    let start = direction.map_or(0, |direction| 16 + width_of(&direction.words(), Face::Regular, SIZE) + 14);
    let [firm, less, other] = strength_of_evidence(items_on(evaluation, subject));
    let words = match firm + less + other {
        0 => "Evidence: none".to_owned(),
        _ => format!("Evidence: {firm} firm, {less} less so, {other} other"),
    };
    let beside = start + width_of(&words, Face::Regular, SIZE) <= sheet.width;
    if !beside {
        y += LINE;
    }
    sheet.text((if beside { start } else { 0 }, y), Anchor::Left, Face::Regular, Ink::Quiet, words);
    let end = y + LINE / 2 + 6;
    sheet.line((0, end), (sheet.width, end), 1, if is_area { Ink::Text } else { Ink::Grid });
    end + 1
}

/// The key questions by the first area in scope under each.
fn opening(evaluation: &Evaluation) -> BTreeMap<&str, String> {
    let mut opens = BTreeMap::new();
    for asked in &evaluation.framework.key_questions {
        if let Some(first) = areas(evaluation).find(|area| area.key_question == asked.number) {
            opens.insert(first.number.as_str(), format!("{}. {}", asked.number, asked.text));
        }
    }
    opens
}

fn headings(sheet: &mut Sheet, columns: &Columns) -> i32 {
    let mut heading = |x: i32, anchor: Anchor, words: &str| {
        sheet.text((x, 28), anchor, Face::Regular, Ink::Quiet, words);
    };
    heading(columns.levels, Anchor::Left, "Level");
    if let Some(ways) = columns.ways {
        heading(ways, Anchor::Left, "Direction");
    }
    for (place, words) in (1..).zip(["Firm", "Less so", "Other"]) {
        heading(columns.counts + place * COUNT, Anchor::Right, words);
    }
    sheet.text((WIDTH, 10), Anchor::Right, Face::Regular, Ink::Quiet, "Pieces of evidence");
    44
}

fn row(sheet: &mut Sheet, evaluation: &Evaluation, columns: &Columns, of: (&str, bool), y: i32) -> i32 {
    let (subject, is_area) = of;
    let (face, indent) = if is_area { (Face::Bold, 0) } else { (Face::Regular, INDENT) };
    let lines = titled(evaluation, subject, face, columns.levels - indent - 12);
    let shown = evaluation.shown(subject);
    let words = wrap(&shown.words, face, SIZE, NAME - 10, 2);
    let (above, below) = if is_area { (6, 6) } else { (2, 2) };
    let height = SQUARE.max(LINE * lines.len().max(words.len()) as i32);
    let centre = y + above + height / 2;
    let mut block = |x: i32, lines: &[String], ink: Ink| {
        let top = centre - (lines.len() as i32 - 1) * LINE / 2;
        for (place, line) in (0..).zip(lines) {
            sheet.text((x, top + place * LINE), Anchor::Left, face, ink, line.as_str());
        }
    };
    block(indent, &lines, Ink::Text);
    block(columns.names, &words, if shown.levels.is_empty() { Ink::Quiet } else { Ink::Text });
    squares(sheet, evaluation, &shown, (columns.levels, centre));
    if let Some(x) = columns.ways {
        way(sheet, evaluation.direction(subject), (x, centre), face);
    }
    let counts = strength_of_evidence(items_on(evaluation, subject));
    if counts == [0; 3] {
        sheet.text((WIDTH, centre), Anchor::Right, face, Ink::Text, "none");
    } else {
        for (place, n) in (1..).zip(counts) {
            let (words, ink) = if n == 0 { ("–".to_owned(), Ink::Quiet) } else { (n.to_string(), Ink::Text) };
            sheet.text((columns.counts + place * COUNT, centre), Anchor::Right, face, ink, words);
        }
    }
    let end = y + above + height + below;
    sheet.line((0, end), (WIDTH, end), 1, if is_area { Ink::Text } else { Ink::Grid });
    end + 1
}

/// The scale as squares from the lowest level up: filled where a level stands, framed where judgements stand apart.
fn squares(sheet: &mut Sheet, evaluation: &Evaluation, shown: &Shown, (left, centre): (i32, i32)) {
    let top = centre - SQUARE / 2;
    for (place, level) in (0..).zip(evaluation.framework.levels.iter().rev()) {
        let x = left + place * STEP;
        let (from, to) = ((x, top), (x + SQUARE, top + SQUARE));
        let middle = (x + SQUARE / 2, centre);
        let number = level.number.to_string();
        match (shown.levels.contains(&level.number), shown.apart) {
            (false, _) => sheet.rect(from, to, Ink::Track),
            (true, false) => {
                let fill = fill(evaluation, level.number);
                sheet.rect(from, to, fill.ink());
                sheet.sized(middle, Anchor::Middle, Face::Bold, 13.0, Ink::On(fill), number);
            }
            (true, true) => {
                sheet.rect(from, to, Ink::Text);
                sheet.rect((from.0 + 2, from.1 + 2), (to.0 - 2, to.1 - 2), Ink::Paper);
                sheet.sized(middle, Anchor::Middle, Face::Bold, 13.0, Ink::Text, number);
            }
        }
    }
}

/// The direction, with its mark before its words.
pub(super) fn way(sheet: &mut Sheet, direction: Option<Direction>, (x, y): (i32, i32), face: Face) {
    let Some(direction) = direction else { return };
    match direction {
        Direction::Up(_) => sign(sheet, Sign::Up, (x + 5, y), Ink::Text),
        Direction::Down(_) => sign(sheet, Sign::Down, (x + 5, y), Ink::Text),
        Direction::Same => sign(sheet, Sign::Level, (x + 5, y), Ink::Text),
        Direction::New => {}
    }
    sheet.text((x + 16, y), Anchor::Left, face, Ink::Text, direction.words());
}

fn title(evaluation: &Evaluation) -> String {
    let all: Vec<&str> = areas(evaluation).map(|area| area.number.as_str()).collect();
    let levels: Vec<(&str, u8)> =
        all.iter().filter_map(|area| Some((*area, evaluation.standing(area).level()?))).collect();
    let of = counted(all.len(), "area", "areas");
    if levels.is_empty() {
        return format!("No level stands yet for any of {of}");
    }
    let none = |n: usize| if n == 0 { "none".to_owned() } else { n.to_string() };
    let leaning = |wanted: Leaning| {
        let leans = |level: u8| evaluation.framework.level(level).is_some_and(|level| level.leans == wanted);
        levels.iter().filter(|(_, level)| leans(*level)).count()
    };
    let strong = match leaning(Leaning::Strong) {
        1 => "1 leans".to_owned(),
        n => format!("{} lean", none(n)),
    };
    let judged =
        if levels.len() == all.len() { format!("Of {of}") } else { format!("Of {of}, {} judged:", levels.len()) };
    let mut title = format!("{judged} {strong} to strengths, {} to weaknesses", none(leaning(Leaning::Weak)));
    if !evaluation.earlier.is_empty() {
        let moved = |up: bool| {
            let went = |area: &str| match evaluation.direction(area) {
                Some(Direction::Up(_)) => Some(true),
                Some(Direction::Down(_)) => Some(false),
                _ => None,
            };
            none(levels.iter().filter(|(area, _)| went(area) == Some(up)).count())
        };
        title.push_str(&format!("; {} up, {} down since last time", moved(true), moved(false)));
    }
    title
}

fn description(evaluation: &Evaluation) -> String {
    let mut out = String::from(
        "A row for each area and, below it, each of its indicators: the scale as squares with the level that stands, \
         its name, its direction, and how many pieces of evidence there are. ",
    );
    for area in areas(evaluation) {
        let number = &area.number;
        out.push_str(&format!("{number} {}: {}", area.title, evaluation.shown(number).words));
        match evaluation.direction(number) {
            Some(Direction::New) | None => out.push_str(". "),
            Some(direction) => out.push_str(&format!(", {}. ", direction.words())),
        }
    }
    out.push_str("The table holds the indicators.");
    out
}

fn note(evaluation: &Evaluation) -> String {
    format!(
        "A filled square is the level that stands: blue leans to strengths, grey to neither, orange to weaknesses. Framed squares are \
         separate judgements that nobody has brought together; * is one evaluator's, not yet agreed. Evidence: firm figures \
         (within ±{} points), figures known less well, and what is not a figure. Levels are judgements; nothing adds them up.",
        evaluation.definition.evidence.rule
    )
}

fn data(evaluation: &Evaluation) -> ChartData {
    let row = |(subject, is_area): (&str, bool)| {
        let level = evaluation.standing(subject).level();
        let mut row = vec![
            subject.to_owned(),
            evaluation.framework.title(subject).unwrap_or_default().to_owned(),
            if is_area { "area" } else { "indicator" }.to_owned(),
            level.map_or_else(String::new, |level| level.to_string()),
            evaluation.shown(subject).words,
            stands(evaluation, subject),
            evaluation.direction(subject).map_or_else(String::new, Direction::words),
        ];
        row.extend(strength_of_evidence(items_on(evaluation, subject)).map(|n| n.to_string()));
        row
    };
    ChartData {
        columns: vec![
            "subject",
            "title",
            "kind",
            "level",
            "in_words",
            "stands",
            "direction",
            "evidence_firm",
            "evidence_less_certain",
            "evidence_other",
        ],
        rows: in_order(evaluation).into_iter().map(row).collect(),
    }
}
