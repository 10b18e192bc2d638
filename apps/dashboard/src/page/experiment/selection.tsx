import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { FigureTable } from "../frame/figure-table.tsx";
import { count, percent, withInterval } from "../frame/format.ts";

const OFF = "✕ not what was asked for";

/** Whether what was mirrored looks like what was asked for, in all and by kind of request. */
export function Selection({ report }: { readonly report: Report }): ReactNode {
  const { configured_rate, sampled, sample_ratio, strata } = report.selection;
  const asked = configured_rate === null ? "not one figure" : percent(configured_rate);
  return (
    <FigureTable
      title="Selection"
      titled={false}
      head={["mirrored", "of", "sample-ratio check"]}
      rows={[
        {
          name: `all requests (asked for: ${asked})`,
          figures: [
            ["", null, withInterval(sampled, percent)],
            ["", null, count(sampled.of)],
            ["", null, sample_ratio === null ? "–" : sample_ratio.ok ? "✓" : OFF],
          ],
        },
        ...strata.map(({ by, name, share, off }) => ({
          name: `${by}: ${name}`,
          figures: [
            ["", null, withInterval(share, percent)] as const,
            ["", null, count(share.of)] as const,
            ["", null, off ? OFF : configured_rate === null ? "–" : "✓"] as const,
          ],
        })),
      ]}
    />
  );
}
