import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountLine } from "./account.tsx";
import { useApi } from "./api.ts";
import { LatencyBars, Timeline } from "./charts.tsx";
import { against, reportPath } from "./experiments-page.tsx";
import { FigureTable } from "./figure-table.tsx";
import { count, ms, percent, usd, withInterval, words } from "./format.ts";
import { Reviews } from "./reviews.tsx";
import { Fault, Loading } from "./states.tsx";
import { CriteriaTable, VerdictLine } from "./verdict.tsx";

/** What one experiment's pairs say: what must be known first, the answer, and all that it rests on. */
export function ExperimentPage({ id }: { readonly id: string }): ReactNode {
  const { data: report, error } = useApi<Report>(reportPath(id));
  if (report === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  const { experiment } = report;
  return (
    <>
      <h1>
        {experiment.silent} <span className="dim">{against(experiment)}</span>
      </h1>
      {report.warnings.map((warning) => (
        <p className="warning" key={warning}>
          {warning}
        </p>
      ))}
      <section className="card">
        <VerdictLine verdict={report.verdict} />
        <CriteriaTable criteria={report.verdict.criteria} />
        <AccountLine account={report.account} />
        <p>
          <Link href={`/pairs?experiment=${encodeURIComponent(id)}`}>All pairs</Link>,{" "}
          <Link href={`/pairs?experiment=${encodeURIComponent(id)}&agrees=false`}>those that disagree</Link>
        </p>
      </section>
      <Sides report={report} />
      <Quality report={report} />
      <Reviews report={report} />
      {report.latency_bars.length > 0 && <LatencyBars bars={report.latency_bars} />}
      {report.timeline.length > 1 && <Timeline points={report.timeline} />}
      <Failures report={report} />
      {!experiment.replay && <Selection report={report} />}
      <Worst report={report} />
    </>
  );
}

function Sides({ report }: { readonly report: Report }): ReactNode {
  const { errors, latency, first_token, cost, tokens, queue_wait_ms } = report;
  return (
    <FigureTable
      title="Both sides"
      head={["", "primary", "silent", "silent − primary (95 % interval)"]}
      rows={[
        { name: "calls", figures: [["pairs", report.pairs.called, count(report.pairs.called)]] },
        {
          name: "errors",
          figures: [
            ["primary_errors", errors.primary.count, withInterval(errors.primary, percent)],
            ["silent_errors", errors.silent.count, withInterval(errors.silent, percent)],
          ],
        },
        ...timingRows("latency", latency),
        ...timingRows("first token", first_token),
        {
          name: "cost",
          figures: [
            ["primary_cost", cost.primary_usd, usd(cost.primary_usd)],
            ["silent_cost", cost.silent_usd, usd(cost.silent_usd)],
          ],
        },
        {
          name: "tokens in / out",
          figures: [
            ["", null, `${count(tokens.primary_input)} / ${count(tokens.primary_output)}`],
            ["", null, `${count(tokens.silent_input)} / ${count(tokens.silent_output)}`],
          ],
        },
        {
          name: "waited on the queue, p50 / p95",
          figures: [
            ["", null, "–"],
            ["", null, `${ms(queue_wait_ms.p50)} / ${ms(queue_wait_ms.p95)}`],
          ],
        },
      ]}
    />
  );
}

function timingRows(name: string, timing: Report["latency"]) {
  const figure = name === "latency" ? "" : "first_token_";
  return (["p50", "p95"] as const).map((rank) => ({
    name: `${name} ${rank}`,
    figures: [
      [`${figure}primary_${rank}`, timing.primary[rank], ms(timing.primary[rank])],
      [`${figure}silent_${rank}`, timing.silent[rank], ms(timing.silent[rank])],
      ["", null, withInterval(rank === "p50" ? timing.difference_p50 : timing.difference_p95, ms)],
    ] as const,
  }));
}

function Quality({ report }: { readonly report: Report }): ReactNode {
  const { quality, pairs } = report;
  const rate = (value: Report["quality"]["disagreement"]) => withInterval(value, percent);
  return (
    <FigureTable
      title="Agreement"
      head={["", "rate (95 % interval)", "of pairs"]}
      rows={[
        { name: "comparable pairs", figures: [["comparable", pairs.comparable, count(pairs.comparable)]] },
        {
          name: "disagree",
          figures: [
            ["disagreement", quality.disagreement.value, rate(quality.disagreement)],
            ["", null, count(quality.disagreement.of)],
          ],
        },
        {
          name: "the control disagrees with itself",
          figures:
            quality.floor === null
              ? [["floor", null, "no control"]]
              : [
                  ["floor", quality.floor.value, rate(quality.floor)],
                  ["", null, count(quality.floor.of)],
                ],
        },
        ...quality.by_rule.map(({ rule, disagreement }) => ({
          name: `disagree, ${words(rule)}`,
          figures: [["", null, rate(disagreement)] as const, ["", null, count(disagreement.of)] as const],
        })),
        ...quality.measures.map(({ name, rate: held }) => ({
          name: words(name),
          figures: [["", null, rate(held)] as const, ["", null, count(held.of)] as const],
        })),
        ...quality.flags.map(({ name, primary, silent }) => ({
          name: `${words(name)}, primary and silent`,
          figures: [
            ["", null, `${percent(primary.value)} and ${percent(silent.value)}`] as const,
            ["", null, count(silent.of)] as const,
          ],
        })),
        ...Object.entries(pairs.not_comparable).map(([reason, number]) => ({
          name: `not comparable: ${words(reason)}`,
          figures: [["", null, ""] as const, ["", null, count(number)] as const],
        })),
      ]}
    />
  );
}

function Failures({ report }: { readonly report: Report }): ReactNode {
  const { failures } = report.errors;
  if (failures.length === 0) return null;
  return (
    <FigureTable
      title="Failures of the silent model"
      head={["", "pairs", "newest message"]}
      rows={failures.map(({ kind, count: number, example }) => ({
        name: words(kind),
        figures: [
          ["", null, count(number)],
          ["", null, example],
        ],
      }))}
    />
  );
}

function Selection({ report }: { readonly report: Report }): ReactNode {
  const { selection } = report;
  const asked = selection.configured_rate === null ? "not one figure" : percent(selection.configured_rate);
  return (
    <FigureTable
      title="Selection"
      head={["requests", "mirrored", "of", ""]}
      rows={[
        {
          name: `all (asked for: ${asked})`,
          figures: [
            ["", null, withInterval(selection.sampled, percent)],
            ["", null, count(selection.sampled.of)],
            ["", null, selection.sample_ratio?.ok === false ? "✕ not what was asked for" : ""],
          ],
        },
        ...selection.strata.map(({ by, name, share, off }) => ({
          name: `${by} ${name}`,
          figures: [
            ["", null, percent(share.value)] as const,
            ["", null, count(share.of)] as const,
            ["", null, off ? "✕ not what was asked for" : ""] as const,
          ],
        })),
      ]}
    />
  );
}

function Worst({ report }: { readonly report: Report }): ReactNode {
  const lists = Object.entries(report.worst).filter(([, pairs]) => pairs.length > 0);
  if (lists.length === 0) return null;
  return (
    <section className="card">
      <h2>Worst pairs</h2>
      <div className="sides">
        {lists.map(([measure, pairs]) => (
          <div key={measure}>
            <h3>{words(measure)}</h3>
            <ol>
              {pairs.map(({ id, value }) => (
                <li key={id}>
                  <Link href={`/pairs/${encodeURIComponent(id)}`}>{id.slice(0, 22)}…</Link>{" "}
                  <span className="dim">{worstValue(measure, value)}</span>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

function worstValue(measure: string, value: number): string {
  if (measure === "slower") return `+${ms(value)}`;
  if (measure === "dearer") return `+${usd(value)}`;
  return measure === "longer" ? `${value.toFixed(1)} × as long` : `likeness ${value.toFixed(2)}`;
}
