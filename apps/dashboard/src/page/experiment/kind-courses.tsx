import type { ExperimentHistory, KindHistory } from "@understudy/contracts";
import { lazy, type ReactNode, Suspense } from "react";
import { useApi } from "../frame/api.ts";
import { words } from "../frame/format.ts";
import { experimentPath } from "../frame/links.ts";
import { boundsOfKind, type Kind } from "./kind-bounds.ts";
import { kindsInOrder } from "./verdict-words.ts";

const CriterionChart = lazy(async () => ({ default: (await import("../charts/criterion-chart.tsx")).CriterionChart }));

/** What needs a look stands first; the table above has the rest. */
const MOST = 12;

interface KindCoursesProps {
  readonly id: string | null;
  readonly kinds: readonly Kind[];
}

/** A small picture for each kind that is judged: how its bounds narrowed. */
export function KindCourses({ id, kinds }: KindCoursesProps): ReactNode {
  const { data } = useApi<ExperimentHistory>(id === null ? null : `${experimentPath(id)}/history?include=kinds`);
  const drawn = kindsInOrder(kinds)
    .filter(({ state }) => state !== "small")
    .flatMap((kind) => {
      const history = data?.kinds.find(({ name }) => name === kind.name) ?? null;
      return history === null || history.points.length < 2 ? [] : [{ kind, history }];
    })
    .slice(0, MOST);
  if (drawn.length === 0) return null;
  return (
    <div className="multiples of-kinds" role="group" aria-label="How the bounds of each kind narrowed">
      <Suspense fallback={<div className="chart waiting" />}>
        {drawn.map(({ kind, history }) => (
          <CriterionChart
            key={kind.name}
            title={words(kind.name)}
            criterion={boundsOfKind(kind)}
            history={courseOf(kind, history)}
            across="pairs"
          />
        ))}
      </Suspense>
    </div>
  );
}

/** Against the margin that it is drawn against; a day on which it was shown to be within another is none of this picture's. */
function courseOf(kind: Kind, history: KindHistory): KindHistory {
  const { margin, state } = boundsOfKind(kind);
  const decided = history.decided?.state === state ? history.decided : null;
  return { ...history, margin, decided };
}
