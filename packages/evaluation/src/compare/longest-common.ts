const LIMB = 32;

/**
 * Length of the longest common subsequence. 32 cells of a row of the classic table are worked out at once (Hyyrö 2004,
 * "Bit-parallel LCS-length computation revisited"): a zero bit stands for a step of 1 to the next cell.
 */
export function longestCommon(left: readonly string[], right: readonly string[]): number {
  const limbs = Math.ceil(right.length / LIMB);
  const places = placesOf(right, limbs);
  const row = new Uint32Array(limbs).fill(0xff_ff_ff_ff);
  for (const item of left) {
    const here = places.get(item);
    if (here !== undefined) step(row, here);
  }
  return zerosOf(row, right.length);
}

/** For each item a bit at each place where it stands. */
function placesOf(items: readonly string[], limbs: number): ReadonlyMap<string, Uint32Array> {
  const places = new Map<string, Uint32Array>();
  for (const [index, item] of items.entries()) {
    const bits = places.get(item) ?? new Uint32Array(limbs);
    places.set(item, bits);
    const limb = Math.floor(index / LIMB);
    bits[limb] = (bits[limb] ?? 0) | (1 << (index % LIMB));
  }
  return places;
}

function step(row: Uint32Array, here: Uint32Array): void {
  let carry = 0;
  for (let limb = 0; limb < row.length; limb += 1) {
    const bits = row[limb] ?? 0;
    const hits = (bits & (here[limb] ?? 0)) >>> 0;
    const sum = bits + hits + carry;
    carry = sum > 0xff_ff_ff_ff ? 1 : 0;
    row[limb] = sum | (bits & ~hits);
  }
}

function zerosOf(row: Uint32Array, length: number): number {
  let zeros = 0;
  for (let index = 0; index < length; index += 1) {
    if ((((row[Math.floor(index / LIMB)] ?? 0) >>> (index % LIMB)) & 1) === 0) zeros += 1;
  }
  return zeros;
}
