import type { Report, Review } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { FigureTable } from "../frame/figure-table.tsx";
import { correlation, count, percent, usd, withInterval, words } from "../frame/format.ts";

/** What judge and embedding model say of an experiment; nothing where nobody asked them. */
export function Reviews({ report }: { readonly report: Report }): ReactNode {
  const { reviews } = report;
  const { similarity } = reviews;
  const notJudged = Object.entries(reviews.not_judged);
  const asked = reviews.judged + similarity.pairs + similarity.failed + notJudged.length > 0;
  if (!asked) return null;
  const rate = (name: string, label: string, of: Report["reviews"]["tie"]) => ({
    name: label,
    figures: [[name, of.value, withInterval(of, percent)] as const, ["", null, count(of.of)] as const],
  });
  const plain = (name: string, label: string, value: number | null, text: string) => ({
    name: label,
    figures: [[name, value, text] as const, ["", null, ""] as const],
  });
  return (
    <>
      <FigureTable
        title="Judge and similarity"
        head={["rate (95 % interval, for one look)", "of pairs"]}
        rows={[
          plain("judged", "judged pairs", reviews.judged, count(reviews.judged)),
          ...notJudged.map(([reason, number]) =>
            plain(`not_judged_${reason}`, `not judged: ${words(reason)}`, number, count(number)),
          ),
          rate("prefer_silent", "prefers the silent answer", reviews.prefer_silent),
          rate("prefer_primary", "prefers the primary answer", reviews.prefer_primary),
          rate("tie", "says they are as good", reviews.tie),
          rate("order_dependent", "depends on the order", reviews.order_dependent),
          rate("first_place_won", "of those, the first place won", reviews.first_place_won),
          rate("unparseable", "cannot be read", reviews.unparseable),
          plain("judge_cost", "cost of judging", reviews.judge_cost_usd, usd(reviews.judge_cost_usd)),
          plain("similarity_pairs", "similarity measured", similarity.pairs, count(similarity.pairs)),
          plain("similarity_mean", "similarity, mean", similarity.mean, correlation(similarity.mean)),
          plain(
            "similarity_p50",
            "similarity, p5 / p50 / p95",
            similarity.p50,
            `${correlation(similarity.p5)} / ${correlation(similarity.p50)} / ${correlation(similarity.p95)}`,
          ),
          plain("similarity_failed", "similarity not measured", similarity.failed, count(similarity.failed)),
          plain("embedding_cost", "cost of embedding", reviews.embedding_cost_usd, usd(reviews.embedding_cost_usd)),
        ]}
      />
      <p className="dim">
        The verdict does not read these figures. Preferences are of pairs that both orders agree on.
      </p>
    </>
  );
}

/** What judge and embedding model say of one pair. */
export function PairReview({ review }: { readonly review: Review | null }): ReactNode {
  if (review === null) return null;
  const { judgement, not_judged, choices, similarity, judge } = review;
  const row = (name: string, text: string) => ({ name, figures: [["", null, text] as const] });
  const said = (choice: string | null | undefined): string => choice ?? "no judgement";
  return (
    <FigureTable
      title="Judge and similarity"
      head={["said"]}
      rows={[
        row("judgement", words(judgement ?? (not_judged === null ? "nobody asked" : `none: ${not_judged}`))),
        ...(choices === null
          ? []
          : [
              row("with the primary answer as A", said(choices.primary_first)),
              row("with the silent answer as A", said(choices.silent_first)),
            ]),
        ...(judge === null ? [] : [row("judge", judge), row("cost of judging", usd(review.judge_cost_usd))]),
        row("similarity", review.similarity_failed ? "not measured" : correlation(similarity)),
      ]}
    />
  );
}
