/** Cosine of the angle between two vectors, -1 to 1; null where there is none: of other lengths, empty, zero or not finite. */
export function cosineSimilarity(one: readonly number[], other: readonly number[]): number | null {
  if (one.length !== other.length) return null;
  // Scaled first, or the squares of very large and very small numbers would leave the range of numbers.
  const [left, right] = [scaled(one), scaled(other)];
  const cosine = dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
  return Number.isFinite(cosine) ? Math.min(1, Math.max(-1, cosine)) : null;
}

function scaled(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return vector.map((value) => value / largest);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
