//! Names of folders for groups of any name.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::files::sha256_hex;

/// Longer names are cut, so that whole paths stay short.
const LONGEST: usize = 40;

/// What some systems keep for devices.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A folder name for each name: small letters from a to z, digits and hyphens, all different. A name that has nothing else, and
/// that no other comes out like, stays readable; any other gets digits of its hash behind it, whatever the order of the names.
pub(super) fn slugs(names: &[String]) -> Vec<String> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    plain.iter().for_each(|slug| *times.entry(slug).or_default() += 1);
    let marked = |at: usize| {
        let stem = if plain[at].is_empty() { "group" } else { &plain[at] };
        format!("{stem}-{}", &sha256_hex(names[at].as_bytes())[..8])
    };
    let mut with_hash: Vec<bool> =
        plain.iter().map(|slug| slug.is_empty() || is_reserved(slug) || times[slug.as_str()] > 1).collect();
    loop {
        let taken: BTreeSet<String> = (0..names.len()).filter(|&at| with_hash[at]).map(marked).collect();
        // Somebody may have called a group what another's folder is called by its hash.
        let clash = (0..names.len()).find(|&at| !with_hash[at] && taken.contains(&plain[at]));
        match clash {
            Some(at) => with_hash[at] = true,
            None => break,
        }
    }
    (0..names.len()).map(|at| if with_hash[at] { marked(at) } else { plain[at].clone() }).collect()
}

fn is_reserved(slug: &str) -> bool {
    let port = slug.len() == 4 && (slug.starts_with("com") || slug.starts_with("lpt"));
    RESERVED.contains(&slug) || (port && slug.ends_with(|c: char| c.is_ascii_digit()))
}

/// Letters without their accents, everything else as single hyphens.
fn plain(name: &str) -> String {
    let mut slug = String::new();
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '\u{2019}' {
            slug.push('-');
        }
        if slug.len() == LONGEST {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<String> {
        slugs(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn plain_names_stay_readable() {
        let names = ["Castlehill", "Glen Isle", "Adults / older people", "Eilean Siar (Uibhist)", "Môn"];
        assert_eq!(of(&names), ["castlehill", "glen-isle", "adults-older-people", "eilean-siar-uibhist", "mon"]);
        assert_eq!(of(&["People's team"]), ["peoples-team"]);
    }

    #[test]
    fn no_name_leaves_the_folder_or_is_another_s() {
        let long = "x".repeat(300);
        let names = ["../key", "..", "", "a/b", "a b", "A-B", "東京", "大阪", "nul", "COM1", "\u{0}", &long, "𝔘𝔫𝔦"];
        let found = of(&names);
        let different: BTreeSet<&String> = found.iter().collect();
        assert_eq!(different.len(), names.len(), "{found:?}");
        for slug in &found {
            let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!slug.is_empty() && slug.len() <= 49 && slug.chars().all(sound), "{slug}");
            assert!(!is_reserved(slug), "{slug}");
        }
        assert_eq!(found[0], "key");
        assert_eq!(found[12], "uni");
        let (there, back) = (of(&["a/b", "a b", "c"]), of(&["c", "a b", "a/b"]));
        assert_eq!(there, back.into_iter().rev().collect::<Vec<_>>(), "the order has no say");
    }

    #[test]
    fn a_name_that_looks_like_a_hash_is_told_apart() {
        let first = of(&["a/b", "a b"]);
        let found = of(&["a/b", "a b", &first[0]]);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3, "{found:?}");
    }
}
