import { textDifference } from "./text-difference.ts";

/** The two texts, with a number that their difference comes back with. */
export interface DifferenceAsked {
  readonly id: number;
  readonly left: string;
  readonly right: string;
}

addEventListener("message", ({ data }: MessageEvent<DifferenceAsked>) => {
  postMessage({ id: data.id, difference: textDifference(data.left, data.right) });
});
