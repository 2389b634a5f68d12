//! Frictionless Table Schema: the form as the columns of the data that it gives.

use serde_json::{Map, Value, json};

use super::flat::{of_the_whole, one_language};
use super::form::Form;
use super::variables::{Storage, Variable, variables};
use super::{Losses, Written};
use crate::error::{Error, Result};

/// The schema as JSON, and what it cannot say.
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
        if !matches!(item.relevant, super::form::Relevance::Always) {
            losses.left_out(&item.place, "when the question is asked");
        }
        if !item.bounds.rest.is_empty() {
            losses.left_out(&item.place, format!("constraint {}", item.bounds.rest));
        }
    }
    // Codes of missing answers are values of every column that can have them.
    let fields: Vec<Value> = variables.iter().map(field).collect();
    let schema = json!({
        "name": form.id.to_lowercase(),
        "title": form.title.plain,
        "version": form.version,
        "fields": fields,
        "missingValues": [""],
    });
    let mut text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Error::data("the schema cannot be written").found(error.to_string()))?;
    text.push('\n');
    Ok(Written { bytes: text.into_bytes(), losses: losses.0 })
}

fn field(variable: &Variable<'_>) -> Value {
    let item = variable.item;
    let (kind, format) = match variable.storage {
        Storage::Whole => ("integer", None),
        Storage::Number => ("number", None),
        Storage::Tick => ("integer", None),
        Storage::Date => ("date", Some("default")),
        Storage::Time => ("time", Some("any")),
        Storage::DateTime => ("datetime", Some("any")),
        Storage::Code | Storage::Words => ("string", None),
    };
    let mut constraints = Map::new();
    // A question that is not asked of everybody has no answer of others.
    if variable.required && variable.asked_if.is_empty() && variable.response.is_none() {
        constraints.insert("required".into(), true.into());
    }
    let bounds = &item.bounds;
    for (name, number, date) in
        [("minimum", bounds.minimum, bounds.earliest), ("maximum", bounds.maximum, bounds.latest)]
    {
        let whole = |number: f64| if number.fract() == 0.0 { json!(number as i64) } else { json!(number) };
        if let Some(bound) = number.map(whole).or(date.map(|date| json!(date.to_string()))) {
            constraints.insert(name.into(), bound);
        }
    }
    let mut field = Map::new();
    field.insert("name".into(), variable.name.clone().into());
    field.insert("title".into(), variable.label.clone().into());
    field.insert("type".into(), kind.into());
    if let Some(format) = format {
        field.insert("format".into(), format.into());
    }
    let mut description = item.text.plain.clone();
    if let Some((_, said)) = &variable.response {
        description = format!("{description} [{said}]");
    }
    field.insert("description".into(), description.into());
    if !variable.codes.is_empty() {
        let number = variable.storage == Storage::Tick;
        let code = |code: &str| if number { json!(code.parse::<i64>().unwrap_or(0)) } else { json!(code) };
        let codes = variable.codes.iter();
        let categories: Vec<Value> =
            codes.clone().map(|(value, label, _)| json!({ "value": code(value), "label": label })).collect();
        field.insert("categories".into(), categories.into());
        let values: Vec<Value> = codes.map(|(value, _, _)| code(value)).collect();
        constraints.insert("enum".into(), values.into());
    }
    if !constraints.is_empty() {
        field.insert("constraints".into(), Value::Object(constraints));
    }
    Value::Object(field)
}
