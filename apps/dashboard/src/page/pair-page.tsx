import type { Review } from "@understudy/evaluation";
import type { Pair } from "@understudy/store";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Answers } from "./answers.tsx";
import { useApi } from "./api.ts";
import { FigureTable } from "./figure-table.tsx";
import { ms, times, usd, when, words } from "./format.ts";
import { agreementWords } from "./pairs-page.tsx";
import { PairReview } from "./reviews.tsx";
import { Fault, Loading } from "./states.tsx";

/** As `GET /api/pairs/:id` answers it. */
type ReviewedPair = Pair & { readonly review: Review | null };

/** One pair: both answers side by side, what they took and cost, and what was changed for the silent model. */
export function PairPage({ id }: { readonly id: string }): ReactNode {
  const { data: pair, error } = useApi<ReviewedPair>(`/api/pairs/${encodeURIComponent(id)}`);
  if (pair === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  return (
    <>
      <h1>Pair</h1>
      <p className="dim">
        <Link href={`/experiments/${encodeURIComponent(pair.experiment)}`}>{pair.experiment}</Link>,{" "}
        {when(pair.created_at)} UTC, {pair.reason === null ? pair.outcome : `${pair.outcome}: ${pair.reason}`};{" "}
        <strong>{agreementWords(pair)}</strong>
      </p>
      <Ids pair={pair} />
      <Answers primary={pair.primary.answer} silent={pair.silent?.answer ?? null} />
      <Timings pair={pair} />
      <PairReview review={pair.review} />
      <Changes pair={pair} />
      <section className="card">
        <h2>Request</h2>
        {pair.request === null ? (
          <p className="dim">Its text was not kept, or its retention is over.</p>
        ) : (
          <pre>{JSON.stringify(pair.request, null, 2)}</pre>
        )}
      </section>
      <section className="card">
        <h2>Comparison</h2>
        <pre>{JSON.stringify(pair.comparison, null, 2)}</pre>
      </section>
    </>
  );
}

function Ids({ pair }: { readonly pair: Pair }): ReactNode {
  const ids = { pair: pair.id, request: pair.request_id, "client's": pair.primary.client_request_id };
  return (
    <p className="ids">
      {Object.entries(ids).map(
        ([name, id]) =>
          id !== null && (
            <span key={name}>
              {name} <code>{id}</code>{" "}
              <button type="button" className="quiet" onClick={() => void navigator.clipboard?.writeText(id)}>
                Copy
              </button>
            </span>
          ),
      )}
    </p>
  );
}

function Timings({ pair }: { readonly pair: Pair }): ReactNode {
  const { primary, silent, comparison } = pair;
  const row = (name: string, figure: (call: Call) => string) => ({
    name,
    figures: [["", null, figure(primary)] as const, ["", null, silent === null ? "–" : figure(silent)] as const],
  });
  return (
    <>
      <FigureTable
        title="Calls"
        head={["", "primary", "silent"]}
        rows={[
          row("status", ({ status, error }) => (error === null ? status : `${status}: ${error.message}`)),
          row("latency", ({ timing }) => ms(timing.model_ms)),
          row("first token", ({ timing }) => ms(timing.first_token_ms)),
          row("waited on the queue", ({ timing }) => ms(timing.queue_wait_ms)),
          row("tokens in / out", tokens),
          row("cost", ({ cost_usd }) => usd(cost_usd)),
          row("cost with nothing cached", ({ list_cost_usd }) => usd(list_cost_usd)),
          row("model", ({ response_model, model }) => response_model ?? model ?? "–"),
          row("attempts", ({ attempts }) => String(attempts.length)),
        ]}
      />
      <p className="dim">
        silent over primary: latency {times(comparison?.latency_ratio ?? null)}, cost{" "}
        {times(comparison?.cost_ratio ?? null)} ({times(comparison?.list_cost_ratio ?? null)} with nothing cached)
      </p>
    </>
  );
}

type Call = Pair["primary"];

function tokens({ usage }: Call): string {
  if (usage === null) return "unknown";
  const cached = usage.cached_tokens === 0 ? "" : ` (${usage.cached_tokens} cached)`;
  return `${usage.input_tokens}${cached} / ${usage.output_tokens}`;
}

function Changes({ pair }: { readonly pair: Pair }): ReactNode {
  const changes = pair.silent?.changes ?? [];
  if (changes.length === 0) return null;
  return (
    <section className="card scroll">
      <h2>Changed for the silent model</h2>
      <table>
        <tbody>
          {changes.map(({ param, action, reason }) => (
            <tr key={`${param} ${action}`}>
              <th scope="row">{param}</th>
              <td>{words(action)}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
