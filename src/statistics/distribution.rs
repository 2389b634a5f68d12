//! Probabilities and quantiles of the normal, t, beta and F distributions.
//!
//! The incomplete beta function is computed from its continued fraction (modified Lentz) with the factor in front in
//! the saddle-point form of C. Loader ("Fast and accurate computation of binomial probabilities", 2000), which keeps
//! all digits for degrees of freedom in the millions, where differences of log-gammas lose them. Quantiles are roots
//! (Brent) of the logarithm of the tail, so small tails keep their relative accuracy.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::erfc_inv;

/// The probability that a standard normal number is above `z`.
pub fn normal_upper(z: f64) -> f64 {
    if z.is_nan() {
        return f64::NAN;
    }
    let x = z.abs();
    let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let upper = if x < 3.0 {
        // 1/2 - density (x + x^3 / 3 + x^5 / (3 5) + ...)
        let (mut term, mut sum) = (x, x);
        let mut odd = 1.0;
        while term > 1e-18 * sum {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        0.5 - density * sum
    } else {
        // density / (x + 1 / (x + 2 / (x + ...))), from the bottom up.
        density / (1..=120).rev().fold(x, |below, k| x + f64::from(k) / below)
    };
    if z >= 0.0 { upper } else { 1.0 - upper }
}

/// The `z` that a standard normal number exceeds with probability `tail`.
pub fn normal_upper_quantile(tail: f64) -> f64 {
    if !(0.0..=1.0).contains(&tail) {
        return f64::NAN;
    }
    let mut z = SQRT_2 * erfc_inv(2.0 * tail);
    for _ in 0..if z.is_finite() { 2 } else { 0 } {
        // The inverse at hand is good to ten digits; two Newton steps take the last ones right.
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        if density > 0.0 {
            z += (normal_upper(z) - tail) / density;
        }
    }
    z
}

/// The probability that Student's t with `df` degrees of freedom is above `t`; the normal for infinite `df`.
///
/// NaN when `df` is not above zero.
pub fn t_upper(t: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || t.is_nan() {
        return f64::NAN;
    }
    if df.is_infinite() {
        return normal_upper(t);
    }
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let square = t * t;
    let (x, y) = (df / (df + square), square / (df + square));
    let half = 0.5 * beta_tails(x, y, 0.5 * df, 0.5).0;
    if t >= 0.0 { half } else { 1.0 - half }
}

/// The t that Student's t with `df` degrees of freedom exceeds with probability `tail`.
///
/// NaN when `df` is not above zero or `tail` not a probability.
pub fn t_upper_quantile(tail: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&tail) {
        return f64::NAN;
    }
    if df.is_infinite() {
        return normal_upper_quantile(tail);
    }
    if tail > 0.5 {
        return -t_upper_quantile(1.0 - tail, df);
    }
    if tail == 0.5 {
        return 0.0;
    }
    if tail == 0.0 {
        return f64::INFINITY;
    }
    let target = tail.ln();
    let start = normal_upper_quantile(tail).max(1e-8).ln();
    root(|s| t_upper(s.exp(), df).ln() - target, start).exp()
}

/// The two-sided p-value of a t statistic.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    2.0 * t_upper(t.abs(), df)
}

/// The probability that F with `numerator` and `denominator` degrees of freedom is above `f`.
pub fn f_upper(f: f64, numerator: f64, denominator: f64) -> f64 {
    if f.is_nan() || numerator.is_nan() || denominator.is_nan() || numerator <= 0.0 || denominator <= 0.0 {
        return f64::NAN;
    }
    if f <= 0.0 {
        return 1.0;
    }
    let sum = denominator + numerator * f;
    beta_tails(denominator / sum, numerator * f / sum, 0.5 * denominator, 0.5 * numerator).0
}

/// The probability that a beta number with parameters `a` and `b` is below `x`.
pub fn beta_lower(x: f64, a: f64, b: f64) -> f64 {
    beta_tails(x, 1.0 - x, a, b).0
}

/// The `x` below which a beta number with parameters `a` and `b` lies with probability `p`.
///
/// With `a` zero all the mass is at 0, with `b` zero at 1. NaN for parameters or probabilities out of range.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || a.is_nan() || b.is_nan() || a < 0.0 || b < 0.0 || (a == 0.0 && b == 0.0) {
        return f64::NAN;
    }
    if a == 0.0 || p == 0.0 {
        return 0.0;
    }
    if b == 0.0 || p == 1.0 {
        return 1.0;
    }
    let both = |s: f64| beta_tails(1.0 / (1.0 + (-s).exp()), 1.0 / (1.0 + s.exp()), a, b);
    let start = (a / b).ln();
    let s = if p <= 0.5 {
        root(|s| p.ln() - both(s).0.ln(), start)
    } else {
        root(|s| both(s).1.ln() - (1.0 - p).ln(), start)
    };
    1.0 / (1.0 + (-s).exp())
}

/// Both tails of the regularised incomplete beta function, at `x` with `y` = 1 - `x` given apart to keep its digits.
fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if x.is_nan() || y.is_nan() || a.is_nan() || b.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    if (a + b) * x <= a {
        let lower = beta_front(x, y, a, b) * fraction(x, y, a, b);
        (lower, 1.0 - lower)
    } else {
        let upper = beta_front(y, x, b, a) * fraction(y, x, b, a);
        (1.0 - upper, upper)
    }
}

/// x^a y^b / B(a, b).
fn beta_front(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    let exponent =
        stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance_part(a, n * x) - deviance_part(b, n * y);
    a * b / n * exponent.exp() * (n / (2.0 * PI * a * b)).sqrt()
}

/// The continued fraction of the incomplete beta function in the form of Didonato and Morris ("Algorithm 708", 1992),
/// which takes `x` and `y` = 1 - `x` apart and cancels nothing for `x` near 1; by the modified Lentz method.
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let lambda = (a + b) * y - b;
    let denominator = |n: f64| {
        n + n * (b - n) * x / (a + 2.0 * n - 1.0) + (a + n) / (a + 2.0 * n + 1.0) * (lambda + 1.0 + n * (1.0 + y))
    };
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(a / (a + 1.0) * (lambda + 1.0));
    let mut value = d;
    for n in 1..200_000 {
        let n = f64::from(n);
        let numerator =
            (a + n - 1.0) / (a + 2.0 * n - 1.0) * (a + b + n - 1.0) / (a + 2.0 * n - 1.0) * n * (b - n) * x * x;
        let next = denominator(n);
        d = 1.0 / guard(next + numerator * d);
        c = guard(next + numerator / c);
        let step = c * d;
        value *= step;
        // One unit in the last place: nearer than this it may never come.
        if (step - 1.0).abs() < 3e-16 {
            break;
        }
    }
    value
}

/// ln Gamma(n + 1) less Stirling's approximation.
fn stirling_error(n: f64) -> f64 {
    if n > 15.0 {
        let s = 1.0 / (n * n);
        (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) * s) * s) * s) * s) / n
    } else {
        // Move up to where the series holds: Gamma(n + 1) = Gamma(m + 1) / ((n + 1) ... m).
        let mut product = 1.0;
        let mut m = n;
        while m <= 15.0 {
            m += 1.0;
            product *= m;
        }
        let log_gamma = (m + 0.5) * m.ln() - m + stirling_error(m) - product.ln();
        log_gamma - (n + 0.5) * n.ln() + n
    }
}

/// x ln(x / m) + m - x without cancellation where x is near m.
fn deviance_part(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() + m - x
}

/// The root of a function that falls through zero, searched outward from `start` and then by Brent's method.
fn root(f: impl Fn(f64) -> f64, start: f64) -> f64 {
    let (mut a, mut b) = (start, start);
    let mut step = 0.5;
    while f(a) < 0.0 {
        a -= step;
        step *= 2.0;
        if step > 1e6 {
            return f64::NAN;
        }
    }
    step = 0.5;
    while f(b) > 0.0 {
        b += step;
        step *= 2.0;
        if step > 1e6 {
            return f64::NAN;
        }
    }
    brent(f, a, b)
}

fn brent(f: impl Fn(f64) -> f64, mut a: f64, mut b: f64) -> f64 {
    let (mut fa, mut fb) = (f(a), f(b));
    let (mut c, mut fc) = (a, fa);
    let mut width = b - a;
    let mut last = width;
    for _ in 0..200 {
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
            width = b - a;
            last = width;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let tolerance = 2.0 * f64::EPSILON * b.abs() + 1e-17;
        let middle = 0.5 * (c - b);
        if middle.abs() <= tolerance || fb == 0.0 {
            break;
        }
        if last.abs() >= tolerance && fa.abs() > fb.abs() && fa.is_finite() {
            let s = fb / fa;
            let (mut p, mut q) = if a == c {
                (2.0 * middle * s, 1.0 - s)
            } else {
                let (q, r) = (fa / fc, fb / fc);
                (s * (2.0 * middle * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
            };
            if p > 0.0 {
                q = -q;
            }
            p = p.abs();
            if 2.0 * p < (3.0 * middle * q - (tolerance * q).abs()).min((last * q).abs()) {
                last = width;
                width = p / q;
            } else {
                width = middle;
                last = middle;
            }
        } else {
            width = middle;
            last = middle;
        }
        (a, fa) = (b, fb);
        b += if width.abs() > tolerance { width } else { tolerance.copysign(middle) };
        fb = f(b);
    }
    b
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "the digits are those that R prints")]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!(((found - expected) / expected).abs() < 2e-13, "{found} is not {expected}");
    }

    // Expected values: R 4.2.2, `print(..., digits = 17)`.
    #[test]
    fn normal_as_in_r() {
        near(normal_upper_quantile(0.025), 1.9599639845400538);
        near(normal_upper_quantile(0.001), 3.0902323061678132);
        near(normal_upper(1.96), 0.024997895148220428);
    }

    #[test]
    fn t_beta_and_f_as_in_r() {
        near(t_upper_quantile(0.025, 1.0), 12.706204736174694);
        near(t_two_sided(2.5, 1.0), 0.24223788318168671);
        near(t_upper_quantile(0.025, 2.0), 4.3026527297494619);
        near(t_two_sided(2.5, 2.0), 0.1296117202215108);
        near(t_upper_quantile(0.025, 3.5), 2.9400886379827291);
        near(t_two_sided(2.5, 3.5), 0.07569464380949005);
        near(t_upper_quantile(0.025, 17.0), 2.1098155778333165);
        near(t_two_sided(2.5, 17.0), 0.02294780698638494);
        near(t_upper_quantile(0.025, 96.0), 1.984984311522457);
        near(t_two_sided(2.5, 96.0), 0.0141151690365722);
        near(t_upper_quantile(0.025, 19980.0), 1.9600827239045631);
        near(t_two_sided(2.5, 19980.0), 0.012427282084397232);
        near(t_upper_quantile(0.025, 1000000.0), 1.9599663568141066);
        near(t_two_sided(2.5, 1000000.0), 0.012419489502163233);
        near(beta_quantile(0.025, 65.0, 36.0), 0.54815063817603038);
        near(beta_quantile(0.975, 66.0, 35.0), 0.74270622146854881);
        near(beta_quantile(0.025, 0.3, 120.7), 2.6470051102324473e-08);
        near(beta_quantile(0.975, 1.3, 0.02), 1.0);
        near(beta_quantile(0.025, 250000.5, 500000.0), 0.33226733054443164);
        near(beta_quantile(0.975, 0.5, 10.5), 0.21719626750921051);
        near(f_upper(3.2, 2.4, 310.5), 0.033381661396531197);
        near(f_upper(0.7, 5.0, 20.0), 0.62983638501805972);
        near(f_upper(18.0, 4.31, 2101.7), 1.8011786897304632e-15);
    }
}
