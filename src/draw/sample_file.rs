//! The sample file: one line for every unit of main sample and reserve.

use super::number::permanent;
use super::{Role, Sample, Selected};
use crate::error::{Error, Result};

/// A column of the frame that the sample file carries along.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// Its name in the frame.
    pub name: String,
    /// Its values, in the order of the units that the draw was given (or of the rows that were read).
    pub values: Vec<String>,
}

/// The sample file as CSV text.
///
/// Columns: `order, serial, ID-COLUMN, stratum, stage_1_probability..., probability, design_weight, population, role`, then
/// the carried columns. A carried column named `stratum` is left out where it says the same as the stratum. A column of the
/// frame (the identifier too) that has the name of one of those above stands as `frame_NAME`.
///
/// # Errors
/// When a column is carried twice.
pub fn write_sample(sample: &Sample, id_column: &str, carried: &[Carried]) -> Result<String> {
    let stages = sample.units.first().map_or(1, |unit| unit.stage_probabilities.len());
    let mut header: Vec<String> = ["order", "serial"].map(str::to_owned).to_vec();
    header.push(own_name(id_column, stages));
    header.push("stratum".to_owned());
    header.extend((1..=stages).map(stage_column));
    header.extend(["probability", "design_weight", "population", "role"].map(str::to_owned));
    let is_stratum = |c: &&Carried| {
        c.name == "stratum" && sample.units.iter().all(|unit| c.values.get(unit.unit) == Some(&unit.stratum))
    };
    let carried: Vec<&Carried> = carried.iter().filter(|c| !is_stratum(c)).collect();
    header.extend(carried.iter().map(|c| own_name(&c.name, stages)));
    if let Some(name) = header.iter().enumerate().find(|(i, name)| header[..*i].contains(name)).map(|(_, name)| name) {
        return Err(Error::data(format!("the sample file would have two columns named \"{name}\""))
            .hint("give the column another name in the frame"));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fail = |error: csv::Error| Error::data("the sample file cannot be laid out").found(error.to_string());
    writer.write_record(&header).map_err(fail)?;
    for unit in &sample.units {
        let mut row = vec![unit.order.to_string(), unit.serial.clone(), unit.id.clone(), unit.stratum.clone()];
        row.extend(unit.stage_probabilities.iter().map(f64::to_string));
        row.extend([unit.probability.to_string(), unit.design_weight.to_string(), unit.population.to_string()]);
        row.push(unit.role.name().to_owned());
        row.extend(carried.iter().map(|c| c.values.get(unit.unit).cloned().unwrap_or_default()));
        writer.write_record(&row).map_err(fail)?;
    }
    let bytes =
        writer.into_inner().map_err(|e| Error::data("the sample file cannot be laid out").found(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| Error::data("the sample file cannot be laid out").found(e.to_string()))
}

/// The name of a frame column in a sample file of so many stages: its own, or `frame_NAME` where the file has a column of that
/// name itself.
pub fn own_name(name: &str, stages: usize) -> String {
    let fixed = ["order", "serial", "stratum", "probability", "design_weight", "population", "role"];
    if fixed.contains(&name) || (1..=stages).any(|stage| name == stage_column(stage)) {
        format!("frame_{name}")
    } else {
        name.to_owned()
    }
}

/// The joint inclusion probabilities of the main sample as CSV text, with the columns `first, second, probability`.
///
/// One line for every pair of one stratum; units of different strata are drawn independently. Empty where the method
/// does not know them.
pub fn write_joint(sample: &Sample) -> String {
    if sample.joint.is_empty() {
        return String::new();
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |row: [&str; 3]| {
        let wrote = writer.write_record(row);
        debug_assert!(wrote.is_ok(), "writing to memory, rows as long as the header");
    };
    write(["first", "second", "probability"]);
    for &(first, second, probability) in &sample.joint {
        write([&sample.units[first].id, &sample.units[second].id, &probability.to_string()]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn stage_column(stage: usize) -> String {
    format!("stage_{stage}_probability")
}

/// Reads a sample file back: its units, the name of the identifier column, and the carried columns.
///
/// The random numbers are computed anew from `seed`; [`Selected::unit`] is the row in the file, from zero.
///
/// # Errors
/// When a column is missing or a value is not what it should be; the place is the line.
pub fn read_sample(text: &str, seed: &str) -> Result<(Vec<Selected>, String, Vec<Carried>)> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes());
    let broken = |error: csv::Error| Error::data("the sample file cannot be read").found(error.to_string());
    let header: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let column = |name: &str| {
        header.iter().position(|h| h == name).ok_or_else(|| {
            Error::data(format!("the sample file has no column \"{name}\""))
                .found(header.join(", "))
                .hint("use the file as the draw wrote it, or draw again")
        })
    };
    let [order, serial, stratum] = [column("order")?, column("serial")?, column("stratum")?];
    let [probability, weight, population, role] =
        [column("probability")?, column("design_weight")?, column("population")?, column("role")?];
    let stages: Vec<usize> = (1..).map_while(|stage| header.iter().position(|h| *h == stage_column(stage))).collect();
    let id = serial + 1;
    if order != 0 || serial != 1 || stratum != 3 {
        return Err(Error::data("the columns of the sample file do not stand as the draw wrote them")
            .found(header.join(", "))
            .expected("order, serial, the identifier, stratum, ..."));
    }
    let carried: Vec<usize> = (role + 1..header.len()).collect();
    let mut values: Vec<Vec<String>> = vec![Vec::new(); carried.len()];
    let mut units = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(broken)?;
        let text = |column: usize| record.get(column).unwrap_or("");
        let wrong = |column: usize| {
            Error::data(format!("the sample file has no proper value for \"{}\"", header[column]))
                .at(format!("line {}", row + 2))
                .found(format!("\"{}\"", text(column)))
        };
        let number = |column: usize| text(column).parse::<f64>().ok().filter(|x| *x > 0.0).ok_or_else(|| wrong(column));
        let count = |column: usize| text(column).parse::<usize>().map_err(|_| wrong(column));
        let role = match text(role) {
            "main" => Role::Main,
            "reserve" => Role::Reserve,
            _ => return Err(wrong(role)),
        };
        carried.iter().zip(&mut values).for_each(|(&column, values)| values.push(text(column).to_owned()));
        units.push(Selected {
            order: count(order)?,
            serial: text(serial).to_owned(),
            id: text(id).to_owned(),
            stratum: text(stratum).to_owned(),
            stage_probabilities: stages.iter().map(|&column| number(column)).collect::<Result<_>>()?,
            probability: number(probability)?,
            design_weight: number(weight)?,
            population: count(population)?,
            role,
            number: permanent(seed, text(id)),
            unit: row,
        });
    }
    let columns = carried.iter().zip(values).map(|(&c, values)| Carried { name: header[c].clone(), values }).collect();
    Ok((units, header[id].clone(), columns))
}
