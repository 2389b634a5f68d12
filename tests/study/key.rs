//! The key: apart from the results, encrypted where asked for, and never opened by what makes a figure.

use std::collections::BTreeSet;

use age::secrecy::ExposeSecret;
use quorate::files::sha256_hex;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

/// A new key pair: writes the identity and gives the recipient.
fn identity(clone: &Clone, name: &str) -> String {
    let key = age::x25519::Identity::generate();
    std::fs::write(clone.path(name), format!("{}\n", key.to_string().expose_secret())).expect("written");
    key.to_public().to_string()
}

/// The identifiers and names of the frame.
fn secrets(clone: &Clone) -> Vec<String> {
    let path = clone.path("sample-data/carers/frame.xlsx");
    let frame = quorate::frame::read_table(&path, Some("Carers"), &["carer_id"]).expect("the frame reads");
    let column = |name: &str| frame.columns.iter().position(|c| c == name).expect("the column");
    let cells = frame.rows.iter().flat_map(|(_, row)| [row[column("carer_id")].trim(), row[column("name")].trim()]);
    cells.filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
}

/// Whether a text has a secret as a whole word.
fn tells(text: &str, secrets: &BTreeSet<&str>) -> bool {
    text.split([',', '"', '\n', ':', ' ']).any(|word| secrets.contains(word.trim()))
}

#[test]
fn results_are_made_without_the_key() {
    let clone = Clone::new();
    clone.quorate(&["series", "carers.secret"]);
    clone.edit(CARERS, "[issue]", "[key]\nseries = \"../carers.secret\"\n\n[issue]");
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let before: Vec<_> =
        clone.files("output/carers").into_iter().filter(|(name, _)| !name.starts_with("key/")).collect();
    assert!(before.iter().any(|(name, _)| name == "link.csv"));

    // Neither the key nor the secret of the series is there any more.
    std::fs::remove_dir_all(clone.path("output/carers/key")).expect("there was a key");
    std::fs::remove_file(clone.path("carers.secret")).expect("there was a secret");
    for name in before.iter().map(|(name, _)| name).filter(|name| *name != "link.csv") {
        std::fs::remove_file(clone.path(&format!("output/carers/{name}"))).expect("it is there");
    }
    let ended = clone.quorate(&["run", CARERS, "--without-key"]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    assert!(ended.talk.contains("the key stays shut"), "{}", ended.talk);
    assert_eq!(clone.files("output/carers"), before, "the same bytes, and no key");
    for command in [vec!["status", CARERS], vec!["trace", "output/carers", "q08 positive"], vec!["check", CARERS]] {
        assert!(clone.quorate(&command).code < 2, "{command:?}");
    }
    assert!(!clone.path("output/carers/key").exists());
    let verified = clone.quorate(&["verify", "output/carers/run.json"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.talk);
    assert!(verified.out.contains("not here") && verified.out.contains("secret of the series"), "{}", verified.out);

    // A draw that would come out differently is refused all the same: its links say so.
    clone.edit(CARERS, "size = 300", "size = 290");
    let refused = clone.quorate(&["run", CARERS, "--without-key"]);
    assert_eq!(refused.code, 2, "{}", refused.talk);
    assert!(refused.talk.contains("another sample"), "{}", refused.talk);
}

#[test]
fn links_tell_nothing_to_those_who_try_all_identifiers() {
    let clone = Clone::new();
    clone.quorate(&["series", "carers.secret"]);
    assert_eq!(clone.quorate(&["series", "carers.secret"]).code, 2, "a secret is never replaced");
    clone.edit(CARERS, "[issue]", "[key]\nseries = \"../carers.secret\"\n\n[issue]");
    clone.quorate(&["run", CARERS, "--until", "draw"]);
    let links = clone.text("output/carers/link.csv");
    let told: BTreeSet<&str> = links.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(told.len(), 330, "one for each of the sample and its reserve");
    let record = clone.text("output/carers/key/sample.draw.json");
    let seed = serde_json::from_str::<serde_json::Value>(&record).expect("a record")["seed"].clone();
    let seed = seed.as_str().expect("a seed").to_owned();
    for id in secrets(&clone) {
        for tried in [id.clone(), format!("quorate-link-1\n{id}"), format!("{seed}\n{id}"), format!("{seed}{id}")] {
            let hash = sha256_hex(tried.as_bytes());
            assert!(!told.iter().any(|link| hash.contains(link)), "a hash without the secret gives {id} away");
        }
    }
    // The same secret gives the same links, wherever the draw is made.
    std::fs::remove_dir_all(clone.path("output")).expect("there were outputs");
    clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(clone.text("output/carers/link.csv"), links);
    let missing = Clone::new();
    missing.edit(CARERS, "[issue]", "[key]\nseries = \"../carers.secret\"\n\n[issue]");
    let refused = missing.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(refused.code, 2);
    assert!(refused.talk.contains("quorate series"), "{}", refused.talk);
}

#[test]
fn an_encrypted_key_opens_for_its_recipients_alone() {
    let clone = Clone::new();
    let recipient = identity(&clone, "lead.txt");
    identity(&clone, "other.txt");
    let drawn = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(drawn.code, 1, "{}", drawn.talk);
    assert!(clone.path("output/carers/key/sample.csv").exists());
    // Recipients that are named later close what lies open.
    clone.edit(CARERS, "[issue]", &format!("[key]\nrecipients = [\"{recipient}\"]\n\n[issue]"));
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let names: Vec<String> = clone.files("output/carers/key").into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["README.txt", "mailing-list.csv.age", "reminder-list.csv.age", "sample.csv.age", "sample.draw.json"]
    );
    let known = secrets(&clone);
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    assert!(known.len() > 1000);
    for (name, bytes) in clone.files("output/carers/key") {
        assert!(!tells(&String::from_utf8_lossy(&bytes), &known), "{name} tells who is in the frame");
    }
    assert!(clone.json("output/carers/key/sample.draw.json").get("rows").is_none(), "marks of rows can be tried out");

    // Everything goes on without the identity, and the draw that was made stays as it lies.
    let sealed = clone.read("output/carers/key/sample.csv.age");
    let record = clone.read("output/carers/run.json");
    let again = clone.quorate(&["run", CARERS]);
    assert!(again.code == 1 && again.talk.contains("as drawn before"), "{}", again.talk);
    assert_eq!(
        (clone.read("output/carers/key/sample.csv.age"), clone.read("output/carers/run.json")),
        (sealed, record)
    );

    let verify = ["verify", "output/carers/run.json"];
    let blind = clone.quorate(&verify);
    assert!(blind.code == 0 && blind.out.contains("encrypted, and no --identity"), "{}{}", blind.out, blind.talk);
    let seen = clone.quorate(&[&verify[..], &["--identity", "lead.txt"]].concat());
    assert!(seen.code == 0 && !seen.out.contains("not compared"), "{}{}", seen.out, seen.talk);
    assert_eq!(clone.quorate(&[&verify[..], &["--identity", "other.txt"]].concat()).code, 2);
    let draw = ["verify", "output/carers/key/sample.draw.json", "--frame", "sample-data/carers/frame.xlsx"];
    let seen = clone.quorate(&[&draw[..], &["--identity", "lead.txt"]].concat());
    assert!(seen.code == 0 && seen.out.contains("sample.csv.age"), "{}{}", seen.out, seen.talk);
    assert!(clone.quorate(&draw).talk.contains("encrypted and was not compared"));

    // A changed draw is still refused, and drawing anew keeps the old key as it was sealed.
    clone.edit(CARERS, "size = 300", "size = 290");
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw"]).code, 2);
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]).code, 1);
    let kept = clone.files("output/carers/key/superseded");
    assert!(kept.iter().any(|(name, _)| name.ends_with("sample.csv.age")), "{kept:?}");
    clone.edit(CARERS, &recipient, "age1nobody");
    let refused = clone.quorate(&["run", CARERS]);
    assert!(refused.code == 2 && refused.talk.contains("not the public key of a recipient"), "{}", refused.talk);
}

#[test]
fn the_secret_of_a_series_may_be_encrypted_too() {
    let clone = Clone::new();
    let recipient = identity(&clone, "lead.txt");
    assert_eq!(clone.quorate(&["series", "carers.secret.age", "--recipient", &recipient]).code, 0);
    clone.edit(CARERS, "[issue]", "[key]\nseries = \"../carers.secret.age\"\n\n[issue]");
    let refused = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert!(refused.code == 2 && refused.talk.contains("--identity FILE"), "{}", refused.talk);
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw", "--identity", "lead.txt"]).code, 1);
    assert!(clone.path("output/carers/link.csv").exists());
    let later = clone.quorate(&["run", CARERS]);
    assert_eq!(later.code, 1, "once the links are there nobody needs the secret: {}", later.talk);
}
