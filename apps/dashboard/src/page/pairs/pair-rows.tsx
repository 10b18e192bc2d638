import type { ListedPair } from "@understudy/store";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Visible } from "../answers/prose.tsx";
import { count, ms, usd, words } from "../frame/format.ts";
import { When } from "../frame/when.tsx";
import "./pair-rows.css";

interface PairRowsProps {
  readonly pairs: readonly ListedPair[];
  /** Where the line of a pair leads to. */
  readonly href: (pair: ListedPair) => string;
  /** Whether what each side took and cost is told. */
  readonly figures?: boolean;
  /** Where the further pairs of its prompt are, for those that stand for several. */
  readonly alike?: (pair: ListedPair) => string;
  /** Whether the experiment is told, of pairs of several. */
  readonly experiment?: boolean;
}

/** Pairs by why they are worth reading, what was asked and what was answered; ids are on the pair's own page. */
export function PairRows({ pairs, href, figures = false, experiment = false, alike }: PairRowsProps): ReactNode {
  return (
    <ol className="pair-rows">
      {pairs.map((pair) => (
        <li key={pair.id}>
          <span className="kind">{kindOf(pair)}</span>
          <div className="body">
            <p className="said">
              <Link href={href(pair)}>
                <Visible text={saidOf(pair)} />
              </Link>
            </p>
            <Excerpts pair={pair} />
            {alike !== undefined && (pair.more ?? 0) > 0 && (
              <p className="caption">
                <Link className="link" href={alike(pair)}>
                  and {count(pair.more ?? 0)} more of this prompt
                </Link>
              </p>
            )}
            {(figures || experiment) && (
              <p className="caption">
                {experiment && <span className="name-of">{pair.experiment.replace("~", " → ")}</span>}
                {experiment && figures && " · "}
                {figures && figuresOf(pair)}
              </p>
            )}
          </div>
          <When at={pair.created_at} relative />
        </li>
      ))}
    </ol>
  );
}

function Excerpts({ pair }: { readonly pair: ListedPair }): ReactNode {
  const { excerpt, primary, silent_model } = pair;
  if (excerpt === null) return <p className="ask">Its texts were not kept, or their retention is over.</p>;
  const code = pair.comparison?.kind === "tool_calls" || pair.comparison?.kind === "json";
  const shown = (text: string | null): ReactNode => {
    const said = text === null ? <span className="quiet">no answer</span> : <Visible text={text} />;
    return code && text !== null ? <code>{said}</code> : said;
  };
  return (
    <>
      {excerpt.prompt !== "" && (
        <p className="ask">
          <bdi dir="auto">
            “<Visible text={excerpt.prompt} />”
          </bdi>
        </p>
      )}
      <dl className="sides">
        <dt title={primary.model_group}>{primary.model_group}</dt>
        <dd dir="auto">{shown(excerpt.primary)}</dd>
        <dt title={silent_model}>{silent_model}</dt>
        <dd dir="auto">{shown(excerpt.silent)}</dd>
      </dl>
    </>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  tool_calls: "tool calls",
  json: "JSON",
  json_text: "JSON text",
  closed: "short text",
  code: "code",
  long_text: "free text",
  refusal: "refusal",
  empty: "empty",
  embeddings: "embeddings",
  unranked_embeddings: "embeddings",
};

function kindOf({ outcome, comparison }: ListedPair): string {
  if (outcome !== "paired") return words(outcome);
  return KINDS[comparison?.kind ?? ""] ?? "pair";
}

type Told = Pick<ListedPair, "said" | "judgement" | "primary" | "silent_model">;

/** What a judge said goes on after what figures say. */
export function saidOf({ said, judgement, primary, silent_model }: Told): string {
  if (judgement === "prefer_primary") return `${said}. The judge prefers ${primary.model_group}`;
  return judgement === "prefer_silent" ? `${said}. The judge prefers ${silent_model}` : said;
}

function figuresOf({ primary, silent }: ListedPair): string {
  const times = `${ms(primary.timing.model_ms)} → ${ms(silent?.timing.model_ms ?? null)}`;
  return `${times} · ${usd(primary.cost_usd)} → ${usd(silent?.cost_usd ?? null)}`;
}
