import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { CopyableId } from "../frame/copyable-id.tsx";
import { Reviews } from "../review/reviews.tsx";
import { Agreement } from "./agreement.tsx";
import { CriteriaTable } from "./criteria-table.tsx";
import { Kinds } from "./kinds.tsx";
import { Selection } from "./selection.tsx";
import { Sides } from "./sides.tsx";
import { evidenceText } from "./verdict-words.ts";

interface FoldsProps {
  readonly report: Report;
  /** Whether the kinds of request have not been shown before. */
  readonly kinds: boolean;
  /** Whether its course is kept. */
  readonly kept: boolean;
}

/** What decides nothing by itself, one line each until it is opened. */
export function Folds({ report, kinds, kept }: FoldsProps): ReactNode {
  const { experiment, verdict } = report;
  return (
    <div className="part folds">
      {kinds && !experiment.control && <Kinds id={kept ? experiment.id : null} kinds={verdict.kinds} />}
      {!experiment.control && (
        <Fold title="All criteria" about={evidenceText(report)}>
          <CriteriaTable verdict={verdict} />
        </Fold>
      )}
      <Fold title="Both sides" about="latency, first token, tokens, cost">
        <Sides report={report} />
      </Fold>
      <Fold title="Agreement" about="by every measure there is, and what the judge says">
        <Agreement report={report} />
        <Reviews report={report} />
      </Fold>
      {!experiment.replay && (
        <Fold title="Selection" about="what was mirrored, by kind of request" open={!report.selection.ok}>
          <Selection report={report} />
        </Fold>
      )}
      <Fold title="Id" about="for the API and the command line">
        <p>
          <CopyableId name="experiment" id={experiment.id} />
        </p>
      </Fold>
    </div>
  );
}

interface FoldProps {
  readonly title: string;
  readonly about: string;
  readonly open?: boolean;
  readonly children: ReactNode;
}

function Fold({ title, about, open = false, children }: FoldProps): ReactNode {
  return (
    <details className="fold" open={open}>
      <summary>
        <h2>{title}</h2>
        <span className="quiet">{about}</span>
      </summary>
      {children}
    </details>
  );
}
