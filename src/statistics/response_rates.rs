//! Response, cooperation, refusal and contact rates in the field's standard definitions.
//!
//! Notation: `I` complete, `P` partial, `R` refusal and break-off, `NC` non-contact, `O` other, `U` unknown whether eligible
//! (UH and UO together), `e` the share of `U` that is taken to be eligible. All may be sums of weights.
//!
//! Source: The American Association for Public Opinion Research, *Standard Definitions: Final Dispositions of Case Codes and
//! Outcome Rates for Surveys* (10th edition, 2023). `e` by the proportional allocation of the Council of American Survey
//! Research Organizations (CASRO).

/// How many cases ended how; sums of weights where rates are weighted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcomes {
    /// Complete, I.
    pub complete: f64,
    /// Partial, P.
    pub partial: f64,
    /// Refused or broken off, R.
    pub refusal: f64,
    /// Eligible and not reached, NC.
    pub non_contact: f64,
    /// Eligible, reached, and unable to answer, O.
    pub other: f64,
    /// Unknown whether eligible, UH + UO.
    pub unknown: f64,
    /// Not eligible; in no denominator.
    pub ineligible: f64,
}

/// One of the rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// I / (I + P + R + NC + O + U).
    Rr1,
    /// (I + P) / (I + P + R + NC + O + U).
    Rr2,
    /// I / (I + P + R + NC + O + eU).
    Rr3,
    /// (I + P) / (I + P + R + NC + O + eU).
    Rr4,
    /// I / (I + P + R + NC + O).
    Rr5,
    /// (I + P) / (I + P + R + NC + O).
    Rr6,
    /// I / (I + P + R + O).
    Coop1,
    /// (I + P) / (I + P + R + O).
    Coop2,
    /// I / (I + P + R).
    Coop3,
    /// (I + P) / (I + P + R).
    Coop4,
    /// R / (I + P + R + NC + O + U).
    Ref1,
    /// R / (I + P + R + NC + O + eU).
    Ref2,
    /// R / (I + P + R + NC + O).
    Ref3,
    /// (I + P + R + O) / (I + P + R + O + NC + U).
    Con1,
    /// (I + P + R + O) / (I + P + R + O + NC + eU).
    Con2,
    /// (I + P + R + O) / (I + P + R + O + NC).
    Con3,
}

impl Rate {
    /// All rates with their names and formulas, in the order in which they are listed.
    pub const ALL: [(Rate, &str, &str); 16] = [
        (Rate::Rr1, "RR1", "I / (I + P + R + NC + O + U)"),
        (Rate::Rr2, "RR2", "(I + P) / (I + P + R + NC + O + U)"),
        (Rate::Rr3, "RR3", "I / (I + P + R + NC + O + eU)"),
        (Rate::Rr4, "RR4", "(I + P) / (I + P + R + NC + O + eU)"),
        (Rate::Rr5, "RR5", "I / (I + P + R + NC + O)"),
        (Rate::Rr6, "RR6", "(I + P) / (I + P + R + NC + O)"),
        (Rate::Coop1, "COOP1", "I / (I + P + R + O)"),
        (Rate::Coop2, "COOP2", "(I + P) / (I + P + R + O)"),
        (Rate::Coop3, "COOP3", "I / (I + P + R)"),
        (Rate::Coop4, "COOP4", "(I + P) / (I + P + R)"),
        (Rate::Ref1, "REF1", "R / (I + P + R + NC + O + U)"),
        (Rate::Ref2, "REF2", "R / (I + P + R + NC + O + eU)"),
        (Rate::Ref3, "REF3", "R / (I + P + R + NC + O)"),
        (Rate::Con1, "CON1", "(I + P + R + O) / (I + P + R + O + NC + U)"),
        (Rate::Con2, "CON2", "(I + P + R + O) / (I + P + R + O + NC + eU)"),
        (Rate::Con3, "CON3", "(I + P + R + O) / (I + P + R + O + NC)"),
    ];
}

impl Outcomes {
    /// The share of cases of unknown eligibility that is taken to be eligible, if it is that of the cases known:
    /// e = (I + P + R + NC + O) / (I + P + R + NC + O + ineligible); NaN where none is known.
    pub fn proportional_e(&self) -> f64 {
        self.eligible() / (self.eligible() + self.ineligible)
    }

    /// A rate; NaN where its denominator is empty. `e` counts in RR3, RR4, REF2 and CON2 only.
    pub fn rate(&self, rate: Rate, e: f64) -> f64 {
        let answered = self.complete + self.partial;
        let reached = answered + self.refusal + self.other;
        // Where there is nobody of unknown eligibility, e has nothing to say.
        let estimated = if self.unknown == 0.0 { 0.0 } else { e * self.unknown };
        match rate {
            Rate::Rr1 => self.complete / (self.eligible() + self.unknown),
            Rate::Rr2 => answered / (self.eligible() + self.unknown),
            Rate::Rr3 => self.complete / (self.eligible() + estimated),
            Rate::Rr4 => answered / (self.eligible() + estimated),
            Rate::Rr5 => self.complete / self.eligible(),
            Rate::Rr6 => answered / self.eligible(),
            Rate::Coop1 => self.complete / reached,
            Rate::Coop2 => answered / reached,
            Rate::Coop3 => self.complete / (answered + self.refusal),
            Rate::Coop4 => answered / (answered + self.refusal),
            Rate::Ref1 => self.refusal / (self.eligible() + self.unknown),
            Rate::Ref2 => self.refusal / (self.eligible() + estimated),
            Rate::Ref3 => self.refusal / self.eligible(),
            Rate::Con1 => reached / (reached + self.non_contact + self.unknown),
            Rate::Con2 => reached / (reached + self.non_contact + estimated),
            Rate::Con3 => reached / (reached + self.non_contact),
        }
    }

    fn eligible(&self) -> f64 {
        self.complete + self.partial + self.refusal + self.non_contact + self.other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_everybody_answers_all_rates_are_whole() {
        let all = Outcomes { complete: 7.0, ..Outcomes::default() };
        for (rate, name, _) in Rate::ALL {
            let expected = if name.starts_with("REF") { 0.0 } else { 1.0 };
            assert_eq!(all.rate(rate, all.proportional_e()), expected, "{name}");
        }
        assert!(Outcomes::default().rate(Rate::Rr1, 1.0).is_nan());
    }

    #[test]
    fn e_lies_between_all_and_none_of_the_unknown() {
        let mixed = Outcomes {
            complete: 40.0,
            partial: 5.0,
            refusal: 9.0,
            non_contact: 3.0,
            other: 2.0,
            unknown: 41.0,
            ineligible: 6.0,
        };
        for (low, between, high) in
            [(Rate::Rr1, Rate::Rr3, Rate::Rr5), (Rate::Rr2, Rate::Rr4, Rate::Rr6), (Rate::Con1, Rate::Con2, Rate::Con3)]
        {
            let rate = |rate, e| mixed.rate(rate, e);
            assert_eq!(rate(between, 1.0), rate(low, 0.3));
            assert_eq!(rate(between, 0.0), rate(high, 0.3));
            assert!(rate(low, 0.5) < rate(between, 0.5) && rate(between, 0.5) < rate(high, 0.5));
        }
    }

    /// Against exact fractions: tests/reference/response-rates.py.
    #[test]
    fn rates_are_those_of_an_independent_implementation() {
        let mut seen = 0;
        for line in include_str!("../../tests/reference/response-rates.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |at: usize| cells[at].parse::<f64>().unwrap_or(f64::NAN);
            let outcomes = Outcomes {
                complete: number(0),
                partial: number(1),
                refusal: number(2),
                non_contact: number(3),
                other: number(4),
                unknown: number(5),
                ineligible: number(6),
            };
            let e = if cells[7].is_empty() { outcomes.proportional_e() } else { number(7) };
            let found = match Rate::ALL.iter().find(|(_, name, _)| *name == cells[8]) {
                Some((rate, ..)) => outcomes.rate(*rate, e),
                None => e,
            };
            assert!((found - number(9)).abs() < 1e-12, "{line}: {found}");
            seen += 1;
        }
        assert_eq!(seen, 5 * 17);
    }
}
