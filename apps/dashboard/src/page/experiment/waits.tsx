import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { words } from "../frame/format.ts";
import { Sentence } from "../frame/said.tsx";

/** Why a promote does not stand, whatever the criteria say. */
export function Waits({ verdict: { decision, blocks } }: { readonly verdict: Report["verdict"] }): ReactNode {
  if (blocks.length === 0) return null;
  const title = decision === "reject" ? "Besides, a promote would wait for" : "What a promote waits for";
  return (
    <section className="waits-part" aria-labelledby="waits">
      <h2 id="waits">{title}</h2>
      <ul className="waits" aria-label={title}>
        {blocks.map(({ name, reason }) => (
          <li key={`${name} ${reason}`}>
            <strong>{words(name)}</strong>: <Sentence text={reason} />
          </li>
        ))}
      </ul>
    </section>
  );
}
