import type { CriterionName } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { criterionName, facingWords } from "../figures/criterion-words.ts";
import { count, counted, percent } from "../frame/format.ts";
import { Link } from "wouter";

/** By what each rung of quality tells. */
const TELLS: Readonly<Partial<Record<CriterionName, string>>> = {
  checks: "calls against their schema, JSON against the request’s, refusals, answers cut short",
  own_checks: "checks of your own",
  rubric: "each answer by itself, by a rubric",
  judge: "a model reads both answers, in both orders",
  labels: "people read both answers, blind",
  likeness: "how often answers differ, beyond what chance does",
};

const SHADES = ["var(--ink)", "var(--ink-3)", "var(--edge)"] as const;

/** The rungs of quality that carry the verdict, and the share of the traffic that each speaks for. */
export function Carries({ report }: { readonly report: Report }): ReactNode {
  const { rungs, criteria } = report.verdict;
  if (rungs.length === 0) return null;
  return (
    <section className="part carries" aria-labelledby="carries">
      <header>
        <h2 id="carries">What carries the verdict</h2>
      </header>
      <div className="shares" aria-hidden="true">
        {rungs.map(({ name, share }, index) => (
          <i key={name} style={{ flexGrow: share, background: shade(index) }} />
        ))}
      </div>
      <dl className="rows">
        {rungs.map(({ name, share }, index) => {
          const criterion = criteria.find((one) => one.name === name);
          const bound = criterion === undefined ? null : facingWords(criterion);
          return (
            <div key={name}>
              <dt>
                <i style={{ background: shade(index) }} />
                {criterionName(name)}
              </dt>
              <dd className="share">{percent(share, 0)}</dd>
              <dd>
                {TELLS[name] ?? ""}
                {bound !== null && `; ${bound}, in ${counted(criterion?.pairs ?? 0, "pair")}`}
              </dd>
            </div>
          );
        })}
        <People labels={report.labels} id={report.experiment.id} />
      </dl>
    </section>
  );
}

function shade(index: number): string {
  return SHADES[Math.min(index, SHADES.length - 1)] ?? SHADES[0];
}

/** Whether people agree with the judge, where they are asked. */
function People({ labels, id }: { readonly labels: Report["labels"]; readonly id: string }): ReactNode {
  if (labels === null) return null;
  return (
    <div>
      <dt>People</dt>
      <dd className="share">{count(labels.labels)}</dd>
      <dd>
        labels that people gave, blind.{" "}
        <Link href={`/review?experiment=${encodeURIComponent(id)}`} className="link">
          Review more
        </Link>
      </dd>
    </div>
  );
}
