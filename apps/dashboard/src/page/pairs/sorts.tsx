import type { ReactNode } from "react";

/** What pairs can be sorted by, as `GET /api/pairs?sort=` has it. */
export const SORTS = { worst: "worst first", newest: "newest", slowest: "slowest", dearest: "dearest" } as const;
export type Sort = keyof typeof SORTS;

export function isSort(name: string | null): name is Sort {
  return name !== null && Object.hasOwn(SORTS, name);
}

interface SortSwitchProps {
  readonly sort: Sort;
  readonly change: (sort: Sort) => void;
}

export function SortSwitch({ sort, change }: SortSwitchProps): ReactNode {
  return (
    <div className="segments" role="group" aria-label="Sort">
      {Object.entries(SORTS).map(([name, label]) => (
        <button key={name} type="button" aria-pressed={name === sort} onClick={() => isSort(name) && change(name)}>
          {label}
        </button>
      ))}
    </div>
  );
}
