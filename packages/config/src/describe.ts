import { inColumns } from "./columns.ts";
import type { Config, Deployment, Experiment, Margins, SilentModel, SilentTarget } from "./config.ts";
import { describeLogging } from "./describe-logging.ts";
import { describeRouter } from "./describe-router.ts";
import { maskSecret, publicUrl } from "./secrets.ts";
import { formatDuration, formatSize } from "./units.ts";

/** The configuration as `understudy check` prints it. Secrets appear as their last four characters at most. */
export function describeConfig(config: Config): string {
  const parts = [
    describeGroups(config),
    describeExperiments(config),
    describeGateway(config),
    titled("logged to", inColumns(describeLogging(config.logging), "  ")),
    titled("router settings other than default", describeRouter(config.router)),
    config.notices.map((notice) => `notice: ${notice}`),
    describeIgnored(config.ignored),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function describeGroups({ deployments, router }: Config): readonly string[] {
  const lines = inColumns(deployments.map(deploymentRow), "  ");
  const groups = new Map<string, string[]>();
  for (const [index, { modelGroup }] of deployments.entries()) {
    groups.set(modelGroup, [...(groups.get(modelGroup) ?? []), lines[index] ?? ""]);
  }
  const aliases = Object.entries(router.aliases).map(([alias, { group, hidden }]) => {
    return ["alias", alias, "->", hidden ? `${group} (hidden)` : group];
  });
  const title = `${counted(groups.size, "model group")}, ${counted(deployments.length, "deployment")}`;
  return [title, ...[...groups].flatMap(([group, rows]) => ["", group, ...rows]), ...spaced(inColumns(aliases))];
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function deploymentRow(deployment: Deployment): readonly string[] {
  const { id, model, apiBase, apiKey, weight, rpm, tpm, order, dropParams } = deployment;
  return [
    id,
    model,
    apiBase === null ? "(provider's own)" : publicUrl(apiBase),
    apiKey === null ? "no key" : `key ${maskSecret(apiKey)}`,
    limit("weight", weight),
    limit("rpm", rpm),
    limit("tpm", tpm),
    limit("order", order),
    dropParams ? "drop_params: true" : "",
  ];
}

function limit(name: string, value: number | null): string {
  return value === null ? "" : `${name} ${value}`;
}

function describeExperiments(config: Config): readonly string[] {
  if (config.experiments.length === 0) return ["no experiments: no deployment has a silent_model"];
  const experiments = config.experiments.flatMap((experiment) => experimentRows(experiment, config.deployments));
  const queues = config.silentModels.map(queueRow);
  return ["experiments", ...inColumns(experiments, "  "), "", "silent models", ...inColumns(queues, "  ")];
}

/** One row; or one for each way in which the primary's deployments mirror, with the deployments that do. */
function experimentRows(
  { id, primary, silent, control, margins }: Experiment,
  deployments: Config["deployments"],
): string[][] {
  const ways = new Map<string, { readonly cells: readonly string[]; readonly senders: string[] }>();
  for (const deployment of deployments) {
    for (const target of deployment.silent.filter(({ experimentId }) => experimentId === id)) {
      const cells = targetCells(target);
      const way = ways.get(cells.join()) ?? { cells, senders: [] };
      way.senders.push(deployment.id);
      ways.set(cells.join(), way);
    }
  }
  const note = (senders: readonly string[]): string => (ways.size === 1 ? "" : `from ${senders.join(", ")}`);
  return [...ways.values()].map(({ cells, senders }) => {
    return [`${primary} -> ${silent}`, ...cells, control ? "control" : marginsInWords(margins), note(senders)];
  });
}

/** What the silent model must not exceed to be promoted. */
function marginsInWords({ qualityLoss, errorRate, p95Latency, cost }: Margins): string {
  const limits = [
    qualityLoss === null ? [] : [`quality ${points(qualityLoss)}`],
    errorRate === null ? [] : [`errors ${points(errorRate)}`],
    p95Latency === null ? [] : [`p95 x${p95Latency}`],
    cost === null ? [] : [`cost x${cost}`],
  ].flat();
  return limits.length === 0 ? "no margins" : `margins ${limits.join(", ")}`;
}

function points(rate: number): string {
  return `${Number((rate * 100).toPrecision(12))} points`;
}

function targetCells(target: SilentTarget): string[] {
  return [
    `sample ${percent(target.sampleRate)}`,
    `bodies up to ${formatSize(target.maxBodyBytes)}`,
    `jobs up to ${formatDuration(target.maxJobAgeMs)} old`,
    target.payloads === "full" ? `texts kept ${formatDuration(target.retentionMs)}` : "figures only",
  ];
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(12))}%`;
}

function queueRow(model: SilentModel): readonly string[] {
  const { name, concurrency, requestsPerMinute, dailyBudgetUsd, timeoutMs, retries, maxQueueLength, review } = model;
  return [
    name,
    `${concurrency} at once`,
    requestsPerMinute === null ? "no rate limit" : `${requestsPerMinute} per minute`,
    dailyBudgetUsd === null ? "no budget" : `$${dailyBudgetUsd} a day`,
    `timeout ${formatDuration(timeoutMs)}`,
    retries === 1 ? "1 retry" : `${retries} retries`,
    `queue up to ${maxQueueLength}`,
    judgeInWords(review),
    review.embeddingModel === null ? "" : `similarity by ${review.embeddingModel}`,
  ];
}

function judgeInWords({ judge }: SilentModel["review"]): string {
  if (judge === null) return "";
  return `${percent(judge.sampleRate)} judged by ${judge.model}, up to $${judge.dailyBudgetUsd} a day in all`;
}

function describeGateway({ gateway, logText }: Config): readonly string[] {
  const key = gateway.masterKey === null ? "none: every request is let in" : maskSecret(gateway.masterKey);
  const rows = [
    ["master key", key],
    ["largest request", formatSize(gateway.maxRequestBytes)],
    ["texts in logs", logText ? "yes" : "no"],
  ];
  return ["gateway", ...inColumns(rows, "  ")];
}

/** One line for each key; keys that differ only in their place in a list share one. */
function describeIgnored(ignored: readonly string[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const path of ignored) {
    const shape = path.replace(/model_list\[\d+\]/, "model_list[*]");
    places.set(shape, [...(places.get(shape) ?? []), path]);
  }
  return [...places].map(([shape, paths]) => {
    return paths.length === 1 ? `ignored: ${paths[0]}` : `ignored: ${shape} (${paths.length} entries)`;
  });
}
