import { stopAll } from "@understudy/testkit";
import { parseArgs } from "node:util";
import { runFaults } from "./fault-run.ts";
import { startHouse } from "./house.ts";

// The fault suite by hand, for as long as wanted: npm run test:faults -- --seed 7 --runs 4 --seconds 300

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "1" },
    seconds: { type: "string", default: "30" },
    rate: { type: "string", default: "60" },
    workers: { type: "string", default: "2" },
    appendfsync: { type: "string", default: "everysec" },
    verbose: { type: "boolean", default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}

/** Faults that one run has found. Everything it started is gone afterwards. */
async function run(seed: number): Promise<number> {
  say(`seed ${seed}, ${values.seconds} s at ${values.rate} requests/s, ${values.workers} workers`);
  const appendfsync = values.appendfsync === "always" ? "always" : "everysec";
  const house = await startHouse({ workers: Number(values.workers), appendfsync });
  const found = await runFaults(house, { seed, seconds: Number(values.seconds), rate: Number(values.rate), say });
  say(`${found.requests} requests, ${found.answered} answered 200; ${JSON.stringify(found.counts)}`);
  say(`lost with a killed gateway: ${found.lostWithGateway}, answered at most ${found.longestBeforeKillMs} ms before`);
  if (values.verbose) for (const part of [house.gateway, ...house.workers]) say(part.troubles().join("\n"));
  for (const fault of found.faults) say(`FAULT: ${fault}`);
  say(
    found.faults.length === 0
      ? "the account balances"
      : `again: npm run test:faults -- --seed ${seed} --seconds ${values.seconds}`,
  );
  await stopAll();
  return found.faults.length;
}

const first = Number(values.seed ?? process.pid);
let faults = 0;
try {
  for (let count = 0; count < Number(values.runs); count += 1) faults += await run(first + count);
} catch (error) {
  faults += 1;
  process.stderr.write(`${String(error)}\n`);
  await stopAll();
}
// A run that broke off has left troubles to come, which nobody waits for.
process.exit(faults === 0 ? 0 : 1);
