import type { CostReport, Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { FigureTable } from "../frame/figure-table.tsx";
import { count, ms, percent, times, usd, withInterval } from "../frame/format.ts";

/** Both sides next to each other: errors, time, money and tokens. */
export function Sides({ report }: { readonly report: Report }): ReactNode {
  const { errors, latency, first_token, cost, list_cost, tokens, queue_wait_ms } = report;
  return (
    <FigureTable
      title="Both sides"
      titled={false}
      head={["primary", "silent", "silent against primary (95 % interval, for one look)"]}
      rows={[
        {
          name: "calls",
          figures: [
            ["pairs", report.pairs.called, count(report.pairs.called)],
            ["", null, count(report.pairs.called)],
          ],
        },
        {
          name: "errors",
          figures: [
            ["primary_errors", errors.primary.count, withInterval(errors.primary, percent)],
            ["silent_errors", errors.silent.count, withInterval(errors.silent, percent)],
          ],
        },
        ...timingRows("latency", latency),
        ...timingRows("first token", first_token),
        costRow("cost", "", cost),
        costRow("cost with nothing cached", "list_", list_cost),
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
      ["", null, withInterval(rank === "p50" ? timing.difference_p50 : timing.difference_p95, signedMs)],
    ] as const,
  }));
}

function signedMs(value: number | null): string {
  return value !== null && value > 0 ? `+${ms(value)}` : ms(value);
}

function costRow(name: string, figure: string, { primary_usd, silent_usd, ratio }: CostReport) {
  return {
    name,
    figures: [
      [`${figure}primary_cost`, primary_usd, usd(primary_usd)],
      [`${figure}silent_cost`, silent_usd, usd(silent_usd)],
      [`${figure}cost_ratio`, ratio.value, withInterval(ratio, times)],
    ] as const,
  };
}
