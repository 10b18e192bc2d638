import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Standing } from "../figures/standing.ts";
import { VerdictWord } from "../figures/verdict-word.tsx";
import { Said } from "../frame/said.tsx";
import { modelsText, useGroups } from "../list/use-groups.ts";

interface CrumbProps {
  readonly href: string;
  readonly to: string;
  /** Where it leads to after that, and what it is called. */
  readonly nextHref: string;
  readonly next: ReactNode;
}

/** The way here, each step a link back. */
export function Crumb({ href, to, nextHref, next }: CrumbProps): ReactNode {
  return (
    <nav className="crumb" aria-label="Breadcrumb">
      <Link href={href}>{to}</Link>
      <span aria-hidden="true">/</span>
      <Link href={nextHref}>{next}</Link>
    </nav>
  );
}

interface JudgedHeadProps {
  readonly primary: string;
  readonly silent: string;
  /** After the names: `replay`. */
  readonly note?: string | null;
  readonly standing: Standing;
  readonly reason: ReactNode;
  /** Figures beside the verdict. */
  readonly facts: ReactNode;
}

/** Who would answer for whom, how it stands in the largest word of the page, and why. */
export function JudgedHead({ primary, silent, note = null, standing, reason, facts }: JudgedHeadProps): ReactNode {
  const models = modelsText(useGroups(), primary);
  return (
    <div className="judge">
      <div>
        <h1>
          <span className="name-of">
            <Said text={silent} />
          </span>{" "}
          <span className="soft">
            for{" "}
            <span className="name-of">
              <Said text={primary} />
            </span>
            {models !== null && (
              <>
                , now{" "}
                <span className="name-of">
                  <Said text={models} />
                </span>
              </>
            )}
            {note !== null && `, ${note}`}
          </span>
        </h1>
        <VerdictWord standing={standing} large />
        <p className="reason">{reason}</p>
      </div>
      {facts}
    </div>
  );
}
