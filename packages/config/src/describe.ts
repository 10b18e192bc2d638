import { inColumns } from "./columns.ts";
import type { Config, Deployment, Experiment, Margins, SilentModel, SilentTarget } from "./config.ts";
import { describeLogging } from "./describe-logging.ts";
import { describeNetwork } from "./describe-network.ts";
import { describeRouter } from "./describe-router.ts";
import { publicUrl } from "./public-url.ts";
import { maskSecret } from "./secrets.ts";
import { printable, shown } from "./shown.ts";
import { formatDuration, formatSize } from "./units.ts";

/** What only the table of providers can tell of a deployment. */
export interface CallWords {
  /** `chat`, `embeddings`. */
  readonly asked: string;
  /** The APIs whose clients ask it over the bridge. */
  readonly bridged: readonly string[];
  readonly address: string;
  /** A variable, or where in the file; null for the provider's own. */
  readonly addressFrom: string | null;
  readonly keyFrom: string | null;
}

type Calls = ReadonlyMap<string, CallWords>;

/** The configuration as `understudy check` prints it. Secrets appear as their last four characters at most. */
export function describeConfig(config: Config, calls: Calls = new Map()): string {
  const parts = [
    describeGroups(config, calls),
    describeExperiments(config),
    describeGateway(config),
    titled("logged to", inColumns(describeLogging(config.logging), "  ")),
    titled("router settings other than default", describeRouter(config.router)),
    titled(
      "network",
      describeNetwork(config.network).map((line) => `  ${printable(line)}`),
    ),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join("\n"))
    .join("\n\n")}\n`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function describeGroups({ deployments, router }: Config, calls: Calls): readonly string[] {
  const rows = deployments.map((deployment) => deploymentRow(deployment, router, calls.get(deployment.id)));
  const lines = inColumns(rows, "  ");
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

function deploymentRow(
  deployment: Deployment,
  router: Config["router"],
  call: CallWords | undefined,
): readonly string[] {
  const { id, model, weight, rpm, tpm, order, dropParams, timeoutMs, streamTimeoutMs, numRetries } = deployment;
  const stream = streamTimeoutMs ?? router.streamTimeoutMs;
  return [
    id,
    shown(model),
    call === undefined ? "" : `asked for ${call.asked}`,
    addressOf(deployment, call),
    keyOf(deployment, call),
    `timeout ${formatDuration(timeoutMs ?? router.timeoutMs)}`,
    stream === null ? "" : `first byte ${formatDuration(stream)}`,
    retriesInWords(numRetries ?? router.numRetries),
    limit("weight", weight),
    limit("rpm", rpm),
    limit("tpm", tpm),
    limit("order", order),
    dropParams ? "drop_params: true" : "",
    call === undefined || call.bridged.length === 0 ? "" : `over the bridge ${call.bridged.join(", ")}`,
  ];
}

function addressOf({ apiBase }: Deployment, call: CallWords | undefined): string {
  const from = call === undefined || call.addressFrom === null ? "" : ` (${call.addressFrom})`;
  return (call?.address ?? (apiBase === null ? "(provider's own)" : publicUrl(apiBase))) + from;
}

function keyOf({ apiKey }: Deployment, call: CallWords | undefined): string {
  const from = call?.keyFrom ?? null;
  if (apiKey !== null) return `key ${maskSecret(apiKey)}${from === null ? "" : ` (${from})`}`;
  return from === null ? "no key" : `key from ${from}`;
}

function retriesInWords(retries: number): string {
  return retries === 1 ? "1 retry" : `${retries} retries`;
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
    matchInWords(target.match),
  ];
}

/** The requests that it is limited to. */
function matchInWords(match: SilentTarget["match"]): string {
  if (match === null) return "";
  const { metadata, ...named } = match;
  const parts = [...Object.entries(named), ...Object.entries(metadata)]
    .filter(([, values]) => values !== null)
    .map(([what, values]) => `${what} ${(values ?? []).join(", ")}`);
  return `only ${parts.join("; ")}`;
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
    retriesInWords(retries),
    `queue up to ${maxQueueLength}`,
    judgeInWords(review),
    review.embeddingModel === null ? "" : `similarity by ${review.embeddingModel}`,
  ];
}

function judgeInWords({ judge, labels }: SilentModel["review"]): string {
  if (judge === null) return "";
  const how = judge.rubric === undefined ? "" : " by a rubric of your own";
  const people = labels === null ? "" : `, ${percent(labels.sampleRate)} of that labelled by people`;
  return `${percent(judge.sampleRate)} judged by ${judge.model}${how}, up to $${judge.dailyBudgetUsd} a day in all${people}`;
}

function describeGateway({ gateway, logText }: Config): readonly string[] {
  const key = gateway.masterKey === null ? "none: every request is let in" : maskSecret(gateway.masterKey);
  const rows = [
    ["master key", key],
    ...(gateway.clientKeys.length === 0 ? [] : [["client keys", gateway.clientKeys.map(clientInWords).join(", ")]]),
    ["largest request", formatSize(gateway.maxRequestBytes)],
    ["other sites", originsInWords(gateway)],
    ["texts in logs", logText ? "yes" : "no"],
  ];
  return ["gateway", ...inColumns(rows, "  ")];
}

function clientInWords({ alias, team, proxy, control }: Config["gateway"]["clientKeys"][number]): string {
  const notes = [team === null ? "" : `team ${team}`, proxy ? "a proxy" : "", control ? "control" : ""];
  const said = notes.filter((note) => note !== "").join(", ");
  return said === "" ? alias : `${alias} (${said})`;
}

function originsInWords({ corsOrigins, masterKey }: Config["gateway"]): string {
  if (corsOrigins === "*") return `any may call models${masterKey === null ? ", without a key" : " with the key"}`;
  return corsOrigins.length === 0 ? "none may call models" : `${corsOrigins.join(", ")} may call models`;
}

/** One line for each key; keys that differ only in their place in a list share one. */
export function ignoredLines(ignored: readonly string[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const path of ignored) {
    const shape = path.replace(/model_list\[\d+\]/, "model_list[*]");
    places.set(shape, [...(places.get(shape) ?? []), path]);
  }
  return [...places].map(([shape, paths]) => {
    return printable(paths.length === 1 ? `ignored: ${paths[0]}` : `ignored: ${shape} (${paths.length} entries)`);
  });
}
