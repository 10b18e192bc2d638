import type { PairPage } from "@understudy/store";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { useApiOf } from "../frame/api.ts";
import { PairRows } from "./pair-rows.tsx";
import { type Sort, SortSwitch } from "./sorts.tsx";

interface WorstProps {
  readonly experiment: string;
  /** Kind of answer or request that fails, where one does. */
  readonly kind?: string | null;
  readonly most?: number;
  /** Beside the title: `40 of 269 tool calls are wrong`. */
  readonly aside?: string;
}

/** The pairs that are worth reading first; each leads to review, which goes on from there. */
export function Worst({ experiment, kind = null, most = 10, aside = "" }: WorstProps): ReactNode {
  const [sort, setSort] = useState<Sort>("worst");
  const query = new URLSearchParams({ experiment, sort, limit: String(most) });
  if (kind !== null) query.set("kind", kind);
  // Ten pairs of one prompt tell no more than one of them.
  if (sort !== "newest") query.set("per", "prompt");
  const pairs = useApiOf<PairPage>(`/api/pairs?${query}`).data?.data;
  const review = new URLSearchParams({ experiment, of: "worst", ...(kind === null ? {} : { kind }) });
  return (
    <section className="part" aria-labelledby="worst-pairs">
      <header>
        <h2 id="worst-pairs">Worst pairs</h2>
        <span className="quiet">{aside}</span>
        <span className="push">
          <SortSwitch sort={sort} change={setSort} />
        </span>
      </header>
      {pairs?.length === 0 && <p className="quiet">None of its answers is worse, as far as figures can tell.</p>}
      {pairs !== undefined && pairs.length > 0 && (
        <PairRows
          pairs={pairs}
          href={({ id }) => `/review?${review}&pair=${encodeURIComponent(id)}`}
          figures={sort === "slowest" || sort === "dearest"}
          alike={({ id }) => `/pairs?${new URLSearchParams({ alike: id, sort })}`}
        />
      )}
      <p className="links">
        <Link className="link" href={`/pairs?experiment=${encodeURIComponent(experiment)}`}>
          All pairs
        </Link>
        <Link className="link" href={`/pairs?experiment=${encodeURIComponent(experiment)}&outcome=failed`}>
          Pairs that failed
        </Link>
      </p>
    </section>
  );
}
