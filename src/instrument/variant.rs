//! Answers on a scale in easier words beside answers on the standard one, and labels of earlier versions.
//!
//! A variant with fewer responses is coarser: five stand for seven. What both have in common is therefore the variant's
//! responses, and a standard answer always maps onto one of them; the other way round only where it stands for one.

use std::borrow::Cow;

use super::{Instrument, Scale};

impl Scale {
    /// The response of this variant that a code of the standard scale falls into; its place.
    pub fn stands_for(&self, standard: &str) -> Option<usize> {
        self.responses.iter().position(|response| response.stands_for.iter().any(|code| code == standard))
    }

    /// The one code of the standard scale that a response of this variant means; none where it means several.
    pub fn standard_code(&self, response: usize) -> Option<&str> {
        match self.responses.get(response)?.stands_for.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The scale with the labels that it had in an earlier version; as it is where nothing is said of that version.
    pub fn in_version(&self, version: &str) -> Cow<'_, Scale> {
        let known = |previous: &std::collections::BTreeMap<String, String>| previous.contains_key(version);
        if !self.responses.iter().any(|r| known(&r.previous)) && !self.missing.iter().any(|r| known(&r.previous)) {
            return Cow::Borrowed(self);
        }
        let mut scale = self.clone();
        let labels = scale.responses.iter_mut().map(|r| (&mut r.label, &r.previous));
        for (label, previous) in labels.chain(scale.missing.iter_mut().map(|r| (&mut r.label, &r.previous))) {
            if let Some(earlier) = previous.get(version) {
                label.clone_from(earlier);
            }
        }
        Cow::Owned(scale)
    }
}

impl Instrument {
    /// The instrument as it was worded in an earlier version; none where nothing is said of that version. Questions,
    /// codes and routing stay as they are: only what people read changes.
    pub fn in_version(&self, version: &str) -> Option<Instrument> {
        let mut earlier = self.clone();
        let mut known = false;
        for question in &mut earlier.questions {
            if let Some(text) = question.previous.get(version) {
                question.text.clone_from(text);
                known = true;
            }
            let puts = question.variants.iter_mut().flat_map(|forms| [&mut forms.standard, &mut forms.easy_read]);
            for scale in puts.map(|put| &mut put.scale).chain([&mut question.scale]) {
                if let Some(Cow::Owned(earlier)) = scale.as_ref().map(|scale| scale.in_version(version)) {
                    *scale = Some(earlier);
                    known = true;
                }
            }
        }
        known.then(|| Instrument { version: version.to_owned(), ..earlier })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::instrument::{Instrument, parse};

    fn satisfied() -> Instrument {
        let responses = |labels: &[&str]| -> String {
            labels.iter().enumerate().map(|(i, l)| format!("{{ code = {}, label = \"{l}\" }},\n", i + 1)).collect()
        };
        let standard = responses(&[
            "Extremely good",
            "Very good",
            "Quite good",
            "Neither",
            "Quite bad",
            "Very bad",
            "Extremely bad",
        ]);
        let text = format!(
            "[instrument]\nid = \"t\"\nversion = \"2\"\ntitle = \"T\"\nkind = \"survey\"\n\
             [scales.seven]\nresponses = [\n{standard}]\n\
             [scales.five]\nvariant_of = \"seven\"\nresponses = [\n\
             {{ code = 1, label = \"Very happy\", stands_for = [1, 2], previous = {{ \"1\" = \"Really happy\" }} }},\n\
             {{ code = 2, label = \"Quite happy\", stands_for = [3] }},\n\
             {{ code = 3, label = \"OK\", stands_for = [4] }},\n\
             {{ code = 4, label = \"Quite unhappy\", stands_for = [5] }},\n\
             {{ code = 5, label = \"Very unhappy\", stands_for = [6, 7] }},\n]\n\
             [[section]]\nid = \"s\"\ntitle = \"S\"\n[[section.question]]\nid = \"q\"\ntext = \"How is it?\"\n\
             kind = \"single\"\nscale = \"seven\"\neasy_read = {{ text = \"Is it good?\", scale = \"five\" }}\n\
             [[section.question]]\nid = \"e\"\ntext = \"Easy?\"\nkind = \"single\"\nscale = \"five\"\n"
        );
        parse(Path::new("t.toml"), &text).expect("it holds")
    }

    #[test]
    fn seven_responses_fall_into_five_and_five_into_seven_where_it_can_mean_only_one() {
        let five = satisfied().questions[1].scale.clone().expect("a scale");
        let places: Vec<Option<usize>> = (1..=8).map(|code| five.stands_for(&code.to_string())).collect();
        assert_eq!(places, [Some(0), Some(0), Some(1), Some(2), Some(3), Some(4), Some(4), None]);
        let codes: Vec<Option<&str>> = (0..6).map(|place| five.standard_code(place)).collect();
        assert_eq!(codes, [None, Some("3"), Some("4"), Some("5"), None, None]);
    }

    #[test]
    fn a_scale_has_the_labels_of_the_version_that_is_asked_for() {
        let five = satisfied().questions[1].scale.clone().expect("a scale");
        let labels =
            |version: &str| five.in_version(version).responses.iter().map(|r| r.label.clone()).collect::<Vec<_>>();
        assert_eq!(labels("1"), ["Really happy", "Quite happy", "OK", "Quite unhappy", "Very unhappy"]);
        assert_eq!(labels("2")[0], "Very happy");
    }
}
