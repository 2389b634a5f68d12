//! Reads a QR code from its squares, for tests: by the standard (ISO/IEC 18004), with nothing of the library that made it.
//! Codes are clean here, so nothing is corrected; versions 2 to 6 at level M, bytes only.

/// Total and data codewords, and blocks, of the versions 2 to 6 at level M.
const VERSIONS: [(usize, usize, usize); 5] = [(44, 28, 1), (70, 44, 1), (100, 64, 2), (134, 86, 2), (172, 108, 4)];

#[allow(clippy::manual_is_multiple_of, clippy::nonminimal_bool, reason = "as the standard writes it")]
/// The text of a code with so many squares across.
pub(super) fn read(across: usize, dark: &[bool]) -> String {
    let version = (across - 17) / 4;
    let (total, data, blocks) = VERSIONS[version - 2];
    let at = |x: usize, y: usize| dark[y * across + x];
    // Finder patterns with their edges stand in three corners.
    for (x, y) in [(0, 0), (across - 7, 0), (0, across - 7)] {
        let ring: Vec<bool> = (0..7).map(|i| at(x + i, y + 3)).collect();
        assert_eq!(ring, [true, false, true, true, true, false, true], "finder at {x}, {y}");
    }
    // Level and mask, beside the first finder pattern, under the standard's own mask.
    let format = (0..6).map(|x| at(x, 8)).chain([at(7, 8), at(8, 8), at(8, 7)]);
    let format: Vec<bool> = format.chain((0..6).rev().map(|y| at(8, y))).collect();
    let first = format[..5].iter().fold(0u32, |bits, &bit| bits << 1 | u32::from(bit)) ^ 0b10101;
    assert_eq!(first >> 3, 0b00, "level M");
    let masked = |x: usize, y: usize| match first & 7 {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3) % 2 == 0,
        _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
    };
    let aligned = across - 7;
    let reserved = |x: usize, y: usize| {
        let finders = (x < 9 && y < 9) || (x >= across - 8 && y < 9) || (x < 9 && y >= across - 8);
        let alignment = x.abs_diff(aligned) <= 2 && y.abs_diff(aligned) <= 2;
        finders || alignment || x == 6 || y == 6
    };
    // Two columns at a time from the right, up and down in turn.
    let mut bits = Vec::new();
    let mut up = true;
    let mut right = across as isize - 1;
    while right > 0 {
        if right == 6 {
            right -= 1;
        }
        for step in 0..across {
            let y = if up { across - 1 - step } else { step };
            for x in [right as usize, right as usize - 1] {
                if !reserved(x, y) {
                    bits.push(at(x, y) != masked(x, y));
                }
            }
        }
        up = !up;
        right -= 2;
    }
    let codewords: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, &bit| sum << 1 | u8::from(bit))).collect();
    assert!(codewords.len() >= total, "{} of {total} codewords", codewords.len());
    // Blocks of equal length stand interleaved, all data before all correction.
    let each = data / blocks;
    let message: Vec<u8> = (0..blocks)
        .flat_map(|block| (0..each).map(move |i| (block, i)))
        .map(|(block, i)| codewords[i * blocks + block])
        .collect();
    assert_eq!(message[0] >> 4, 0b0100, "bytes");
    let half = |i: usize| message[i] << 4 | message[i + 1] >> 4;
    let bytes = (1..=usize::from(half(0))).map(half).collect();
    String::from_utf8(bytes).expect("text")
}
