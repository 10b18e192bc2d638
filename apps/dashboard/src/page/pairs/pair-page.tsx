import type { ReactNode } from "react";
import { Link } from "wouter";
import { BothAnswers } from "../answers/both-answers.tsx";
import { Visible } from "../answers/prose.tsx";
import { Talk } from "../answers/talk.tsx";
import { useApiOnce } from "../frame/api.ts";
import { CopyableId } from "../frame/copyable-id.tsx";
import { ms, usd, words } from "../frame/format.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading } from "../frame/states.tsx";
import { When } from "../frame/when.tsx";
import { PairReview } from "../review/reviews.tsx";
import { type PairDetail, pairPath, shownAnswer } from "./pair-detail.ts";
import { Calls, Changes, Rankings } from "./pair-figures.tsx";
import { saidOf } from "./pair-rows.tsx";
import "./pairs.css";

/** One pair: why it is worth reading, what was asked and answered, what that took and cost, and its ids. */
export function PairPage({ id }: { readonly id: string }): ReactNode {
  const { data: pair, error } = useApiOnce<PairDetail>(pairPath(id));
  usePageTitle("Pair");
  if (pair === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  return (
    <>
      <Head pair={pair} />
      <Talk conversation={pair.conversation} />
      <BothAnswers
        left={shownAnswer(pair.primary)}
        right={shownAnswer(pair.silent)}
        tools={pair.conversation?.tools ?? []}
        names={{
          left: <Side role="primary" name={pair.primary.model_group} call={pair.primary} />,
          right: <Side role="silent" name={pair.silent_model} call={pair.silent} />,
        }}
      />
      <Said pair={pair} />
      <Calls pair={pair} />
      <Rankings comparison={pair.comparison} />
      <PairReview review={pair.review} />
      <Changes pair={pair} />
      <Ids pair={pair} />
      <Raw title="Request" value={pair.request} />
      <Raw title="Comparison" value={pair.comparison} />
    </>
  );
}

function Head({ pair }: { readonly pair: PairDetail }): ReactNode {
  const experiment = encodeURIComponent(pair.experiment);
  return (
    <div className="pair-head">
      <h1>
        <Visible text={saidOf({ ...pair, said: pair.said ?? "Pair", judgement: pair.review?.judgement ?? null })} />
      </h1>
      <p className="soft">
        <Link className="link" href={`/experiments/${experiment}`}>
          <span className="name-of">{pair.silent_model}</span> for{" "}
          <span className="name-of">{pair.primary.model_group}</span>
        </Link>
        , <When at={pair.created_at} />
        {pair.outcome !== "paired" && `, ${words(pair.outcome)}`}.{" "}
        <Link className="link" href={`/review?experiment=${experiment}&of=worst&pair=${encodeURIComponent(pair.id)}`}>
          Review it blind
        </Link>
      </p>
    </div>
  );
}

interface SideProps {
  readonly role: "primary" | "silent";
  readonly name: string;
  readonly call: PairDetail["silent"];
}

function Side({ role, name, call }: SideProps): ReactNode {
  return (
    <span className="pair-heads">
      <span className="name-of">{name}</span>
      <span className="quiet">
        {role}
        {call !== null && ` · ${ms(call.timing.model_ms)} · ${usd(call.cost_usd)}`}
      </span>
    </span>
  );
}

/** What people said of it: a label that counts, and notes that do not. */
function Said({ pair: { label, notes, primary, silent_model } }: { readonly pair: PairDetail }): ReactNode {
  const better = { primary: primary.model_group, silent: silent_model, same: "neither", skip: "cannot tell" };
  const by = (reviewer: string | null): string => (reviewer === null ? "" : ` by ${reviewer}`);
  const lines = [
    ...(label === null ? [] : [`Label${by(label.reviewer)}: ${better[label.label]} is better`]),
    ...(label?.note ? [`“${label.note}”`] : []),
    ...notes.map((note) => `Note${by(note.reviewer)}, which no verdict counts: ${better[note.label]} is better`),
  ];
  if (lines.length === 0) return null;
  return (
    <section className="part">
      <h2>What people said</h2>
      <ul>
        {lines.map((line, index) => (
          <li key={`${index} ${line}`}>
            <Visible text={line} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ids({ pair }: { readonly pair: PairDetail }): ReactNode {
  const ids = { pair: pair.id, request: pair.request_id, "client's request": pair.primary.client_request_id };
  return (
    <p className="ids">
      {Object.entries(ids).map(([name, id]) => id !== null && <CopyableId key={name} name={name} id={id} />)}
    </p>
  );
}

/** Characters of a document that are shown: the API has all of it. */
const MOST_RAW = 100_000;

function Raw({ title, value }: { readonly title: string; readonly value: unknown }): ReactNode {
  if (value === null) return null;
  const text = JSON.stringify(value, null, 2);
  return (
    <details className="fold">
      <summary>
        {title} <span className="quiet">as it is stored</span>
      </summary>
      <pre className="opened" tabIndex={0}>
        <Visible text={text.slice(0, MOST_RAW)} />
        {text.length > MOST_RAW && `\n… ${(text.length - MOST_RAW).toLocaleString("en")} characters more`}
      </pre>
    </details>
  );
}
