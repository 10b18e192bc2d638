const LIMB = 32;

/**
 * Length of the longest common subsequence. 32 cells of a row of the classic table are worked out at once (Hyyrö 2004,
 * "Bit-parallel LCS-length computation revisited"): a zero bit stands for a step of 1 to the next cell.
 */
export function longestCommon<T>(left: readonly T[], right: readonly T[]): number {
  const limbs = Math.ceil(right.length / LIMB);
  const places = placesOf(right, limbs);
  const row = new Int32Array(limbs).fill(-1);
  for (const item of left) {
    const here = places.get(item);
    if (here !== undefined) step(row, here);
  }
  return zerosOf(row, right.length);
}

/** For each item a bit at each place where it stands. */
function placesOf<T>(items: readonly T[], limbs: number): ReadonlyMap<T, Int32Array> {
  const places = new Map<T, Int32Array>();
  for (const [index, item] of items.entries()) {
    const bits = places.get(item) ?? new Int32Array(limbs);
    places.set(item, bits);
    const limb = index >>> 5;
    bits[limb] = (bits[limb] ?? 0) | (1 << (index & (LIMB - 1)));
  }
  return places;
}

/** Adds limb by limb in 32-bit integers throughout: numbers above 2^31 would be reckoned as doubles. */
function step(row: Int32Array, here: Int32Array): void {
  let carry = 0;
  for (let limb = 0; limb < row.length; limb += 1) {
    const bits = row[limb] ?? 0;
    const hits = bits & (here[limb] ?? 0);
    const sum = (bits + hits + carry) | 0;
    // As a full adder has it: both had the top bit, or one had it and the sum has lost it.
    carry = ((bits & hits) | ((bits | hits) & ~sum)) >>> 31;
    row[limb] = sum | (bits & ~hits);
  }
}

function zerosOf(row: Int32Array, length: number): number {
  let zeros = 0;
  for (let index = 0; index < length; index += 1) {
    if ((((row[index >>> 5] ?? 0) >>> (index & (LIMB - 1))) & 1) === 0) zeros += 1;
  }
  return zeros;
}
