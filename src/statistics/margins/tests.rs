use super::*;

fn strata(populations: &[usize]) -> Vec<StratumSize> {
    populations.iter().map(|&population| StratumSize { population, deviation: 0.5 }).collect()
}

/// The levels of a table with these numbers of categories, strata in the order of the last way fastest.
fn table(shape: &[usize], minimums: &[&[usize]]) -> Vec<Level> {
    let cells: usize = shape.iter().product();
    let mut levels = Vec::new();
    for (way, minimums) in minimums.iter().enumerate() {
        let after: usize = shape[way + 1..].iter().product();
        for (at, &minimum) in minimums.iter().enumerate() {
            levels.push(Level { members: (0..cells).filter(|h| h / after % shape[way] == at).collect(), minimum });
        }
    }
    levels
}

fn sums(numbers: &[usize], levels: &[Level]) -> Vec<usize> {
    levels.iter().map(|level| level.members.iter().map(|&h| numbers[h]).sum()).collect()
}

fn rules() -> Rules {
    Rules::new(Rule::Proportional).minimum(1)
}

#[test]
fn minimums_that_hold_already_change_nothing() {
    let populations = [400, 300, 200, 100];
    let levels = table(&[2, 2], &[&[10, 10], &[10, 10]]);
    assert_eq!(
        allocate_margins(&strata(&populations), 50, &rules(), &levels),
        Ok(allocate(&strata(&populations), 50, &rules()).expect("an allocation"))
    );
}

#[test]
fn one_way_raises_the_level_and_takes_from_the_others_in_proportion() {
    // 600, 300, 60, 40 at n = 50: 30, 15, 3, 2. The last two must have 15: by the factor 3, 9 and 6; the others keep 35: 23.3, 11.7.
    let levels = [Level { members: vec![2, 3], minimum: 15 }];
    assert_eq!(allocate_margins(&strata(&[600, 300, 60, 40]), 50, &rules(), &levels), Ok(vec![23, 12, 9, 6]));
}

#[test]
fn the_nearest_allocation_solves_its_equations() {
    // Multipliers of the calibration by hand: x = t (c + r + k), rows {0,1}, {2,3}, columns {0,2}, {1,3}; the second row and the
    // second column bind.
    let targets = [14.0, 4.0, 1.6, 0.4];
    let bounds = [(0, 70), (0, 20), (0, 8), (0, 2)];
    let levels = [Level { members: vec![2, 3], minimum: 5 }, Level { members: vec![1, 3], minimum: 6 }];
    let x = nearest(&targets, &bounds, &levels, 20);
    let factors: Vec<f64> = x.iter().zip(targets).map(|(x, t)| x / t).collect();
    assert!((x.iter().sum::<f64>() - 20.0).abs() < 1e-7, "{x:?}");
    assert!((x[2] + x[3] - 5.0).abs() < 1e-7 && (x[1] + x[3] - 6.0).abs() < 1e-7, "{x:?}");
    assert!((factors[3] - (factors[1] + factors[2] - factors[0])).abs() < 1e-6, "factors add up: {factors:?}");
    assert!(factors[1] > factors[0] && factors[2] > factors[0], "{factors:?}");
}

#[test]
fn what_cannot_be_met_together_says_the_least_size() {
    let levels = table(&[2, 3], &[&[10, 10], &[8, 8, 8]]);
    let populations = [40, 40, 40, 40, 40, 40];
    let answer = |size| allocate_margins(&strata(&populations), size, &rules(), &levels);
    assert_eq!(answer(23), Err(MarginError::LevelsOverSize { needed: 24, size: 23 }));
    let numbers = answer(24).expect("24 will do");
    assert_eq!(sums(&numbers, &levels)[2..], [8, 8, 8]);
    assert_eq!(numbers.iter().sum::<usize>(), 24);
    let poor = table(&[2, 3], &[&[10, 121], &[0, 0, 0]]);
    assert_eq!(
        allocate_margins(&strata(&populations), 50, &rules(), &poor),
        Err(MarginError::LevelOverRoom { level: 1, possible: 120 })
    );
    let fixed = Rules::new(Rule::Fixed(vec![4; 6]));
    assert_eq!(
        allocate_margins(&strata(&populations), 24, &fixed, &table(&[2, 3], &[&[0, 13]])),
        Err(MarginError::FixedUnderLevel { level: 1, fixed: 12 })
    );
}

/// Three ways where the real-valued problem is content with less than whole numbers need: never called impossible wrongly.
#[test]
fn three_ways_are_settled_in_whole_numbers() {
    // Strata (a1 b1 c2), (a1 b2 c1), (a2 b1 c1), (a2 b2 c2), each of one or two units.
    let places = [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)];
    let level = |way: usize, at: usize, minimum| Level {
        members: (0..4).filter(|&h| [places[h].0, places[h].1, places[h].2][way] == at).collect(),
        minimum,
    };
    let levels: Vec<Level> = (0..3).flat_map(|way| [level(way, 0, 1), level(way, 1, 1)]).collect();
    let free = Rules::new(Rule::Proportional);
    let bounds = bounds(&strata(&[1, 1, 1, 1]), &free);
    // Two strata meet four of the six minimums at most where they differ in two ways, so it takes three.
    assert_eq!(least_total(&bounds, &levels, 0), Ok(3));
    assert!(matches!(
        allocate_margins(&strata(&[1, 1, 1, 1]), 2, &free, &levels),
        Err(MarginError::LevelsOverSize { needed: 3, size: 2 })
    ));
    assert_eq!(allocate_margins(&strata(&[1, 1, 1, 1]), 3, &free, &levels).map(|n| n.iter().sum()), Ok(3_usize));
}

#[test]
fn a_large_table_of_three_ways_is_met_and_stays_near() {
    let shape = [6, 8, 5];
    let populations: Vec<usize> = (0..240).map(|h| 5 + (h * h * 7 + h * 13) % 97).collect();
    let levels = table(&shape, &[&[60; 6], &[50; 8], &[95; 5]]);
    let numbers = allocate_margins(&strata(&populations), 500, &rules(), &levels).expect("an allocation");
    assert_eq!(numbers.iter().sum::<usize>(), 500);
    assert!(numbers.iter().zip(&populations).all(|(n, all)| (1..=*all).contains(n)));
    assert!(sums(&numbers, &levels).iter().zip(&levels).all(|(sum, level)| *sum >= level.minimum));
    let (targets, bounds) = real_valued(&strata(&populations), 500, &rules()).expect("an allocation");
    let x = nearest(&targets, &bounds, &levels, 500);
    assert!(numbers.iter().zip(&x).all(|(n, x)| (*n as f64 - x).abs() < 2.0), "no stratum is far from the nearest");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]
    #[test]
    fn every_minimum_is_met_or_the_least_size_is_said(
        populations in proptest::collection::vec(1_usize..40, 12),
        minimums in proptest::collection::vec(0_usize..14, 7),
        share in 0.1_f64..1.0, cap in 5_usize..60, neyman: bool,
    ) {
        let levels = table(&[2, 3, 2], &[&minimums[..2], &minimums[2..5], &minimums[5..]]);
        let strata: Vec<StratumSize> = populations.iter().enumerate()
            .map(|(h, &population)| StratumSize { population, deviation: (h % 4) as f64 }).collect();
        let all: usize = populations.iter().sum();
        let size = (share * all as f64) as usize;
        let rule = if neyman { Rule::Neyman } else { Rule::Proportional };
        let rules = Rules { maximum: Some(cap), ..Rules::new(rule).minimum(1) };
        match allocate_margins(&strata, size, &rules, &levels) {
            Ok(numbers) => {
                proptest::prop_assert_eq!(numbers.iter().sum::<usize>(), size);
                for (n, (low, high)) in numbers.iter().zip(bounds(&strata, &rules)) {
                    proptest::prop_assert!((low..=high).contains(n));
                }
                for (sum, level) in sums(&numbers, &levels).iter().zip(&levels) {
                    proptest::prop_assert!(*sum >= level.minimum);
                }
            }
            Err(MarginError::LevelsOverSize { needed, size }) => {
                proptest::prop_assert!(needed > size);
                // One size more than needed is enough, as long as the maximums leave room for it.
                proptest::prop_assert!(allocate_margins(&strata, needed, &rules, &levels).is_ok());
            }
            Err(MarginError::LevelOverRoom { level, possible }) => {
                proptest::prop_assert!(possible < levels[level].minimum);
            }
            Err(MarginError::Allocation(_)) => {}
            Err(other) => proptest::prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn the_nearest_allocation_is_that_of_r() {
    // tests/reference/margins.R: quadprog, solve.QP.
    let expected = [
        28.8969275893311,
        4.84804920425205,
        11.5587710357324,
        7.27207380637807,
        5.12528355920551,
        2.29889480510085,
        14.9108684229834,
        6.66940588834767,
        2.31946842135297,
        1.52443563162233,
        2.18868097139462,
        2.38714066429903,
    ];
    let strata = strata(&[300, 40, 120, 60, 25, 10, 90, 35, 14, 8, 6, 3]);
    let levels = table(&[2, 3, 2], &[&[30, 30], &[20, 20, 12], &[40, 25]]);
    let (targets, bounds) = real_valued(&strata, 90, &rules()).expect("an allocation");
    let x = nearest(&targets, &bounds, &levels, 90);
    assert!(x.iter().zip(expected).all(|(x, r)| (x - r).abs() < 1e-9), "{x:?}");
    let numbers = allocate_margins(&strata, 90, &rules(), &levels).expect("an allocation");
    assert!(numbers.iter().zip(expected).all(|(n, x)| (*n as f64 - x).abs() < 1.5), "{numbers:?}");
}
