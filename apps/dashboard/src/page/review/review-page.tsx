import type { LabelProgress } from "@understudy/evaluation";
import type { ExperimentSummary } from "@understudy/store";
import type { ReactNode } from "react";
import { Link, useSearch } from "wouter";
import { useApiOnce } from "../frame/api.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading } from "../frame/states.tsx";
import { LabelQueue } from "./label-queue.tsx";
import "./review.css";
import { WorstQueue } from "./worst-queue.tsx";

/**
 * Pairs to be read, one after the other. `?experiment=` names whose; with `of=labels` those that people are asked about, else the
 * worst, all or of a `kind`, from the `pair` on.
 */
export function ReviewPage(): ReactNode {
  const query = new URLSearchParams(useSearch());
  const experiment = query.get("experiment");
  usePageTitle(experiment === null ? "Review" : `Review ${experiment}`);
  if (experiment === null || experiment === "") return <Queues />;
  if (query.get("of") === "labels") return <LabelQueue key={experiment} experiment={experiment} />;
  const [kind, from] = [query.get("kind"), query.get("pair")];
  return <WorstQueue key={`${experiment} ${kind}`} experiment={experiment} kind={kind} from={from} />;
}

/** What there is to review, an experiment a line. */
function Queues(): ReactNode {
  const { data, error } = useApiOnce<{ readonly data: readonly ExperimentSummary[] }>("/api/experiments");
  return (
    <>
      <div className="head">
        <h1>Review</h1>
      </div>
      <p className="soft">Which of two answers is better, without knowing which model wrote which.</p>
      {data === undefined && (error === null ? <Loading /> : <Fault error={error} />)}
      {data?.data.length === 0 && <p>Nothing has been mirrored yet, so there is nothing to review.</p>}
      <ul className="queues-of">
        {(data?.data ?? [])
          .filter(({ primary, silent }) => primary !== silent)
          .map((experiment) => (
            <QueueOf key={experiment.id} experiment={experiment} />
          ))}
      </ul>
    </>
  );
}

function QueueOf({ experiment }: { readonly experiment: ExperimentSummary }): ReactNode {
  const id = encodeURIComponent(experiment.id);
  const labels = useApiOnce<LabelProgress>(`/api/experiments/${id}/labels`).data;
  return (
    <li>
      <p className="who">
        <span className="name-of">{experiment.silent}</span>{" "}
        <span className="soft">
          for <span className="name-of">{experiment.primary}</span>
        </span>
      </p>
      <p className="quiet">
        {labels === undefined
          ? "Nobody is asked for labels here."
          : `${labels.labelled} of ${labels.drawn} labelled, ${labels.waiting} wait.`}
      </p>
      <p className="acts">
        <Link className="btn" href={`/review?experiment=${id}&of=worst`}>
          Read the worst pairs
        </Link>
        {labels !== undefined && labels.waiting > 0 && (
          <Link className="btn" href={`/review?experiment=${id}&of=labels`}>
            Label {labels.waiting}
          </Link>
        )}
      </p>
    </li>
  );
}
