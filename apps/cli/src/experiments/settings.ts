import type { ExperimentChange } from "@understudy/contracts";
import { UsageError } from "../client-command.ts";

const text = { type: "string" } as const;
export const SETTING_OPTIONS = {
  "sample-rate": text,
  "ends-at": text,
  "max-usd-per-day": text,
  concurrency: text,
  reason: text,
} as const;

export const SETTINGS_HELP = `  --sample-rate SHARE    of the requests that are mirrored, 0 to 1, or such as 10%
  --ends-at DATE         when it ends by itself, such as 2026-12-24T18:00:00Z
  --max-usd-per-day USD  for the calls of its silent model
  --concurrency N        calls of its silent model at once, in each worker
  --reason TEXT          why, for the list of events
`;

type Settings = Omit<ExperimentChange, "state">;

/** What the flags say. `config` sets one back to what the configuration has. Throws `UsageError`. */
export function settingsIn(values: Readonly<Record<string, unknown>>): Settings {
  const given = (flag: keyof typeof SETTING_OPTIONS): string | undefined => values[flag] as string | undefined;
  const read = (flag: keyof typeof SETTING_OPTIONS, reads: (written: string) => number): number | null | undefined => {
    const written = given(flag);
    if (written === undefined) return undefined;
    if (written === "config") return null;
    const value = reads(written);
    if (Number.isNaN(value)) throw new UsageError(`--${flag}: ${written} cannot be read`);
    return value;
  };
  const all = {
    sample_rate: read("sample-rate", (written) =>
      written.endsWith("%") ? numberIn(written.slice(0, -1)) / 100 : numberIn(written),
    ),
    ends_at: read("ends-at", (written) => Date.parse(written)),
    max_usd_per_day: read("max-usd-per-day", (written) => numberIn(written.replace(/^\$/, ""))),
    concurrency: read("concurrency", numberIn),
    reason: given("reason"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The gateway says which numbers it takes. */
function numberIn(written: string): number {
  return written.trim() === "" ? Number.NaN : Number(written);
}
