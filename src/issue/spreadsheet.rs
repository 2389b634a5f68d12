//! Written-out conditions and calculations as the formulas of a spreadsheet.
//!
//! They are for the eyes of those who fill the workbook in: what comes back is worked out again from the answers. So where
//! a spreadsheet cannot say the same, there is no formula, and nothing is coloured that should not be.

use super::answers::{FIRST, Grid};
use super::columns::{Holds, Plan, is_worked_out};
use super::rules::{self, absolute, equals, in_column};
use super::{ANSWERS_SHEET, choices};
use crate::formula::{Function, Joint, Node};
use crate::instrument::{Instrument, Question, QuestionKind};

/// Days from the day that spreadsheets count from to that of forms.
const EPOCH: u32 = 25_569;

/// A row of a sheet, as its formulas see it.
pub(super) struct Sheet<'a> {
    grid: &'a Grid<'a>,
    pub row: u32,
}

/// Where the answer to a question stands.
struct At<'a> {
    question: &'a Question,
    cells: Vec<String>,
}

impl<'a> Sheet<'a> {
    pub fn of(grid: &'a Grid<'a>, row: u32) -> Sheet<'a> {
        Sheet { grid, row }
    }

    /// True where a question is asked; none if it always is, or if a spreadsheet cannot tell.
    pub fn asked(&self, question: &Question) -> Option<String> {
        let leads = rules::asked(self.grid.form, self.grid.plan, question, self.row);
        let relevant = question.written.relevant.as_ref().and_then(|formula| self.truth(&formula.node));
        match (leads, relevant) {
            (Some(a), Some(b)) => Some(format!("AND({a},{b})")),
            (a, b) => a.or(b),
        }
    }

    /// True where an answer is needed; none if it always is, or if a spreadsheet cannot tell.
    pub fn needed(&self, question: &Question) -> Option<String> {
        let required = question.written.required.as_ref().filter(|_| !question.required);
        match (self.asked(question), required.and_then(|formula| self.truth(&formula.node))) {
            (Some(a), Some(b)) => Some(format!("AND({a},{b})")),
            (a, b) => a.or(b),
        }
    }

    /// True in a cell whose answer the question's constraint does not allow.
    pub fn not_allowed(&self, question: &Question, column: usize) -> Option<String> {
        let formula = question.written.constraint.as_ref().filter(|_| !question.kind.has_scale())?;
        let cell = in_column(self.row, column);
        let itself = At { question, cells: vec![cell.clone()] };
        let holds = Spelling { sheet: self, itself: Some(&itself) }.truth(&formula.node)?;
        Some(format!("AND({cell}<>\"\",NOT({holds}))"))
    }

    /// The formula that works a question out.
    pub fn calculation(&self, question: &Question) -> Option<String> {
        let formula = question.written.calculation.as_ref()?;
        let spelling = Spelling { sheet: self, itself: None };
        let value = match question.written.numeric {
            true => format!("ROUND({},9)", spelling.number(&formula.node)?),
            false => spelling.text(&formula.node)?,
        };
        Some(match self.asked(question) {
            Some(asked) => format!("=IF({asked},IFERROR({value},\"\"),\"\")"),
            None => format!("=IFERROR({value},\"\")"),
        })
    }

    /// True where a condition holds.
    pub fn truth(&self, node: &Node) -> Option<String> {
        Spelling { sheet: self, itself: None }.truth(node)
    }

    /// What stands in a column of the main sheet in the row with the same serial.
    pub fn brought(&self, column: usize) -> Option<String> {
        let (_, main, last) = self.grid.main?;
        let range = |column: usize| {
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            format!("{ANSWERS_SHEET}!{}:{}", absolute(FIRST, column), absolute(last, column))
        };
        let serial = in_column(self.row, self.grid.plan.column(Holds::Serial)?);
        let found = format!("INDEX({},MATCH({serial},{},0))", range(column), range(main.column(Holds::Serial)?));
        Some(format!("=IFERROR(IF({found}=\"\",\"\",{found}),\"\")"))
    }

    /// The columns of the main sheet that the formulas of a repeat look at.
    pub fn looks_at(form: &Instrument, main: &Instrument, plan: &Plan) -> Vec<usize> {
        let mut found = std::collections::BTreeSet::new();
        for question in &form.questions {
            let written = &question.written;
            let filter = written.filter.as_ref().map(|filter| &filter.formula);
            let formulas = [&written.relevant, &written.required, &written.constraint, &written.calculation];
            for formula in formulas.into_iter().flatten().chain(filter) {
                for (name, _) in formula.references() {
                    let columns = main.position(name).and_then(|place| plan.of_question(place));
                    if let (None, Some((first, last))) = (form.position(name), columns) {
                        found.extend(first..=last);
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    fn find(&self, name: &str) -> Option<At<'a>> {
        let grid = self.grid;
        if let Some(place) = grid.form.position(name) {
            let (first, last) = grid.plan.of_question(place)?;
            let cells = (first..=last).map(|column| in_column(self.row, column)).collect();
            return Some(At { question: &grid.form.questions[place], cells });
        }
        let (outside, main, _) = grid.main?;
        let place = outside.position(name)?;
        let (first, last) = main.of_question(place)?;
        let cells = (first..=last).map(|at| Some(in_column(self.row, grid.plan.column(Holds::Brought(at))?)));
        Some(At { question: &outside.questions[place], cells: cells.collect::<Option<_>>()? })
    }

    /// The cells of a repeat's question in the rows of this unit: sheet and columns of the token and of the answers.
    fn repeated(&self, name: &str, function: Function) -> Option<String> {
        let token = in_column(self.row, self.grid.plan.column(Holds::Serial)?);
        for (repeat, sheet, plan, last) in &self.grid.repeats {
            let range = |column: usize| {
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                format!("'{}'!{}:{}", sheet.replace('\'', "''"), absolute(FIRST, column), absolute(*last, column))
            };
            let tokens = range(plan.column(Holds::Serial)?);
            if repeat.id == name && function == Function::Count {
                let begun = range(plan.column(Holds::ToGo)?);
                return Some(format!("COUNTIFS({tokens},{token},{begun},\">=0\")"));
            }
            let Some(place) = repeat.form.position(name) else { continue };
            let (first, end) = plan.of_question(place)?;
            let number = repeat.form.questions[place].kind.is_number() || is_worked_out(&repeat.form.questions[place]);
            return match function {
                Function::Sum if number && first == end => Some(format!("SUMIFS({},{tokens},{token})", range(first))),
                Function::Count if first == end => Some(format!("COUNTIFS({tokens},{token},{},\"<>\")", range(first))),
                _ => None,
            };
        }
        None
    }
}

/// A formula being written; the cell whose answer is asked about, in a constraint.
struct Spelling<'a> {
    sheet: &'a Sheet<'a>,
    itself: Option<&'a At<'a>>,
}

impl Spelling<'_> {
    fn find(&self, node: &Node) -> Option<At<'_>> {
        match node {
            Node::Answer(name) => self.sheet.find(name),
            Node::Itself => self.itself.map(|at| At { question: at.question, cells: at.cells.clone() }),
            _ => None,
        }
    }

    fn truth(&self, node: &Node) -> Option<String> {
        match node {
            Node::Join(Joint::Or, a, b) => Some(format!("OR({},{})", self.truth(a)?, self.truth(b)?)),
            Node::Join(Joint::And, a, b) => Some(format!("AND({},{})", self.truth(a)?, self.truth(b)?)),
            Node::Join(joint, a, b) if joint.compares() => self.comparison(*joint, a, b),
            Node::Call(Function::Not, parts) => Some(format!("NOT({})", self.truth(&parts[0])?)),
            Node::Call(Function::True, _) => Some("TRUE".to_owned()),
            Node::Call(Function::False, _) => Some("FALSE".to_owned()),
            Node::Call(Function::If, parts) => {
                let [condition, yes, no] = parts.as_slice() else { return None };
                Some(format!("IF({},{},{})", self.truth(condition)?, self.truth(yes)?, self.truth(no)?))
            }
            Node::Call(Function::Selected, parts) => match &parts[1] {
                Node::Text(code) => self.has(&self.find(&parts[0])?, code),
                _ => None,
            },
            Node::Call(Function::Contains, parts) => {
                Some(format!("ISNUMBER(FIND({},{}))", self.text(&parts[1])?, self.text(&parts[0])?))
            }
            Node::Answer(_) | Node::Itself => {
                let at = self.find(node)?;
                let filled = at.cells.iter().map(|cell| format!("{cell}<>\"\"")).collect::<Vec<_>>().join(",");
                Some(format!("OR({filled})"))
            }
            Node::Text(text) => Some(if text.is_empty() { "FALSE" } else { "TRUE" }.to_owned()),
            _ => Some(format!("IFERROR({}<>0,FALSE)", self.number(node)?)),
        }
    }

    /// True where the answer is, or holds, the response with a code.
    fn has(&self, at: &At<'_>, code: &str) -> Option<String> {
        let all = choices(at.question);
        let valid = at.question.scale.as_ref()?.responses.len();
        let Some((place, (_, offered))) = all.iter().enumerate().take(valid).find(|(_, (c, _))| *c == code) else {
            return Some("FALSE".to_owned());
        };
        match at.question.kind {
            QuestionKind::Multiple => Some(format!("{}<>\"\"", at.cells.get(place)?)),
            QuestionKind::Rank => None,
            QuestionKind::Acknowledge => Some(match code {
                "OK" => format!("{}<>\"\"", at.cells.first()?),
                _ => format!("{}=\"\"", at.cells.first()?),
            }),
            _ => {
                let cell = at.cells.first()?;
                let spelled = rules::spellings(at.question, code, offered);
                Some(format!("OR({})", spelled.iter().map(|s| equals(cell, s)).collect::<Vec<_>>().join(",")))
            }
        }
    }

    fn comparison(&self, joint: Joint, a: &Node, b: &Node) -> Option<String> {
        let equality = matches!(joint, Joint::Equal | Joint::Unequal);
        let either = |yes: String| Some(if joint == Joint::Unequal { format!("NOT({yes})") } else { yes });
        if equality {
            for (answer, other) in [(a, b), (b, a)] {
                let (Some(at), code) = (self.find(answer), other) else { continue };
                let code = match code {
                    Node::Text(text) => text.clone(),
                    Node::Number(number) => number.to_string(),
                    _ => continue,
                };
                if code.is_empty() {
                    let blank = at.cells.iter().map(|cell| format!("{cell}=\"\"")).collect::<Vec<_>>().join(",");
                    return either(format!("AND({blank})"));
                }
                if at.question.kind.gives_one_response() {
                    return either(self.has(&at, &code)?);
                }
                if at.question.kind == QuestionKind::Multiple {
                    return None;
                }
            }
        }
        if !equality || self.is_number(a) || self.is_number(b) {
            let mark = match joint {
                Joint::Equal => "=",
                Joint::Unequal => "<>",
                Joint::Less => "<",
                Joint::AtMost => "<=",
                Joint::More => ">",
                _ => ">=",
            };
            let otherwise = if joint == Joint::Unequal { "TRUE" } else { "FALSE" };
            return Some(format!("IFERROR({}{mark}{},{otherwise})", self.day(a)?, self.day(b)?));
        }
        either(format!("EXACT({},{})", self.text(a)?, self.text(b)?))
    }

    /// A number, or a date in quotes.
    fn day(&self, node: &Node) -> Option<String> {
        match node {
            Node::Text(text) => self
                .number(&Node::Call(Function::Date, vec![Node::Text(text.clone())]))
                .or_else(|| text.parse::<f64>().ok().map(|number| number.to_string())),
            other => self.number(other),
        }
    }

    /// A number; an error where it cannot be had.
    fn number(&self, node: &Node) -> Option<String> {
        Some(match node {
            Node::Number(number) => number.to_string(),
            Node::Text(text) => text.trim().parse::<f64>().ok()?.to_string(),
            Node::Position => in_column(self.sheet.row, self.sheet.grid.plan.column(Holds::Number)?),
            Node::Minus(inner) => format!("(-{})", self.number(inner)?),
            Node::Join(joint, a, b) => {
                let (x, y) = (|| self.number(a), || self.number(b));
                match joint {
                    Joint::Plus => format!("({}+{})", x()?, y()?),
                    Joint::Minus => format!("({}-{})", x()?, y()?),
                    Joint::Times => format!("({}*{})", x()?, y()?),
                    Joint::Divide => format!("({}/{})", x()?, y()?),
                    // The remainder has the sign of the first, as in forms.
                    Joint::Modulo => format!("({0}-{1}*TRUNC({0}/{1}))", x()?, y()?),
                    _ => format!("IF({},1,0)", self.truth(node)?),
                }
            }
            Node::Answer(_) | Node::Itself => self.number_of(&self.find(node)?)?,
            Node::Column(_) => return None,
            Node::Call(function, parts) => {
                let of = |at: usize| parts.get(at).and_then(|part| self.number(part));
                match function {
                    Function::If => format!("IF({},{},{})", self.truth(&parts[0])?, of(1)?, of(2)?),
                    Function::Coalesce => format!("IFERROR({},{})", of(0)?, of(1)?),
                    Function::Number => of(0)?,
                    Function::Int => format!("TRUNC({})", of(0)?),
                    Function::Round if parts.len() == 2 => format!("ROUND({},{})", of(0)?, of(1)?),
                    Function::Round => format!("ROUND({},0)", of(0)?),
                    Function::Abs => format!("ABS({})", of(0)?),
                    Function::Pow => format!("POWER({},{})", of(0)?, of(1)?),
                    Function::StringLength => format!("LEN({})", self.text(&parts[0])?),
                    Function::CountSelected => {
                        let at = self.find(&parts[0])?;
                        let valid = at.question.scale.as_ref()?.responses.len();
                        let last = valid.min(at.cells.len()).checked_sub(1)?;
                        format!("COUNTA({}:{})", at.cells.first()?, at.cells.get(last)?)
                    }
                    Function::Sum | Function::Min | Function::Max | Function::Count => {
                        self.gathered(*function, parts)?
                    }
                    Function::Date => match parts.first()? {
                        Node::Text(text) => {
                            let day = chrono::NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
                            format!("(DATE({})-{EPOCH})", day.format("%Y,%-m,%-d"))
                        }
                        _ => return None,
                    },
                    Function::True | Function::False | Function::Not | Function::Selected => {
                        format!("IF({},1,0)", self.truth(node)?)
                    }
                    _ => return None,
                }
            }
        })
    }

    fn gathered(&self, function: Function, parts: &[Node]) -> Option<String> {
        let one = |part: &Node| match part {
            Node::Answer(name) if self.sheet.find(name).is_none() => self.sheet.repeated(name, function),
            _ if function == Function::Count => None,
            other => Some(format!("IFERROR({},\"\")", self.number(other)?)),
        };
        let all = parts.iter().map(one).collect::<Option<Vec<String>>>()?;
        Some(match function {
            Function::Count => all.join("+"),
            // An empty text is left out of sums only where it stands in a cell.
            Function::Sum => format!("({})", all.iter().map(|part| format!("N({part})")).collect::<Vec<_>>().join("+")),
            _ => return None,
        })
    }

    fn number_of(&self, at: &At<'_>) -> Option<String> {
        let cell = at.cells.first()?;
        match at.question.kind {
            QuestionKind::Date | QuestionKind::DateTime => Some(format!("IF(ISNUMBER({cell}),{cell}-{EPOCH},NA())")),
            QuestionKind::Multiple | QuestionKind::Rank | QuestionKind::Acknowledge => None,
            QuestionKind::Text => Some(format!("VALUE({cell}&\"\")")),
            kind if kind.has_scale() => {
                let scale = at.question.scale.as_ref()?;
                let mut formula = "NA()".to_owned();
                for response in scale.responses.iter().rev() {
                    let number: f64 = response.code.parse().ok()?;
                    formula = format!("IF({},{number},{formula})", self.has(at, &response.code)?);
                }
                Some(formula)
            }
            _ => Some(format!("IF(ISNUMBER({cell}),{cell},NA())")),
        }
    }

    fn text(&self, node: &Node) -> Option<String> {
        Some(match node {
            Node::Text(text) => {
                let quoted = text.replace('"', "\"\"");
                if quoted.encode_utf16().count() > 250 {
                    return None;
                }
                format!("\"{quoted}\"")
            }
            Node::Call(Function::Concat, parts) => {
                let all = parts.iter().map(|part| self.text(part)).collect::<Option<Vec<String>>>()?;
                format!("({})", all.join("&"))
            }
            Node::Call(Function::If, parts) => {
                format!("IF({},{},{})", self.truth(&parts[0])?, self.text(&parts[1])?, self.text(&parts[2])?)
            }
            Node::Call(Function::Coalesce, parts) => {
                let first = self.text(&parts[0])?;
                format!("IF({first}=\"\",{},{first})", self.text(&parts[1])?)
            }
            Node::Call(Function::String, parts) => self.text(&parts[0])?,
            Node::Call(Function::ChoiceName, parts) => {
                let at = self.find(&parts[0])?;
                if !at.question.kind.gives_one_response() {
                    return None;
                }
                format!("TRIM({})", at.cells.first()?)
            }
            Node::Answer(_) | Node::Itself => {
                let at = self.find(node)?;
                let cell = at.cells.first()?;
                match at.question.kind {
                    QuestionKind::Text => format!("TRIM({cell})"),
                    QuestionKind::Single | QuestionKind::YesNo | QuestionKind::Rating => {
                        let mut formula = "\"\"".to_owned();
                        for response in at.question.scale.as_ref()?.responses.iter().rev() {
                            let code = response.code.replace('"', "\"\"");
                            formula = format!("IF({},\"{code}\",{formula})", self.has(&at, &response.code)?);
                        }
                        formula
                    }
                    kind if kind.is_number() || kind == QuestionKind::Calculate => format!("({cell}&\"\")"),
                    // How a date is spelled depends on the program's language.
                    _ => return None,
                }
            }
            other if self.is_number(other) => format!("IFERROR({}&\"\",\"\")", self.number(other)?),
            _ => return None,
        })
    }

    /// Whether a part is compared as a number.
    fn is_number(&self, node: &Node) -> bool {
        match node {
            Node::Number(_) | Node::Minus(_) | Node::Position => true,
            Node::Join(joint, ..) => !joint.compares() && !matches!(joint, Joint::And | Joint::Or),
            Node::Answer(_) | Node::Itself => self.find(node).is_some_and(|at| {
                let kind = at.question.kind;
                let moment = matches!(kind, QuestionKind::Date | QuestionKind::DateTime | QuestionKind::Time);
                kind.is_number() || moment || (is_worked_out(at.question) && at.question.written.numeric)
            }),
            Node::Call(Function::If, parts) => parts[1..].iter().all(|part| self.is_number(part)),
            Node::Call(Function::Coalesce, parts) => parts.iter().all(|part| self.is_number(part)),
            Node::Call(function, _) => {
                use Function::{Abs, Count, CountSelected, Date, Int, Max, Min, Number, Pow, Round, StringLength, Sum};
                matches!(
                    function,
                    Abs | Count | CountSelected | Date | Int | Max | Min | Number | Pow | Round | StringLength | Sum
                )
            }
            Node::Text(_) | Node::Column(_) => false,
        }
    }
}
