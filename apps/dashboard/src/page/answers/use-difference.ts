import { useEffect, useMemo, useState } from "react";
import type { DifferenceAsked } from "./difference-worker.ts";
import { type TextDifference, textDifference } from "./text-difference.ts";

/** Characters of both texts up to which they are compared at once: a few milliseconds. */
const AT_ONCE = 40_000;

interface Answered {
  readonly id: number;
  readonly difference: TextDifference;
}

let worker: Worker | null = null;
let asked = 0;

/** Where two texts differ; null while that is worked out, beside the page, for long ones. */
export function useDifference(left: string, right: string): TextDifference | null {
  const long = left.length + right.length > AT_ONCE;
  const short = useMemo(() => (long ? null : textDifference(left, right)), [long, left, right]);
  const [found, setFound] = useState<{ readonly of: readonly [string, string]; readonly difference: TextDifference }>();
  useEffect(() => {
    if (!long) return undefined;
    worker ??= new Worker(new URL("./difference-worker.ts", import.meta.url), { type: "module" });
    const running = worker;
    const id = (asked += 1);
    const onAnswer = ({ data }: MessageEvent<Answered>): void => {
      if (data.id === id) setFound({ of: [left, right], difference: data.difference });
    };
    running.addEventListener("message", onAnswer);
    running.postMessage({ id, left, right } satisfies DifferenceAsked, []);
    return () => running.removeEventListener("message", onAnswer);
  }, [long, left, right]);
  if (!long) return short;
  return found?.of[0] === left && found.of[1] === right ? found.difference : null;
}
