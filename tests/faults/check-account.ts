/** What a client saw of one request. */
export interface SeenByClient {
  /** The client's own request id, which is on no other request. */
  readonly id: string;
  /** Null when no answer came: its mirror may have been admitted all the same. */
  readonly status: number | null;
  /** Epoch milliseconds at which the answer was complete. */
  readonly answeredAt: number;
}

export interface StoredPair {
  readonly id: string;
  readonly clientRequestId: string | null;
  readonly silentModel: string;
  readonly outcome: string;
}

/** The account of one experiment, as the API gives it. */
export interface Counts {
  readonly admitted: number;
  readonly paired: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly pending: number;
}

/** All that can be known of a run from outside, once every queue is empty. Each request was to be mirrored once. */
export interface RunSeen {
  readonly seen: readonly SeenByClient[];
  readonly pairs: readonly StoredPair[];
  readonly counts: Counts;
  /** Mirrors that the gateways wrote down as admitted, which is not where `counts.admitted` comes from. */
  readonly writtenAsAdmitted: number;
  /** Jobs that wait on the queue, in whatever state but failed, and bytes that wait in spools. */
  readonly left: { readonly jobs: number; readonly spooledBytes: number };
  /** Epoch milliseconds at which a gateway was killed with SIGKILL: it may lose what it held in memory. */
  readonly gatewayKills: readonly number[];
}

export interface CheckLimits {
  /** A mirror that a killed gateway lost was admitted at most so long before. */
  readonly killWindowMs: number;
}

export interface AccountCheck {
  /** Sentences; none when all is well. */
  readonly faults: readonly string[];
  /** Requests that were answered 200 and whose mirror went with a killed gateway. */
  readonly lostWithGateway: number;
  /** The longest that such a request had been answered before the kill, milliseconds; 0 where there is none. */
  readonly longestBeforeKillMs: number;
}

/**
 * Every request answered 200 has exactly one outcome, or was counted as dropped, or went with a killed gateway's last
 * batch; nothing is there twice, nothing that nobody asked for; and the account balances.
 */
export function checkAccount(run: RunSeen, limits: CheckLimits): AccountCheck {
  const answered = run.seen.filter(({ status }) => status === 200);
  const stored = new Set(run.pairs.map(({ clientRequestId }) => clientRequestId));
  const missing = answered.filter(({ id }) => !stored.has(id));
  const beforeKill = missing.map((request) => msBeforeKill(request, run.gatewayKills));
  const withGateway = beforeKill.filter((ms) => ms <= limits.killWindowMs);
  const unexplained = missing.length - withGateway.length - droppedByGateways(run);
  const faults = [
    ...(unexplained > 0
      ? [`${unexplained} requests were answered 200 and have no outcome: ${listed(missing.map(({ id }) => id))}`]
      : []),
    ...twice(run.pairs),
    ...strangers(run),
    ...imbalances(run),
  ];
  return { faults, lostWithGateway: withGateway.length, longestBeforeKillMs: Math.max(0, ...withGateway) };
}

/** To the next kill after the answer; infinite where none came. A kill may overtake the client's look at the clock. */
function msBeforeKill({ answeredAt }: SeenByClient, kills: readonly number[]): number {
  const until = kills.map((at) => at - answeredAt).filter((ms) => ms > -CLOCK_SLACK_MS);
  return Math.max(0, Math.min(...until));
}

const CLOCK_SLACK_MS = 250;

/** Dropped in a gateway a mirror is a count; dropped in a worker it is a row among the pairs. */
function droppedByGateways({ counts, pairs }: RunSeen): number {
  return sum(Object.values(counts.dropped)) - pairs.filter(({ outcome }) => outcome === "dropped").length;
}

function twice(pairs: readonly StoredPair[]): readonly string[] {
  const requests = duplicates(pairs.map(({ clientRequestId, silentModel }) => `${clientRequestId} ${silentModel}`));
  const ids = duplicates(pairs.map(({ id }) => id));
  return [
    ...(requests.length > 0 ? [`${requests.length} requests have more than one outcome: ${listed(requests)}`] : []),
    ...(ids.length > 0 ? [`${ids.length} pairs are there more than once: ${listed(ids)}`] : []),
  ];
}

function strangers({ seen, pairs }: RunSeen): readonly string[] {
  const asked = new Set(seen.map(({ id }) => id));
  const others = pairs.filter(({ clientRequestId }) => clientRequestId === null || !asked.has(clientRequestId));
  return others.length > 0
    ? [`${others.length} pairs that nobody asked for: ${listed(others.map(({ id }) => id))}`]
    : [];
}

function imbalances(run: RunSeen): readonly string[] {
  const { counts, pairs, left, writtenAsAdmitted, gatewayKills } = run;
  const { admitted, paired, failed, expired, lost, pending } = counts;
  const dropped = sum(Object.values(counts.dropped));
  const ended = paired + failed + expired + dropped + lost + pending;
  const rows = (outcome: string): number => pairs.filter((pair) => pair.outcome === outcome).length;
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  expect(admitted === ended, `admitted ${admitted} is not the sum of the outcomes, ${ended}`);
  expect(paired === rows("paired"), `paired is ${paired}, and ${rows("paired")} such pairs are stored`);
  expect(failed === rows("failed"), `failed is ${failed}, and ${rows("failed")} such pairs are stored`);
  expect(expired === rows("expired"), `expired is ${expired}, and ${rows("expired")} such pairs are stored`);
  expect(lost === 0, `${lost} mirrors are counted as lost`);
  expect(pending === 0, `${pending} mirrors are pending, and nothing is on its way`);
  expect(left.jobs === 0, `${left.jobs} jobs are left on the queue`);
  expect(left.spooledBytes === 0, `${left.spooledBytes} bytes are left in spools`);
  expect(
    gatewayKills.length > 0 ? writtenAsAdmitted <= admitted : writtenAsAdmitted === admitted,
    `the gateways wrote down ${writtenAsAdmitted} admitted, and the account has ${admitted}`,
  );
  return faults;
}

function duplicates(texts: readonly string[]): readonly string[] {
  return [...Map.groupBy(texts, (text) => text)].filter(([, all]) => all.length > 1).map(([text]) => text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const MOST_LISTED = 5;

function listed(texts: readonly string[]): string {
  const more = texts.length > MOST_LISTED ? ", …" : "";
  return `${texts.slice(0, MOST_LISTED).join(", ")}${more}`;
}
