import type { ExperimentOverview } from "@understudy/contracts";
import { useApi } from "../frame/api.ts";

export interface Overviews {
  readonly data: readonly ExperimentOverview[] | undefined;
  readonly error: Error | null;
}

/** Every experiment with its verdict, in one request. */
export function useOverviews(): Overviews {
  const { data, error } = useApi<{ readonly data: readonly ExperimentOverview[] }>("/api/experiments?include=verdict");
  return { data: data?.data, error };
}
