import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

export interface Action {
  readonly busy: boolean;
  /** Why it was not done, in the gateway's words; null while all is well. */
  readonly problem: string | null;
  /** Resolves to whether it was done. Whatever is shown is asked for anew. */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>;
}

/** Something the gateway is asked to do. */
export function useAction(): Action {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (act: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      await client.invalidateQueries();
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
