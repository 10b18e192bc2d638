import { type RefObject, useCallback, useRef } from "react";

/** Steps through what is marked inside `root`: both sides of a place are marked, and brought into view. */
export function usePlaces(root: RefObject<HTMLElement | null>): {
  readonly next: () => void;
  readonly previous: () => void;
} {
  const at = useRef<number | null>(null);
  const step = useCallback(
    (by: 1 | -1): void => {
      const marks = [...(root.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
      const places = [...new Set(marks.map(placeOf))].toSorted((one, other) => one - other);
      if (places.length === 0) return;
      const now = at.current === null ? -1 : places.indexOf(at.current);
      const index = now === -1 ? (by === 1 ? 0 : places.length - 1) : (now + by + places.length) % places.length;
      at.current = places[index] ?? null;
      for (const mark of marks) mark.classList.toggle("at", placeOf(mark) === at.current);
      root.current?.querySelector(".at")?.scrollIntoView({ block: "center" });
    },
    [root],
  );
  return { next: useCallback(() => step(1), [step]), previous: useCallback(() => step(-1), [step]) };
}

function placeOf({ dataset }: HTMLElement): number {
  return Number(dataset["place"]);
}
