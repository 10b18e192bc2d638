import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { FigureTable } from "../frame/figure-table.tsx";
import { correlation, count, percent, withInterval, words } from "../frame/format.ts";

/** How often the answers agree, against the control's floor, by every measure there is. */
export function Agreement({ report }: { readonly report: Report }): ReactNode {
  const { quality, pairs } = report;
  const rate = (value: Report["quality"]["disagreement"]) => withInterval(value, percent);
  return (
    <FigureTable
      title="Agreement"
      titled={false}
      head={["rate (95 % interval, for one look)", "of pairs"]}
      rows={[
        {
          name: "comparable",
          figures: [
            ["", null, pairs.called === 0 ? "–" : percent(pairs.comparable / pairs.called)],
            ["comparable", pairs.comparable, `${count(pairs.comparable)} of ${count(pairs.called)}`],
          ],
        },
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
        ...vectorRows(quality.vectors),
        ...Object.entries(pairs.not_comparable).map(([reason, number]) => ({
          name: `not comparable: ${words(reason)}`,
          figures: [["", null, ""] as const, ["", null, count(number)] as const],
        })),
      ]}
    />
  );
}

/** How alike embeddings rank; nothing where there are none. */
function vectorRows(vectors: Report["quality"]["vectors"]) {
  if (vectors === null) return [];
  const { pairs, rank_correlation, same_nearest } = vectors;
  const { mean, p5, p50 } = rank_correlation;
  const row = (name: string, label: string, value: number | null, text: string) => ({
    name: label,
    figures: [[name, value, text] as const, ["", null, count(pairs)] as const],
  });
  return [
    row("rank_correlation_mean", "rank correlation of embeddings, mean", mean, correlation(mean)),
    row("rank_correlation_p50", "rank correlation, p5 / p50", p50, `${correlation(p5)} / ${correlation(p50)}`),
    row("same_nearest", "inputs with the same nearest neighbour", same_nearest.mean, percent(same_nearest.mean)),
  ];
}
