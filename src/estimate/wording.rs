//! Methods in the words of those who read figures. The `method` column keeps the names by which choices are made.

/// How several figures were made, said once: what all of them share, then what holds for some.
pub fn in_words<'a>(methods: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<Vec<&str>> = Vec::new();
    for method in methods.filter(|method| !method.is_empty()) {
        let parts: Vec<&str> = method.split("; ").collect();
        if !all.contains(&parts) {
            all.push(parts);
        }
    }
    all.sort_unstable();
    let Some(first) = all.first() else { return String::new() };
    let shared: Vec<&str> = first.iter().copied().filter(|part| all.iter().all(|parts| parts.contains(part))).collect();
    let mut others: Vec<&str> = all.iter().flatten().copied().filter(|part| !shared.contains(part)).collect();
    others.sort_unstable();
    others.dedup();
    let listed = |parts: &[&str]| parts.iter().map(|part| words(part)).collect::<Vec<_>>().join(", ");
    match (shared.is_empty(), others.is_empty()) {
        (_, true) => listed(&shared),
        (true, false) => listed(&others),
        (false, false) => format!("{}; for some figures {}", listed(&shared), listed(&others)),
    }
}

/// One choice in words, or several of which each is for something; what is in words already stays as it is.
fn words(choice: &str) -> String {
    if let Some(z) = choice.strip_prefix("z=") {
        return format!("multiplier {z}");
    }
    let said = |part: &str| match (name(part), part.split_once(" for ")) {
        (Some(words), _) => words.to_owned(),
        (None, Some((choice, what))) => format!("{} for {what}", name(choice).unwrap_or(choice)),
        (None, None) => part.to_owned(),
    };
    choice.split(", ").map(said).collect::<Vec<_>>().join(", ")
}

/// What a choice is called by people.
fn name(choice: &str) -> Option<&'static str> {
    Some(match choice {
        "per-unit weights" | "per-unit" => "one weight for each return",
        "per-question weights" | "per-question" => "weights for each question's answers",
        "taylor" => "errors by Taylor linearisation",
        "symmetric" => "symmetric interval",
        "wald" => "symmetric interval (Wald)",
        "logit" => "interval on the logit scale",
        "wilson" => "Wilson's interval",
        "korn-graubard" => "interval of Korn and Graubard",
        "beta" => "exact interval for the effective base",
        "clopper-pearson" => "exact interval of Clopper and Pearson",
        "jeffreys" => "Jeffreys's interval",
        "agresti-coull" => "interval of Agresti and Coull",
        "arcsine" => "interval on the arcsine scale",
        "likelihood" => "likelihood interval",
        "woodruff" => "Woodruff's interval",
        "t" => "Student's t",
        "normal" => "normal distribution",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::estimate::{Basis, Choices, Statistic};
    use crate::statistics::{Critical, Method};
    use crate::weights::SingleAnswer;

    #[test]
    fn what_figures_share_is_said_once() {
        let methods = [
            "per-unit weights; taylor; wilson; t",
            "per-unit weights; taylor; wilson; t; told to the nearest 10 points, as something is hidden",
            "per-unit weights; taylor; wilson; t",
            "",
        ];
        assert_eq!(
            in_words(methods.into_iter()),
            "one weight for each return, errors by Taylor linearisation, Wilson's interval, Student's t; for some figures told to \
             the nearest 10 points, as something is hidden"
        );
        assert_eq!(in_words(std::iter::empty()), "");
        assert_eq!(in_words(["a", "b"].into_iter()), "a, b");
        assert_eq!(
            in_words(std::iter::once("two-sided 95%; wilson for shares, symmetric for means; t")),
            "two-sided 95%, Wilson's interval for shares, symmetric interval for means, Student's t"
        );
    }

    #[test]
    fn every_choice_has_words_of_its_own() {
        for interval in Method::ALL {
            for (basis, critical) in [(Basis::PerUnit, Critical::T(0.95)), (Basis::PerQuestion, Critical::Fixed(1.96))]
            {
                let choices = Choices {
                    basis,
                    single: SingleAnswer::Collapse,
                    interval,
                    level: 0.95,
                    critical,
                    rule: 0.1,
                    suppress_below: 1,
                    suppress_cells_below: 0,
                };
                for statistic in [Statistic::Positive, Statistic::Mean, Statistic::Median] {
                    let method = choices.describe(statistic);
                    let said = in_words(std::iter::once(method.as_str()));
                    for part in method.split("; ") {
                        assert!(!said.split(", ").any(|words| words == part), "{part} stands as it is in {said}");
                    }
                }
            }
        }
    }
}
