import { everyMetric } from "@understudy/telemetry";

/** Every metric, as the registry of a process that has all parts describes itself. */
export async function metricsPage(): Promise<string> {
  const metrics = everyMetric();
  const told = await metrics.text();
  const help = new Map([...told.matchAll(/^# HELP (\w+) (.*)$/gm)].map(([, name = "", text = ""]) => [name, text]));
  const type = new Map([...told.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = "", kind = ""]) => [name, kind]));
  const rows = [...metrics.names()].map(([name, labels]) => {
    const shown = [...labels].map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type.get(name)}. ${help.get(name)}${shown === "" ? "" : ` Labels: ${shown}`} |`;
  });
  return [
    "# Metrics",
    "Gateway and worker each have `GET /metrics` in Prometheus' text format, with what a Node process tells of itself (`process_…`, `nodejs_…`) beside these. " +
      "Which of them to watch, and what to do when an alert comes, is in [operations.md](operations.md#what-to-watch).",
    ["| metric | what it tells |", "| --- | --- |", ...rows.toSorted()].join("\n"),
  ].join("\n\n");
}
