//! The numbers beside the boxes: what is printed on the form, and what is typed in from it.

/// The number printed beside each box, from the codes of the responses in their order: the code itself where it is a whole
/// number of at most three digits, else the lowest number that is still free.
///
/// ```
/// use quorate::issue::paper::box_numbers;
/// assert_eq!(box_numbers(["SA", "A", "D", "SD", "DK"]), [1, 2, 3, 4, 5]);
/// assert_eq!(box_numbers(["6", "5", "4", "3", "2", "1", "DK"]), [6, 5, 4, 3, 2, 1, 7]);
/// ```
pub fn box_numbers<'c>(codes: impl IntoIterator<Item = &'c str>) -> Vec<u32> {
    let codes: Vec<&str> = codes.into_iter().collect();
    // A number with leading zeros is a name: 01 is not 1.
    let own = |code: &str| code.parse::<u32>().ok().filter(|number| *number < 1000 && number.to_string() == code);
    let mut taken: Vec<u32> = codes.iter().filter_map(|code| own(code)).collect();
    codes
        .iter()
        .map(|code| {
            own(code).unwrap_or_else(|| {
                let free = (1..).find(|number| !taken.contains(number)).unwrap_or(u32::MAX);
                taken.push(free);
                free
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::box_numbers;

    #[test]
    fn every_box_has_a_number_of_its_own() {
        assert_eq!(box_numbers(["yes", "no", "2", "98", "01", "-9", "1000"]), [1, 3, 2, 98, 4, 5, 6]);
        let forty: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
        assert_eq!(box_numbers(forty.iter().map(String::as_str)), (1..=40).collect::<Vec<u32>>());
    }
}
