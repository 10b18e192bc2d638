import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountBar, accountSum, accountWords } from "../figures/account-bar.tsx";
import { CriterionCell } from "../figures/criterion-cell.tsx";
import { COLUMN_NAMES, columnOf } from "../figures/quality.ts";
import { VerdictWord } from "../figures/verdict-word.tsx";
import { experimentHref } from "../frame/links.ts";
import { Said } from "../frame/said.tsx";
import type { ListedExperiment } from "./groups.ts";
import { Reason } from "./reason.tsx";

/** One experiment: the verdict, why, the four glyphs, and what became of its mirrors. */
export function ExperimentRow({ listed }: { readonly listed: ListedExperiment }): ReactNode {
  const { experiment, standing } = listed;
  const { id, silent, replay, criteria, counts, verdict } = experiment;
  const without = verdict?.decision === "cannot_judge" ? "no figures" : "no pairs yet";
  return (
    <li className="row columns">
      <VerdictWord standing={standing} />
      <div className="main">
        <h3 className="who">
          <Link href={experimentHref(id)}>
            <span className="name-of">
              <Said text={silent} />
            </span>
          </Link>
          {replay && <span className="quiet"> replay</span>}
        </h3>
        <p className="why">
          <Reason experiment={experiment} standing={standing} />
        </p>
      </div>
      <div className="four">
        {COLUMN_NAMES.map((column) => (
          <CriterionCell
            key={column}
            column={column}
            criterion={columnOf(criteria, column)}
            without={criteria.length === 0 ? without : "not asked for"}
          />
        ))}
      </div>
      <div className="account" title={accountSum(counts)}>
        <AccountBar account={counts} />
        <span className="say">{accountWords(counts, verdict?.measured ?? null)}</span>
      </div>
    </li>
  );
}
