import { useCallback, useRef } from "react";

/** Does one piece of work after the other, in the order in which they were asked for, whatever became of those before. */
export function useInTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return useCallback(<T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.current.then(work, work);
    last.current = mine;
    return mine;
  }, []);
}
