//! What an action costs, as people write it: amounts, within existing resources, to be determined.

/// What a text says about resources.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resources {
    /// The amounts named, in the order of the text.
    pub amounts: Vec<Amount>,
    /// It is to be done within what is there already.
    pub within_existing: bool,
    /// Still to be settled.
    pub to_be_determined: bool,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The currency's sign.
    pub currency: char,
    /// How much.
    pub value: f64,
    /// So much every year.
    pub yearly: bool,
}

impl Resources {
    /// Whether anything was understood.
    pub fn is_understood(&self) -> bool {
        !self.amounts.is_empty() || self.within_existing || self.to_be_determined
    }
}

/// Reads a text.
pub fn read(text: &str) -> Resources {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let means = ["resource", "budget", "envelope", "funding", "allocation"];
    let within = lower.find("within").is_some_and(|at| means.iter().any(|word| lower[at..].contains(word)));
    Resources {
        amounts: amounts(&lower),
        within_existing: within || has(&["existing resources", "no additional cost", "no extra cost"]),
        to_be_determined: has(&[
            "to be determined",
            "to be agreed",
            "to be confirmed",
            "to be identified",
            "being developed",
            "tbc",
            "tbd",
        ]),
    }
}

/// Every currency sign with a number behind it.
fn amounts(lower: &str) -> Vec<Amount> {
    let mut found = Vec::new();
    for (at, currency) in lower.char_indices().filter(|(_, c)| matches!(c, '£' | '€' | '$')) {
        let rest = lower[at + currency.len_utf8()..].trim_start();
        let length = rest.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(rest.len());
        let digits: String = rest[..length].trim_end_matches(['.', ',']).chars().filter(|c| *c != ',').collect();
        let Ok(value) = digits.parse::<f64>() else { continue };
        let behind = rest[length..].trim_start();
        let word: String = behind.chars().take_while(|c| c.is_alphanumeric()).collect();
        let times = match word.as_str() {
            "k" | "thousand" => 1e3,
            "m" | "million" => 1e6,
            "bn" | "billion" => 1e9,
            _ => 1.0,
        };
        let behind = if times > 1.0 { behind[word.len()..].trim_start() } else { behind };
        let yearly = ["per annum", "a year", "per year", "each year", "pa ", "p.a", "annually"];
        let yearly = behind == "pa" || yearly.iter().any(|words| behind.starts_with(words));
        found.push(Amount { currency, value: value * times, yearly });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_their_scale() {
        let of = |text: &str| -> Vec<(f64, bool)> { read(text).amounts.iter().map(|a| (a.value, a.yearly)).collect() };
        assert_eq!(of("£100,000 from the grant"), [(100_000.0, false)]);
        assert_eq!(of("£1400 per annum"), [(1400.0, true)]);
        assert_eq!(
            of("£1.3 million, with £300,000 set apart, and £20k."),
            [(1_300_000.0, false), (300_000.0, false), (20_000.0, false)]
        );
        assert_eq!(of("£ to be found"), []);
    }

    #[test]
    fn words_for_resources_are_understood() {
        assert!(read("Within Existing Resources").within_existing);
        assert!(read("Within the existing grant budget").within_existing);
        assert!(read("To be determined").to_be_determined);
        assert!(!read("A partnership").is_understood());
        let both = read("Grant £172,000\nRest to be determined");
        assert!(both.to_be_determined && both.amounts.len() == 1);
    }
}
