//! Hadamard matrices: square, of ones and minus ones, any two columns at right angles.
//!
//! They exist for 1, 2 and, as far as anybody knows, every multiple of 4. Made here: Paley's first construction for q + 1
//! (q a prime, 3 modulo 4), his second for 2 (q + 1) (q a prime, 1 modulo 4) (Paley 1933), and Sylvester's doubling
//! (1867). Up to 1,000 that leaves out few multiples of 4, and the next larger one serves as well.

/// The matrix of the smallest order above `number` that can be made, by rows; true for one. The first column is all ones.
pub(super) fn above(number: usize) -> Vec<Vec<bool>> {
    let mut order = number + 1;
    loop {
        if let Some(mut matrix) = of_order(order) {
            for row in &mut matrix {
                if !row[0] {
                    row.iter_mut().for_each(|one| *one = !*one);
                }
            }
            return matrix;
        }
        // A power of two is never far.
        order += 1;
    }
}

fn of_order(order: usize) -> Option<Vec<Vec<bool>>> {
    if order == 1 {
        return Some(vec![vec![true]]);
    }
    if order.is_multiple_of(4) && is_prime(order - 1) {
        return Some(paley_first(order - 1));
    }
    if order.is_multiple_of(4) && (order / 2).is_multiple_of(2) && is_prime(order / 2 - 1) && (order / 2 - 1) % 4 == 1 {
        return Some(paley_second(order / 2 - 1));
    }
    if order.is_multiple_of(2) { of_order(order / 2).map(doubled) } else { None }
}

fn is_prime(number: usize) -> bool {
    number > 1 && (2..).take_while(|d| d * d <= number).all(|d| !number.is_multiple_of(d))
}

/// Whether each remainder but zero is a square modulo q.
fn squares(q: usize) -> Vec<bool> {
    let mut square = vec![false; q];
    (1..q).for_each(|x| square[x * x % q] = true);
    square
}

/// The entry i, j of Paley's core: whether j - i is a square modulo q; none on the diagonal.
fn core(square: &[bool], i: usize, j: usize) -> Option<bool> {
    let q = square.len();
    (i != j).then(|| square[(j + q - i) % q])
}

/// I + S for a skew-symmetric S with the core in it.
fn paley_first(q: usize) -> Vec<Vec<bool>> {
    let square = squares(q);
    let at = |i: usize, j: usize| match (i, j) {
        (0, _) => true,
        (_, 0) => false,
        _ => core(&square, i - 1, j - 1).unwrap_or(true),
    };
    (0..=q).map(|i| (0..=q).map(|j| at(i, j)).collect()).collect()
}

/// A symmetric conference matrix, each entry blown up to two by two.
fn paley_second(q: usize) -> Vec<Vec<bool>> {
    let square = squares(q);
    let at = |i: usize, j: usize| match (i, j) {
        (0, 0) => None,
        (0, _) | (_, 0) => Some(true),
        _ => core(&square, i - 1, j - 1),
    };
    let entry = |i: usize, j: usize| match at(i / 2, j / 2) {
        // Zero: 1 -1, -1 -1. One: 1 1, 1 -1.
        None => i.is_multiple_of(2) && j.is_multiple_of(2),
        Some(sign) => sign == (i.is_multiple_of(2) || j.is_multiple_of(2)),
    };
    let size = 2 * (q + 1);
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

fn doubled(matrix: Vec<Vec<bool>>) -> Vec<Vec<bool>> {
    let negative = |row: &Vec<bool>| row.iter().map(|one| !one).collect::<Vec<_>>();
    let upper = matrix.iter().map(|row| [row.clone(), row.clone()].concat());
    let lower = matrix.iter().map(|row| [row.clone(), negative(row)].concat());
    upper.chain(lower).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_at_right_angles() {
        for number in 0..130 {
            let matrix = above(number);
            let order = matrix.len();
            assert!(order > number && order <= number + 8, "{order} above {number}");
            for i in 0..order {
                assert!(matrix[i][0] && matrix[i].len() == order);
                for j in 0..i {
                    let same = matrix.iter().filter(|row| row[i] == row[j]).count();
                    assert_eq!(same * 2, order, "columns {i} and {j} of {order}");
                }
            }
        }
        assert_eq!([4, 7, 8, 11, 19, 23].map(|number| above(number).len()), [8, 8, 12, 12, 20, 24]);
    }
}
