//! How an action stands at a date that the user gives: its grade, whether it is late, what has changed since.

use chrono::NaiveDate;

use super::action::Action;
use super::progress::{Grade, Progress};
use super::when::{self, When};
use crate::returns::DateOrder;

/// How an action stands at a date.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// The action.
    pub action: &'a Action,
    /// The report that counts.
    pub report: Option<&'a Progress>,
    /// Its grade, if it has one of A to D.
    pub grade: Option<Grade>,
    /// The last date that has passed and by which something should be done, unless a report says that it is.
    pub late_since: Option<NaiveDate>,
    /// The next date by which something is to be done.
    pub next_due: Option<NaiveDate>,
    /// A day agreed for follow-up that has passed since the report.
    pub follow_up_passed: Option<NaiveDate>,
    /// All that was to be done is said to be done.
    pub complete: bool,
}

impl<'a> Standing<'a> {
    /// How an action stands.
    ///
    /// It is late when its last due date has passed and no report of that day or later has grade A (as planned) or D (no
    /// longer intended), or when an earlier milestone has passed and no report of that day or later has any grade: the
    /// grade says whether it was met. A month has passed when its last day has.
    pub fn at(action: &'a Action, day: NaiveDate, order: DateOrder) -> Standing<'a> {
        let report = action.at(day);
        let grade = report.and_then(Progress::grade);
        let reported = report.and_then(Progress::day);
        let settled = |due: NaiveDate, last: bool| match grade {
            Some(Grade::D) => true,
            Some(grade) => (grade == Grade::A || !last) && reported.is_some_and(|of| of >= due),
            None => false,
        };
        let milestones = action.milestones(order);
        let dues = || {
            milestones.iter().filter_map(|m| match m.when {
                When::Dated(span) => Some(span.last),
                _ => None,
            })
        };
        let last = dues().max();
        let late_since = dues().filter(|due| *due < day && !settled(*due, Some(*due) == last)).min();
        let next_due = dues().filter(|due| *due >= day).min();
        let achieved = !milestones.is_empty() && milestones.iter().all(|m| m.when == When::Achieved);
        let ongoing = milestones.iter().any(|m| m.when == When::Ongoing);
        let done =
            grade == Some(Grade::A) && !ongoing && last.is_some_and(|last| reported.is_some_and(|of| of >= last));
        let follow_up_passed = report.and_then(|report| {
            when::read(&report.follow_up, order)
                .iter()
                .filter_map(|m| match m.when {
                    When::Dated(span) if span.last < day && reported.is_some_and(|of| of < span.last) => {
                        Some(span.last)
                    }
                    _ => None,
                })
                .max()
        });
        Standing { action, report, grade, late_since, next_due, follow_up_passed, complete: achieved || done }
    }

    /// Whether it stands out for having no grade: it is not said to be achieved, and no report grades it.
    pub fn is_ungraded(&self) -> bool {
        self.grade.is_none() && !self.complete
    }

    /// Whether it is late.
    pub fn is_late(&self) -> bool {
        self.late_since.is_some()
    }

    /// In a few words.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        match self.late_since {
            Some(due) => words.push(format!("overdue since {}", when::long(due))),
            None if self.grade == Some(Grade::D) => words.push("no longer intended".to_owned()),
            None if self.complete => words.push("complete".to_owned()),
            None => {}
        }
        if self.is_ungraded() {
            words.push("no grade".to_owned());
        }
        if let Some(day) = self.follow_up_passed {
            words.push(format!("follow-up of {} has passed", when::long(day)));
        }
        if words.is_empty() {
            words.push(match (self.grade, self.next_due) {
                (Some(Grade::A), _) => "as planned".to_owned(),
                (Some(Grade::B), _) => "behind, with plans".to_owned(),
                (Some(Grade::C), _) => "behind, without plans".to_owned(),
                (_, Some(due)) => format!("due {}", when::long(due)),
                _ => "open".to_owned(),
            });
        }
        let text = words.join("; ");
        let mut letters = text.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }
}

/// How an action has moved between two dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// A better grade.
    Better,
    /// A worse grade.
    Worse,
    /// Graded for the first time.
    Graded,
    /// No grade any more.
    NoLongerGraded,
    /// Late now, and was not.
    NewlyLate,
    /// Not late any more.
    CaughtUp,
    /// Another report, with the same grade or with none again.
    Reported,
}

impl Move {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Move::Better => "better grade",
            Move::Worse => "worse grade",
            Move::Graded => "first grade",
            Move::NoLongerGraded => "no grade any more",
            Move::NewlyLate => "newly overdue",
            Move::CaughtUp => "no longer overdue",
            Move::Reported => "reported again",
        }
    }
}

/// What has changed between two standings of one action.
pub fn moves(before: &Standing<'_>, after: &Standing<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    match (before.grade, after.grade) {
        (None, Some(_)) => moves.push(Move::Graded),
        (Some(_), None) => moves.push(Move::NoLongerGraded),
        // A stands before D: the smaller is the better.
        (Some(one), Some(other)) if other < one => moves.push(Move::Better),
        (Some(one), Some(other)) if other > one => moves.push(Move::Worse),
        _ => {}
    }
    match (before.is_late(), after.is_late()) {
        (false, true) => moves.push(Move::NewlyLate),
        (true, false) => moves.push(Move::CaughtUp),
        _ => {}
    }
    let another = after.report.is_some_and(|report| before.report != Some(report));
    if another && moves.is_empty() {
        moves.push(Move::Reported);
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn action(due: &str, reports: &[(&str, &str)]) -> Action {
        let report = |(as_at, grade): &(&str, &str)| Progress {
            as_at: (*as_at).to_owned(),
            grade: (*grade).to_owned(),
            follow_up: "February 2027".to_owned(),
            ..Progress::default()
        };
        Action { due: due.to_owned(), progress: reports.iter().map(report).collect(), ..Action::default() }
    }

    #[test]
    fn an_action_is_late_from_the_day_after_its_month() {
        let open = action("Draft September 2026; print March 2027", &[]);
        let at = |text| Standing::at(&open, day(text), DateOrder::Undeclared);
        assert!(!at("2026-09-30").is_late());
        assert_eq!(at("2026-10-01").late_since, Some(day("2026-09-30")));
        assert_eq!(at("2026-10-01").next_due, Some(day("2027-03-31")));
        assert_eq!(at("2026-10-01").words(), "Overdue since 30 September 2026; no grade");
    }

    #[test]
    fn grade_a_settles_what_was_due_by_its_date_and_nothing_later() {
        let graded = action("September 2026; March 2027", &[("2026-12-31", "A")]);
        let at = |text| Standing::at(&graded, day(text), DateOrder::Undeclared);
        assert!(!at("2026-12-31").is_late() && !at("2026-12-31").complete);
        assert_eq!(at("2027-04-01").late_since, Some(day("2027-03-31")));
        assert_eq!(at("2027-04-01").follow_up_passed, Some(day("2027-02-28")));
        let done = action("September 2026", &[("2026-12-31", "A")]);
        assert!(Standing::at(&done, day("2027-12-31"), DateOrder::Undeclared).complete);
        let dropped = action("September 2026", &[("2026-08-31", "D")]);
        assert!(!Standing::at(&dropped, day("2027-12-31"), DateOrder::Undeclared).is_late());
        let behind = action("September 2026", &[("2026-12-31", "B")]);
        assert!(Standing::at(&behind, day("2026-12-31"), DateOrder::Undeclared).is_late());
        // A milestone that is not the last is settled by whatever a later report says of it.
        let between = action("September 2026; March 2027", &[("2026-12-31", "B")]);
        let at = |text| Standing::at(&between, day(text), DateOrder::Undeclared);
        assert!(!at("2026-12-31").is_late());
        assert_eq!(at("2027-04-01").late_since, Some(day("2027-03-31")));
    }

    #[test]
    fn achieved_needs_no_grade() {
        let done = action("Already achieved", &[]);
        let standing = Standing::at(&done, day("2027-01-01"), DateOrder::Undeclared);
        assert!(standing.complete && !standing.is_ungraded());
        assert_eq!(standing.words(), "Complete");
    }

    #[test]
    fn moves_tell_what_is_new() {
        let one = action("September 2026", &[("2026-06-30", "A"), ("2026-12-31", "B")]);
        let at = |text| Standing::at(&one, day(text), DateOrder::Undeclared);
        assert_eq!(moves(&at("2026-07-01"), &at("2026-12-31")), [Move::Worse, Move::NewlyLate]);
        assert_eq!(moves(&at("2026-01-01"), &at("2026-07-01")), [Move::Graded]);
        assert!(moves(&at("2026-06-30"), &at("2026-07-01")).is_empty());
    }
}
