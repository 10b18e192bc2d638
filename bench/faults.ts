import { systemClock } from "@understudy/runtime";
import { spawnProcess } from "@understudy/testkit";
import { type Condition, CONDITIONS } from "../tests/faults/conditions.ts";
import { type House, startHouse } from "../tests/faults/house.ts";
import type { LoadSummary } from "../tests/faults/load-process.ts";
import type { LoadSpec } from "../tests/faults/open-load.ts";
import { drained } from "../tests/faults/settled.ts";
import { type Apart, setApart, TOGETHER } from "./apart.ts";
import { SMALL_PLAIN } from "./bodies.ts";
import { chooseLoadGenerator } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, OptionsError } from "./options.ts";
import { type Report, type Row, say } from "./report.ts";
import { median, medianDifference, medianRatio, percentile } from "./stats.ts";

interface Round {
  readonly off: LoadSummary;
  readonly on: LoadSummary;
}

/** What is by chance alone: a gateway that mirrors nothing, by turns with itself. */
const CONTROL: Condition = { name: "neither mirrors", begin: () => undefined, end: () => undefined };

const DRAIN_MS = 300_000;
const LOAD_GRACE_MS = 60_000;

/**
 * What clients see while all that mirroring leans on breaks in turn: a gateway that mirrors everything, by turns with one
 * that mirrors nothing, at half of the load of which every request still gets its stored pair. First that one by turns
 * with itself: no difference below is worth more than what is different there.
 */
export async function faults(options: BenchOptions): Promise<Report> {
  const machine = describeMachine();
  const conditions = conditionsWith(options.while ?? "");
  const apart = options.apart ? setApart() : TOGETHER;
  const house = await startHouse({ unmirrored: true, breakableRule: true });
  for (const each of [house.gateway, house.unmirrored, house.primary]) if (each !== null) apart.toFront(each.pid);
  const rate = options.requests ?? (await halfOfSaturation(house, options));
  say(`open-loop load: ${rate} requests/s`);
  const rows: Row[] = [];
  const { rounds, seconds } = options;
  const setup: Setup = { rounds, seconds, rate, inFront: apart.inFront };
  rows.push(await measure(CONTROL, house, setup));
  for (const condition of conditions) rows.push(await measure(condition, house, setup));
  const load = `open loop, Poisson, ${rate} requests/s, latency from the moment due`;
  return { program: "faults", machine, setup: { load, rounds, seconds, apart: options.apart ? "yes" : "no" }, rows };
}

function conditionsWith(text: string): readonly Condition[] {
  const chosen = CONDITIONS.filter(({ name }) => name.includes(text));
  if (chosen.length > 0) return chosen;
  throw new OptionsError(`--while: none of "${CONDITIONS.map(({ name }) => name).join('", "')}" holds ${text}`);
}

/** Saturated is a house that stores pairs more slowly than requests come: its queue grows. */
async function halfOfSaturation(house: House, { connections, seconds }: BenchOptions): Promise<number> {
  const begun = systemClock.monotonic();
  const most = await chooseLoadGenerator().run(house.gateway, { body: SMALL_PLAIN.body, seconds, connections });
  await drained(house, DRAIN_MS);
  const elapsedS = (systemClock.monotonic() - begun) / 1_000;
  return Math.round((most.requests - most.errors) / elapsedS / 2);
}

type Setup = Pick<BenchOptions, "rounds" | "seconds"> & Pick<Apart, "inFront"> & { readonly rate: number };

async function measure(condition: Condition, house: House, setup: Setup) {
  say(`measuring: ${condition.name}`);
  const rounds: Round[] = [];
  await condition.begin(house);
  try {
    for (let round = 0; round < setup.rounds; round += 1) {
      rounds.push(await takeTurns(condition, round, house, setup));
    }
  } finally {
    await condition.end(house);
  }
  await drained(house, DRAIN_MS);
  return rowOf(condition.name, rounds);
}

/** Who is first is last in the next round: what a turn leaves behind is the other's burden as often. */
async function takeTurns(condition: Condition, round: number, house: House, setup: Setup): Promise<Round> {
  const { rate, seconds, inFront } = setup;
  const spec = { rate, seconds, seed: round + 1 };
  const unmirrored = house.unmirrored?.url ?? "";
  const mirrored = condition === CONTROL ? unmirrored : house.gateway.url;
  const off = () => load({ ...spec, url: unmirrored, name: "off" }, inFront);
  const on = () => load({ ...spec, url: mirrored, name: "on" }, inFront);
  if (round % 2 === 0) return { off: await off(), on: await on() };
  const turn = await on();
  return { off: await off(), on: turn };
}

async function load(spec: LoadSpec, inFront: Apart["inFront"]): Promise<LoadSummary> {
  const [command, ...args] = [...inFront, "node", "tests/faults/load-process.ts", JSON.stringify(spec)];
  const program = spawnProcess(command, args);
  const line = await program.line((said) => "latenciesMs" in said, spec.seconds * 1_000 + LOAD_GRACE_MS);
  await program.exit;
  return line as unknown as LoadSummary;
}

function rowOf(name: string, rounds: readonly Round[]): Row {
  const of = (side: keyof Round, share: number): readonly number[] =>
    rounds.map((round) => percentile(round[side].latenciesMs, share));
  const [off50, on50, off99, on99] = [of("off", 0.5), of("on", 0.5), of("off", 0.99), of("on", 0.99)];
  const expected = JSON.stringify(rounds[0]?.off.answers);
  return {
    while: name,
    "p50 ms": median(on50),
    "added p50": medianDifference(on50, off50),
    "times p50": medianRatio(on50, off50),
    "p99 ms": median(on99),
    "added p99": medianDifference(on99, off99),
    "off p99 from": Math.min(...off99),
    to: Math.max(...off99),
    "not 200": rounds.reduce((sum, { on }) => sum + on.errors, 0),
    "same answers": rounds.every(({ on }) => JSON.stringify(on.answers) === expected) ? "yes" : "no",
  };
}
