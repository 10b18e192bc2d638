import type { Pair } from "@understudy/store";
import type { ReactNode } from "react";
import { DataTable } from "../frame/data-table.tsx";
import { FigureTable } from "../frame/figure-table.tsx";
import { correlation, count, ms, percent, times, usd, words } from "../frame/format.ts";

/** Both calls in figures; the difference is silent minus primary, the ratio silent over primary. */
export function Calls({ pair }: { readonly pair: Pair }): ReactNode {
  const { primary, silent } = pair;
  const compared: Partial<NonNullable<Pair["comparison"]>> = pair.comparison ?? {};
  const row = (name: string, figure: (call: Call) => string, against: readonly string[] = []) => ({
    name,
    figures: [figure(primary), silent === null ? "–" : figure(silent), ...against].map(
      (text) => ["", null, text] as const,
    ),
  });
  const difference = (
    value: number | null | undefined,
    ratio: number | null | undefined,
    show: (value: number | null) => string,
  ): readonly string[] => (typeof value === "number" ? [signed(value, show), times(ratio ?? null)] : ["–", "–"]);
  return (
    <FigureTable
      title="Calls"
      head={["primary", "silent", "difference", "ratio"]}
      rows={[
        row("status", ({ status, error }) => (error === null ? status : `${status}: ${error.message}`)),
        row(
          "latency",
          ({ timing }) => ms(timing.model_ms),
          difference(compared.latency_difference_ms, compared.latency_ratio, ms),
        ),
        row(
          "first token",
          ({ timing }) => ms(timing.first_token_ms),
          difference(compared.first_token_difference_ms, compared.first_token_ratio, ms),
        ),
        speedRow(compared, difference),
        row("waited on the queue", ({ timing }) => ms(timing.queue_wait_ms)),
        row("tokens in", ({ usage }) => inputTokens(usage)),
        row(
          "tokens out",
          ({ usage }) => (usage === null ? "unknown" : count(usage.output_tokens)),
          difference(compared.output_token_difference, compared.output_token_ratio, (value) => count(value ?? 0)),
        ),
        row(
          "cost",
          ({ cost_usd }) => usd(cost_usd),
          difference(compared.cost_difference_usd, compared.cost_ratio, usd),
        ),
        row(
          "cost with nothing cached",
          ({ list_cost_usd }) => usd(list_cost_usd ?? null),
          difference(compared.list_cost_difference_usd, compared.list_cost_ratio, usd),
        ),
        row("model", ({ response_model, model }) => response_model ?? model ?? "–"),
        row("attempts", ({ attempts }) => String(attempts.length)),
      ]}
    />
  );
}

type Call = Pair["primary"];

type Difference = (
  value: number | null | undefined,
  ratio: number | null | undefined,
  show: (value: number | null) => string,
) => readonly string[];

function speedRow(compared: Partial<NonNullable<Pair["comparison"]>>, difference: Difference) {
  const speed = (value: number | null | undefined): string =>
    typeof value === "number" ? `${value.toFixed(0)} tokens/s` : "–";
  const { tokens_per_second, tokens_per_second_difference, tokens_per_second_ratio } = compared;
  const texts = [
    speed(tokens_per_second?.primary),
    speed(tokens_per_second?.silent),
    ...difference(tokens_per_second_difference, tokens_per_second_ratio, speed),
  ];
  return { name: "speed after the first token", figures: texts.map((text) => ["", null, text] as const) };
}

/** How alike both models rank the inputs of a request for embeddings; nothing of answers in words. */
export function Rankings({ comparison }: Pick<Pair, "comparison">): ReactNode {
  if (comparison?.vectors_whole === undefined) return null;
  const { rank_correlation = null, same_nearest = null, inputs_ranked, dimensions_match } = comparison;
  const row = (name: string, text: string) => ({ name, figures: [["", null, text] as const] });
  return (
    <FigureTable
      title="Rankings"
      head={["of both models"]}
      rows={[
        row("inputs ranked", String(inputs_ranked ?? "none")),
        row("rank correlation of their similarities", correlation(rank_correlation)),
        row("inputs with the same nearest neighbour", percent(same_nearest)),
        row(
          "as many numbers in each vector",
          dimensions_match === true ? "yes" : dimensions_match === false ? "no" : "–",
        ),
      ]}
    />
  );
}

function inputTokens(usage: Call["usage"]): string {
  if (usage === null) return "unknown";
  return `${count(usage.input_tokens)}${usage.cached_tokens === 0 ? "" : ` (${count(usage.cached_tokens)} cached)`}`;
}

function signed(value: number, show: (value: number | null) => string): string {
  return value > 0 ? `+${show(value)}` : show(value);
}

export function Changes({ pair }: { readonly pair: Pair }): ReactNode {
  const changes = pair.silent?.changes ?? [];
  if (changes.length === 0) return null;
  return (
    <section className="card">
      <h2>Changed for the silent model</h2>
      <DataTable
        label="Changed for the silent model"
        columns={[{ name: "parameter" }, { name: "what" }, { name: "why" }]}
        rows={changes.map(({ param, action, reason }) => ({
          key: `${param} ${action}`,
          name: param,
          cells: [{ content: words(action) }, { content: reason, className: "others" }],
        }))}
      />
    </section>
  );
}
