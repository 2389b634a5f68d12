use super::*;

fn wish(population: usize, margin: f64) -> Wish {
    Wish {
        population: Some(population),
        margin_points: Some(margin),
        level: 0.95,
        proportion: 0.5,
        response_rate: None,
        groups: Vec::new(),
        minimum: None,
        equal: false,
        method: Method::Ascs,
        design_effect: 1.0,
        detect: None,
        discover: None,
        issued: None,
    }
}

fn groups(groups: &[(&str, usize)]) -> Vec<(String, usize)> {
    groups.iter().map(|&(name, all)| (name.to_owned(), all)).collect()
}

#[test]
fn the_survey_of_a_thousand() {
    let wish = Wish { response_rate: Some(0.4), issued: Some(900), ..wish(1000, 5.0) };
    let plan = plan(&wish).expect("a plan");
    assert_eq!((plan.returns_needed, plan.to_issue), (278, 695));
    assert!(plan.margin_points_if_met < 5.0 && plan.margin_points_if_met > 4.99);
    assert_eq!(plan.interval, Some(1000.0 / 695.0));
    let issued = plan.if_issued.clone().expect("asked for");
    assert_eq!(issued.returns_expected, 360);
    assert_eq!(format!("{:.1}", issued.margin_points.expect("a margin")), "4.1");
    let text = words::words(&wish, &plan);
    assert!(text.starts_with("278 needed, 695 to issue\n"), "{text}");
    assert!(text.contains("900 issued: 360 returned, +/-4.13 points."), "{text}");
}

#[test]
fn other_populations() {
    let needed = |wish: &Wish| plan(wish).expect("a plan").returns_needed;
    assert_eq!(needed(&Wish { proportion: 0.7, ..wish(300, 5.0) }), 156);
    assert_eq!(needed(&wish(500, 5.0)), 218);
    let cochran = |all| needed(&Wish { method: Method::Cochran, ..wish(all, 8.0) });
    assert_eq!([100, 500, 1000, 5000, 10_000].map(cochran), [61, 116, 131, 146, 148]);
    assert_eq!(needed(&Wish { population: None, ..wish(1, 10.0) }), 97);
    assert_eq!(needed(&wish(1, 5.0)), 1);
}

#[test]
fn more_than_there_are_cannot_be_issued() {
    let wish = Wish { response_rate: Some(0.3), ..wish(100, 5.0) };
    let plan = plan(&wish).expect("a plan");
    assert_eq!((plan.returns_needed, plan.to_issue), (80, 100));
    let short = plan.shortfall.clone().expect("30 come back");
    assert_eq!(short.returns_expected, 30);
    assert!(words::words(&wish, &plan).contains("Not enough: 100 can be issued, about 30 will come back"));
}

#[test]
fn groups_get_their_own_margin() {
    let wish = Wish { population: None, groups: groups(&[("North", 1000), ("South", 300)]), ..wish(1, 10.0) };
    let plan = plan(&wish).expect("a plan");
    // n0 = 96.04: 96.04 * 1000 / 1096.04 = 87.6; 96.04 * 300 / 396.04 = 72.7.
    assert_eq!(plan.groups.iter().map(|g| g.returns_needed).collect::<Vec<_>>(), [88, 73]);
    assert_eq!((plan.population, plan.returns_needed), (Some(1300), 161));
    // By hand: 1.96 √(Σ (N_h/N)² 0.25 (1/n_h - 1/N_h)) = 8.01 points, wider than the 7.2 that 161 of 1300 would suggest.
    assert!((plan.margin_points_if_met - 8.012).abs() < 0.001, "{}", plan.margin_points_if_met);
    let effect = 161.0 * (1_000_000.0 / 88.0 + 90_000.0 / 73.0) / 1_690_000.0;
    assert!((plan.design_effect.expect("groups have one") - effect).abs() < 1e-12);
    let few = super::plan(&Wish { response_rate: Some(0.2), ..wish.clone() }).expect("a plan");
    let short = few.shortfall.expect("73 of 300 cannot come back");
    assert!(short.margin_points.is_some_and(|points| points > few.margin_points_if_met), "{short:?}");
    let text = words::words(&wish, &plan);
    assert!(text.contains("all groups") && text.contains("South"), "{text}");
}

#[test]
fn a_minimum_holds_for_every_group() {
    let groups = groups(&[("North", 900), ("South", 90), ("Isles", 10)]);
    let plan = plan(&Wish { groups, minimum: Some(20), ..wish(1000, 10.0) }).expect("a plan");
    // 87.6 in all: 78.9, 7.9, 0.9 by share; the last has only ten.
    assert_eq!(plan.groups.iter().map(|g| g.returns_needed).collect::<Vec<_>>(), [79, 20, 10]);
    assert!(plan.margin_points_if_met <= 10.0);
    assert_eq!(super::plan(&Wish { minimum: Some(120), ..wish(1000, 10.0) }).expect("a plan").returns_needed, 120);
}

#[test]
fn differences_and_discovery() {
    let asked = Wish { margin_points: None, detect: Some((10.0, 0.8)), population: None, ..wish(1, 1.0) };
    let plan = plan(&asked).expect("a plan");
    let detect = plan.detect.clone().expect("asked for");
    assert_eq!((detect.against_figure, detect.between_groups_each, detect.between_waves_each), (194, 388, 388));
    assert_eq!(plan.returns_needed, 194);
    let finite = super::plan(&Wish { population: Some(1000), ..asked.clone() }).expect("a plan");
    assert!(finite.detect.is_some_and(|d| d.against_figure < 194 && d.between_waves_each < 388));
    assert!(super::plan(&Wish { detect: Some((60.0, 0.8)), ..asked.clone() }).is_err());

    let discover = |rate, population| {
        let wish = Wish { margin_points: None, population, discover: Some(rate), ..wish(1, 1.0) };
        super::plan(&wish).expect("a plan").returns_needed
    };
    assert_eq!([0.01, 0.02, 0.05, 0.1].map(|rate| discover(rate, None)), [299, 149, 59, 29]);
    assert_eq!(discover(0.1, Some(20)), 16);
}

#[test]
fn a_design_effect_widens_the_margin_it_was_planned_for() {
    let plan = plan(&Wish { design_effect: 1.5, population: None, ..wish(1, 10.0) }).expect("a plan");
    assert_eq!(plan.returns_needed, 145);
    assert!((plan.margin_points_if_met - 10.0).abs() < 0.05, "{}", plan.margin_points_if_met);
}

#[test]
fn the_rule_of_thumb_is_told_for_the_own_population() {
    let text = |wish: &Wish| words::words(wish, &plan(wish).expect("a plan"));
    let own = text(&wish(500, 10.0));
    assert!(own.contains("90 give +/-10.33, 100 +/-9.80"), "{own}");
    assert!(own.contains("in yours of 500, 90 give +/-9.35 and 100 +/-8.77"), "{own}");
    assert!(text(&wish(80, 10.0)).contains("in yours of 80, take all"));
    assert!(text(&wish(95, 10.0)).contains("95 +/-0.00"));
}

#[test]
fn what_cannot_be_is_said() {
    let good = wish(1000, 5.0);
    let bad = [
        Wish { level: 95.0, ..good.clone() },
        Wish { proportion: 0.0, ..good.clone() },
        Wish { margin_points: Some(0.0), ..good.clone() },
        Wish { margin_points: Some(f64::NAN), ..good.clone() },
        Wish { margin_points: None, ..good.clone() },
        Wish { response_rate: Some(0.0), ..good.clone() },
        Wish { population: Some(0), ..good.clone() },
        Wish { groups: groups(&[("North", 999)]), ..good.clone() },
        Wish { groups: groups(&[("North", 1000), ("South", 0)]), ..good.clone() },
        Wish { detect: Some((5.0, 1.0)), ..good.clone() },
        Wish { discover: Some(1.5), ..good.clone() },
        Wish { design_effect: 0.0, ..good.clone() },
        Wish { issued: Some(1001), ..good.clone() },
    ];
    for wish in bad {
        assert!(plan(&wish).is_err(), "{wish:?}");
    }
}

#[test]
fn equal_groups_have_unequal_weights_and_the_margin_all_the_same() {
    let asked = Wish { groups: groups(&[("North", 900), ("South", 100)]), equal: true, ..wish(1000, 5.0) };
    let plan = plan(&asked).expect("a plan");
    // By hand: 1.96 sqrt(0.81 * 0.25 (1/n - 1/900)) = 0.05 for the North alone, with all 100 of the South, gives n = 231.2.
    assert_eq!(plan.groups.iter().map(|g| g.returns_needed).collect::<Vec<_>>(), [232, 100]);
    assert!(plan.margin_points_if_met <= 5.0 && plan.margin_points_if_met > 4.98, "{}", plan.margin_points_if_met);
    assert!(plan.design_effect.is_some_and(|effect| effect > 1.1));
    // The simple formula would have sent out too few.
    assert!(super::plan(&wish(1000, 5.0)).expect("a plan").returns_needed < plan.returns_needed);
    let small = Wish { groups: groups(&[("A", 5000), ("B", 5000), ("C", 500)]), equal: true, ..wish(10_500, 8.0) };
    let plan = super::plan(&small).expect("a plan");
    let each = plan.groups[0].returns_needed;
    assert!(plan.groups.iter().all(|g| g.returns_needed == each), "{:?}", plan.groups);
    let strata = |each: usize| small.groups.iter().map(|g| (each as f64, g.1)).collect::<Vec<_>>();
    let margin = |each| 100.0 * stratified_margin(Method::Ascs, z_of_level(0.95), 0.5, &strata(each));
    assert!(margin(each) <= 8.0 && margin(each - 1) > 8.0);
    assert!(super::plan(&Wish { equal: true, ..wish(1000, 5.0) }).is_err());
}

#[test]
fn the_margin_that_a_run_reports_is_told() {
    let large = Wish { population: Some(1_000_000), ..wish(1, 10.001) };
    let plan = plan(&large).expect("a plan");
    assert_eq!(plan.returns_needed, 97);
    let reported = plan.margin_points_reported.expect("a margin");
    // R: 100 * qt(0.975, 96) * sqrt(0.25 / 96 * (1 - 97 / 1e6))
    assert!((reported - 10.1290893506).abs() < 1e-6, "{reported}");
    assert!(words::words(&large, &plan).contains("as reported"), "{}", words::words(&large, &plan));
    assert_eq!(super::plan(&wish(1, 5.0)).expect("a plan").margin_points_reported, None);
}
