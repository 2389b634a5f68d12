//! Conditional Poisson sampling: a fixed number of elements with given unequal probabilities, and known joint ones.
//!
//! Every element is taken or not by itself with its *working* probability p_i, and the whole is tried again until exactly n
//! are taken. Of all designs with the same inclusion probabilities it has the greatest entropy. With odds
//! w_i = p_i / (1 - p_i) the inclusion probabilities follow from
//!
//! ψ_i(m) = m w_i (1 - ψ_i(m-1)) / Σ_j w_j (1 - ψ_j(m-1)), ψ_i(0) = 0, π_i = ψ_i(n),
//!
//! and the odds that belong to given π_i from repeating log w_i := log w_i + (logit π_i - logit ψ_i) / (1 + v_i / Σ v), with
//! v_i = ψ_i (1 - ψ_i): a Newton step in which only the main diagonal and the constraint on the sum are kept. The odds are then
//! scaled, which changes no probability, so that the working probabilities add up to n and tries succeed as often as can be.
//! Sources: Hájek (1981), *Sampling from a Finite Population*, chapter 14; Chen, Dempster and Liu (1994), Biometrika 81;
//! Deville and Tillé; Aires (1999), Methodology and Computing in Applied Probability 1 (joint probabilities).

/// The inclusion probabilities of a conditional Poisson sample of `size` with these working probabilities.
///
/// Takes time in proportion to elements times size.
pub fn inclusion(working: &[f64], size: usize) -> Vec<f64> {
    let odds: Vec<f64> = working.iter().map(|p| p / (1.0 - p)).collect();
    inclusion_of_odds(&odds, size)
}

fn inclusion_of_odds(odds: &[f64], size: usize) -> Vec<f64> {
    let mut inclusion = vec![0.0; odds.len()];
    for m in 1..=size {
        let free: Vec<f64> = odds.iter().zip(&inclusion).map(|(w, psi)| w * (1.0 - psi)).collect();
        let total: f64 = free.iter().sum();
        inclusion = free.into_iter().map(|x| (m as f64 * x / total).min(1.0)).collect();
    }
    inclusion
}

/// The working probabilities for inclusion probabilities that lie between 0 and 1 and add up to a whole number.
///
/// Nothing where the search does not settle within 1e-11, which happens only for probabilities very near 0 or 1.
pub fn working_probabilities(probabilities: &[f64]) -> Option<Vec<f64>> {
    const ROUNDS: usize = 200;
    const CLOSE: f64 = 1e-11;
    let size = probabilities.iter().sum::<f64>().round() as usize;
    let mut odds: Vec<f64> = probabilities.iter().map(|p| p / (1.0 - p)).collect();
    for _ in 0..ROUNDS {
        let reached = inclusion_of_odds(&odds, size);
        let worst = probabilities.iter().zip(&reached).map(|(pi, psi)| (pi - psi).abs()).fold(0.0, f64::max);
        if worst < CLOSE {
            return Some(scaled(&odds, size));
        }
        let spread: f64 = reached.iter().map(|psi| psi * (1.0 - psi)).sum();
        for ((w, pi), psi) in odds.iter_mut().zip(probabilities).zip(&reached) {
            let logit = |p: f64| (p / (1.0 - p)).ln();
            *w *= ((logit(*pi) - logit(*psi)) / (1.0 + psi * (1.0 - psi) / spread)).exp();
        }
        if odds.iter().any(|w| !w.is_finite()) {
            return None;
        }
    }
    None
}

/// The working probabilities of odds times a factor, such that they add up to `size`.
fn scaled(odds: &[f64], size: usize) -> Vec<f64> {
    let of = |factor: f64| odds.iter().map(move |w| factor * w / (1.0 + factor * w));
    // The sum rises with the factor; halving the interval of its logarithm 100 times exhausts a double.
    let (mut low, mut high) = (-200.0_f64, 200.0_f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if of(middle.exp()).sum::<f64>() < size as f64 { low = middle } else { high = middle }
    }
    of(low.exp()).collect()
}

/// The joint inclusion probabilities of one element with every other; its own place holds its own probability.
///
/// π_kl = (w_k π_l - w_l π_k) / (w_k - w_l). Elements whose odds are as good as equal share what Σ_l π_kl = (n - 1) π_k
/// leaves.
pub fn joint(probabilities: &[f64], working: &[f64], element: usize) -> Vec<f64> {
    const EQUAL: f64 = 1e-6;
    let odds = |i: usize| working[i] / (1.0 - working[i]);
    let (own, pi) = (odds(element), probabilities[element]);
    let size = probabilities.iter().sum::<f64>().round();
    let is_equal = |l: usize| (own - odds(l)).abs() <= EQUAL * own;
    let mut joint: Vec<f64> = (0..working.len())
        .map(|l| match l {
            l if l == element => pi,
            l if is_equal(l) => 0.0,
            l => (own * probabilities[l] - odds(l) * pi) / (own - odds(l)),
        })
        .collect();
    let equal: Vec<usize> = (0..working.len()).filter(|&l| l != element && is_equal(l)).collect();
    let rest = size * pi - joint.iter().sum::<f64>();
    equal.iter().for_each(|&l| joint[l] = rest / equal.len() as f64);
    joint
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() < tolerance, "{found:?} is not {expected:?}");
        }
    }

    /// 3, 8, 1, 12, 5, 7, 2, 9, 6, 4, 11, 10 of 78, n = 4.
    fn probabilities() -> Vec<f64> {
        [3.0, 8.0, 1.0, 12.0, 5.0, 7.0, 2.0, 9.0, 6.0, 4.0, 11.0, 10.0].map(|x| 4.0 * x / 78.0).to_vec()
    }

    #[test]
    fn two_of_three_by_hand() {
        // Odds 1, 2, 3: the pairs have 2, 3, 6 of 11; so the elements have 5, 8, 9 of 11.
        let working = [0.5, 2.0 / 3.0, 0.75];
        close(&inclusion(&working, 2), &[5.0 / 11.0, 8.0 / 11.0, 9.0 / 11.0], 1e-15);
        let pi = inclusion(&working, 2);
        close(&joint(&pi, &working, 0), &[5.0 / 11.0, 2.0 / 11.0, 3.0 / 11.0], 1e-14);
        close(&joint(&pi, &working, 2), &[3.0 / 11.0, 6.0 / 11.0, 9.0 / 11.0], 1e-14);
    }

    #[test]
    fn working_probabilities_reach_what_was_asked() {
        let pi = probabilities();
        let working = working_probabilities(&pi).expect("it settles");
        close(&inclusion(&working, 4), &pi, 1e-11);
    }

    #[test]
    fn hard_cases_settle_too() {
        for pi in
            [vec![0.5, 0.5], vec![0.999, 0.001], vec![0.95, 0.55, 0.5], vec![0.9; 10], vec![0.99, 0.99, 0.01, 0.01]]
        {
            let working = working_probabilities(&pi).unwrap_or_else(|| panic!("{pi:?} does not settle"));
            close(&inclusion(&working, pi.iter().sum::<f64>().round() as usize), &pi, 1e-10);
        }
        let many: Vec<f64> = (1..=400).map(|i| 50.0 * i as f64 / 80_200.0).collect();
        let working = working_probabilities(&many).expect("it settles");
        assert!((working.iter().sum::<f64>() - 50.0).abs() < 1e-9);
    }

    #[test]
    fn joint_probabilities_are_those_of_r() {
        // tests/reference/maximum-entropy.R: sampling 2.9, UPmaxentropypi2(pik)[1, ], which settles within 1e-6.
        let pi = probabilities();
        let working = working_probabilities(&pi).expect("it settles");
        let expected = [
            0.15384615384615385,
            0.04836192188286669,
            0.005363057136892216,
            0.07960274075133109,
            0.028535142621188215,
            0.04146116828528728,
            0.010880187374152358,
            0.055601667816256944,
            0.034863616822212236,
            0.022445334573232674,
            0.07121136129206562,
            0.06321226386384796,
        ];
        close(&joint(&pi, &working, 0), &expected, 2e-6);
    }

    #[test]
    fn joint_probabilities_add_up() {
        let mut pi = probabilities();
        pi[5] = pi[4]; // a tie
        let excess: f64 = pi.iter().sum::<f64>() - 4.0;
        pi[3] -= excess;
        let working = working_probabilities(&pi).expect("it settles");
        for k in 0..pi.len() {
            let row = joint(&pi, &working, k);
            assert!((row.iter().sum::<f64>() - 4.0 * pi[k]).abs() < 1e-9);
            assert!(row.iter().enumerate().all(|(l, p)| l == k || (*p > 0.0 && *p < pi[k].min(pi[l]))), "{row:?}");
            let other = joint(&pi, &working, (k + 1) % pi.len());
            assert!((row[(k + 1) % pi.len()] - other[k]).abs() < 1e-9, "π_kl is π_lk");
        }
    }
}
