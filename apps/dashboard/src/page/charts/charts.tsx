import type { LatencyBar, TimelinePoint } from "@understudy/evaluation";
import type { ReactNode } from "react";
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { ms } from "../frame/format.ts";
import { moment } from "../frame/moments.ts";

const PRIMARY = "var(--primary)";
const SILENT = "var(--silent)";

/** How often each side took how long. The table of both sides has the same in figures. */
export function LatencyBars({ bars }: { readonly bars: readonly LatencyBar[] }): ReactNode {
  const data = bars.map((bar) => ({ ...bar, name: ms(bar.from_ms) }));
  return (
    <section className="card">
      <h2>Latency: how many pairs took how long</h2>
      <ResponsiveContainer width="100%" height={220}>
        <BarChart data={data} barGap={0} accessibilityLayer>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="name" tick={{ fill: "var(--dim)" }} minTickGap={16} />
          <YAxis tick={{ fill: "var(--dim)" }} width={48} allowDecimals={false} />
          <Tooltip contentStyle={{ background: "var(--card)", borderColor: "var(--line)" }} />
          <Legend />
          <Bar dataKey="primary" fill={PRIMARY} isAnimationActive={false} />
          <Bar dataKey="silent" fill={SILENT} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </section>
  );
}

/** The course of the mean latency, and of disagreement. */
export function Timeline({ points }: { readonly points: readonly TimelinePoint[] }): ReactNode {
  const span = (points.at(-1)?.from ?? 0) - (points[0]?.from ?? 0);
  const data = points.map((point) => ({
    time: tick(point.from, span),
    primary: point.primary_ms,
    silent: point.silent_ms,
    disagree: point.comparable === 0 ? null : (100 * point.disagreed) / point.comparable,
    "silent errors": point.pairs === 0 ? null : (100 * point.silent_errors) / point.pairs,
  }));
  return (
    <section className="card">
      <h2>Course of time</h2>
      <h3>mean latency, ms</h3>
      <Lines data={data} lines={{ primary: PRIMARY, silent: SILENT }} />
      <h3>share of pairs, %</h3>
      <Lines data={data} lines={{ disagree: SILENT, "silent errors": "var(--bad)" }} />
    </section>
  );
}

const DAY_MS = 86_400_000;

/** As much of the time as tells one slice from the next. */
function tick(epochMs: number, span: number): string {
  const text = moment(epochMs);
  return span < DAY_MS ? text.slice(-5) : text;
}

interface LinesProps {
  readonly data: readonly Readonly<Record<string, number | string | null>>[];
  /** Name and colour. */
  readonly lines: Readonly<Record<string, string>>;
}

function Lines({ data, lines }: LinesProps): ReactNode {
  return (
    <ResponsiveContainer width="100%" height={180}>
      <LineChart data={[...data]} accessibilityLayer>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="time" tick={{ fill: "var(--dim)" }} minTickGap={40} />
        <YAxis tick={{ fill: "var(--dim)" }} width={48} />
        <Tooltip contentStyle={{ background: "var(--card)", borderColor: "var(--line)" }} />
        <Legend />
        {Object.entries(lines).map(([name, colour]) => (
          <Line key={name} dataKey={name} stroke={colour} dot={false} isAnimationActive={false} connectNulls />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
