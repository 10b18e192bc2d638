import type { VectorDigest } from "@understudy/contracts";

/** More were never taken; a digest that says so came from elsewhere. */
const MOST_TAKEN = 1_000;

/** How near an answer's vectors lie to each other. */
export interface Similarities {
  /** Inputs that they are of, the first ones. */
  readonly inputs: number;
  /** Of each two inputs: (0, 1), (0, 2), …, (1, 2), …; 32,767 for the same direction. */
  readonly values: readonly number[];
}

/** What a digest holds; null where it holds none, or what no reader of ours has written. */
export function similaritiesOf({ taken, similarities }: VectorDigest): Similarities | null {
  if (typeof similarities !== "string" || !Number.isInteger(taken) || taken < 2 || taken > MOST_TAKEN) return null;
  const bytes = Buffer.from(similarities, "base64");
  const pairs = (taken * (taken - 1)) / 2;
  if (bytes.length !== pairs * 2) return null;
  return { inputs: taken, values: Array.from({ length: pairs }, (_, pair) => bytes.readInt16LE(pair * 2)) };
}

/** Share of the same inputs, 0 to 1, of which both have the same nearest neighbour; where several are as near, the same ones. */
export function sameNearest(one: Similarities, other: Similarities): number {
  const [here, there] = [nearestOf(one), nearestOf(other)];
  return here.filter((nearest, input) => nearest === there[input]).length / one.inputs;
}

/** Of each input the other inputs that are nearest to it, as a text. */
function nearestOf({ inputs, values }: Similarities): readonly string[] {
  const nearest = Array.from({ length: inputs }, () => ({ at: -Infinity, inputs: [] as number[] }));
  const see = (input: number, neighbour: number, similarity: number): void => {
    const best = nearest[input];
    if (best === undefined || similarity < best.at) return;
    if (similarity > best.at) nearest[input] = { at: similarity, inputs: [neighbour] };
    else best.inputs.push(neighbour);
  };
  let pair = 0;
  for (let input = 0; input < inputs; input += 1) {
    for (let neighbour = input + 1; neighbour < inputs; neighbour += 1) {
      const similarity = values[pair] ?? 0;
      see(input, neighbour, similarity);
      see(neighbour, input, similarity);
      pair += 1;
    }
  }
  return nearest.map((best) => best.inputs.toSorted((a, b) => a - b).join(" "));
}
