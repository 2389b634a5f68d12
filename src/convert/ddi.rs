//! DDI-Codebook 2.5: the form as the variables that it gives, with their questions and codes.

use std::fmt::Write;

use super::flat::{of_the_whole, one_language};
use super::form::Form;
use super::variables::{Storage, Variable, variables};
use super::{Losses, Written};
use crate::error::Result;
use crate::finding::Place;
use crate::sheet::escape;

/// The codebook as XML, and what it cannot say.
///
/// # Errors
/// None that can be foreseen.
pub fn write(form: &Form) -> Result<Written> {
    let mut losses = Losses::default();
    one_language(form, &mut losses);
    of_the_whole(form, &mut losses);
    let variables = variables(form, &mut losses);
    for item in form.items() {
        losses.beyond(item, &["label"]);
        if !item.bounds.rest.is_empty() {
            losses.left_out(&item.place, format!("constraint {}", item.bounds.rest));
        }
    }
    let language = form.language.as_deref().map(tag).unwrap_or("en");
    if form.language.is_none() {
        losses.changed(&Place::default(), "no language", "language en, which a codebook must say");
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<codeBook xmlns=\"ddi:codebook:2_5\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"ddi:codebook:2_5 http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd\" \
         version=\"2.5\" xml:lang=\"{}\">",
        escape(language)
    );
    out.push_str("  <stdyDscr>\n    <citation>\n      <titlStmt>\n");
    element(&mut out, 8, "titl", &form.title.plain);
    element(&mut out, 8, "IDNo", &form.id);
    out.push_str("      </titlStmt>\n      <verStmt>\n");
    element(&mut out, 8, "version", &form.version);
    out.push_str("      </verStmt>\n    </citation>\n");
    if !form.introduction.plain.is_empty() {
        out.push_str("    <stdyInfo>\n");
        element(&mut out, 6, "abstract", &form.introduction.plain);
        out.push_str("    </stdyInfo>\n");
    }
    out.push_str("  </stdyDscr>\n  <dataDscr>\n");
    let id = |number: usize| format!("V{}", number + 1);
    for (number, section) in form.sections.iter().enumerate() {
        let inside = variables.iter().enumerate().filter(|(_, variable)| std::ptr::eq(variable.section, section));
        let inside: Vec<String> = inside.map(|(at, _)| id(at)).collect();
        group(&mut out, &format!("S{}", number + 1), "section", &inside, &section.text.plain, &section.guidance.plain);
    }
    let several: Vec<usize> = (0..variables.len()).filter(|&at| variables[at].response.is_some()).collect();
    let same = |a: &usize, b: &usize| std::ptr::eq(variables[*a].item, variables[*b].item);
    for (number, one) in several.chunk_by(same).enumerate() {
        let inside: Vec<String> = one.iter().map(|&at| id(at)).collect();
        let item = variables[one[0]].item;
        group(&mut out, &format!("M{}", number + 1), "multipleResp", &inside, &item.text.plain, "");
    }
    for (number, variable) in variables.iter().enumerate() {
        one(&mut out, &id(number), variable);
    }
    out.push_str("  </dataDscr>\n</codeBook>\n");
    Ok(Written { bytes: out.into_bytes(), losses: losses.0 })
}

fn tag(language: &str) -> &str {
    language.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or(language, |(tag, _)| tag)
}

fn group(out: &mut String, id: &str, kind: &str, variables: &[String], label: &str, text: &str) {
    if variables.is_empty() {
        return;
    }
    let _ = writeln!(out, "    <varGrp ID=\"{id}\" type=\"{kind}\" var=\"{}\">", variables.join(" "));
    element(out, 6, "labl", label);
    element(out, 6, "txt", text);
    out.push_str("    </varGrp>\n");
}

fn one(out: &mut String, id: &str, variable: &Variable<'_>) {
    let item = variable.item;
    let measured = matches!(variable.storage, Storage::Whole | Storage::Number);
    let interval = if measured { "contin" } else { "discrete" };
    let _ = writeln!(out, "    <var ID=\"{id}\" name=\"{}\" intrvl=\"{interval}\">", escape(&variable.name));
    match &variable.response {
        Some((_, said)) => element(out, 6, "labl", &format!("{}: {said}", variable.label)),
        None => element(out, 6, "labl", &variable.label),
    }
    out.push_str("      <qstn>\n");
    element(out, 8, "qstnLit", &item.text.plain);
    element(out, 8, "ivuInstr", &item.guidance.plain);
    out.push_str("      </qstn>\n");
    let bounds = &item.bounds;
    let low = bounds.minimum.map(|low| low.to_string()).or(bounds.earliest.map(|first| first.to_string()));
    let high = bounds.maximum.map(|high| high.to_string()).or(bounds.latest.map(|last| last.to_string()));
    if low.is_some() || high.is_some() {
        out.push_str("      <valrng>\n        <range");
        for (name, bound) in [("min", low), ("max", high)] {
            if let Some(bound) = bound {
                let _ = write!(out, " {name}=\"{bound}\"");
            }
        }
        out.push_str("/>\n      </valrng>\n");
    }
    if !variable.asked_if.is_empty() {
        element(out, 6, "universe", &format!("Asked where {}", variable.asked_if));
    }
    for (code, label, missing) in &variable.codes {
        let _ = writeln!(out, "      <catgry{}>", if *missing { " missing=\"Y\"" } else { "" });
        element(out, 8, "catValu", code);
        element(out, 8, "labl", label);
        out.push_str("      </catgry>\n");
    }
    let (kind, category) = match variable.storage {
        Storage::Whole | Storage::Number | Storage::Tick => ("numeric", "other"),
        Storage::Date | Storage::DateTime => ("character", "date"),
        Storage::Time => ("character", "time"),
        Storage::Code | Storage::Words => ("character", "other"),
    };
    let _ = writeln!(out, "      <varFormat type=\"{kind}\" category=\"{category}\"/>\n    </var>");
}

fn element(out: &mut String, indent: usize, name: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "{:indent$}<{name}>{}</{name}>", "", escape(text));
    }
}
