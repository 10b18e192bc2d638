import { type ReactNode, useCallback, useRef } from "react";
import { useKey } from "../frame/keys.ts";
import { VerdictShape } from "../figures/verdict-word.tsx";
import { FILTERS, type FilterName } from "./groups.ts";

interface VerdictFilterProps {
  readonly counts: Readonly<Record<FilterName | "all", number>>;
  readonly chosen: FilterName | null;
  /** An empty name: all. */
  readonly choose: (name: FilterName | "") => void;
}

/** What there is none of is not offered. */
export function VerdictFilter({ counts, chosen, choose }: VerdictFilterProps): ReactNode {
  const names = (Object.keys(FILTERS) as FilterName[]).filter((name) => counts[name] > 0 || name === chosen);
  return (
    <div className="filter" role="group" aria-label="Filter by verdict">
      <button type="button" aria-pressed={chosen === null} onClick={() => choose("")}>
        All <span className="number-of">{counts.all}</span>
      </button>
      {names.map((name) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => choose(name)}>
          <span className={`v-${name}`}>
            <VerdictShape standing={{ kind: name, part: name === "rollout" ? 0.25 : 0.4 }} />
          </span>
          {FILTERS[name]} <span className="number-of">{counts[name]}</span>
        </button>
      ))}
    </div>
  );
}

interface SearchFieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
}

export function SearchField({ value, change }: SearchFieldProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  useKey(
    "/",
    useCallback(() => field.current?.focus(), []),
  );
  return (
    <div className="search">
      <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
        <circle cx="6.8" cy="6.8" r="4.8" strokeWidth="1.6" />
        <path d="m10.6 10.6 3.6 3.6" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      <input
        ref={field}
        type="search"
        placeholder="Model or group"
        aria-label="Search experiments"
        aria-keyshortcuts="/"
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
