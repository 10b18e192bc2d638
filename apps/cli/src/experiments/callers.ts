import type { Account, CallerAccounts, CallersBy } from "@understudy/contracts";
import { tableOf } from "../report/as-table.ts";
import { clean } from "../report/words.ts";

/** Columns of a usual terminal. */
const WIDEST = 80;
const OUTCOMES = ["admitted", "paired", "failed", "expired", "lost", "pending"] as const;

/** The account of an experiment, a row for each key or team. */
export function callersText({ counts, callers, others }: CallerAccounts, by: CallersBy): string {
  const named = callers.map(({ key_alias, team, counts: of }) => [
    nameOf(by === "key" ? key_alias : team),
    ...figures(of),
  ]);
  const rows = [...named, ["others", ...figures(others)], ["all", ...figures(counts)]];
  return tableOf([by, ...OUTCOMES, "dropped", "skipped"], rows, WIDEST);
}

const nameOf = (name: string | null): string => clean(name ?? "-");

function figures(account: Account): readonly string[] {
  const sum = (by: Account["dropped"]): number => Object.values(by).reduce((all, count) => all + count, 0);
  return [...OUTCOMES.map((name) => account[name]), sum(account.dropped), sum(account.skipped)].map(String);
}
