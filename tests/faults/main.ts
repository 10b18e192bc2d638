import { stopAll } from "@understudy/testkit";
import { parseArgs } from "node:util";
import { runFaults } from "./fault-run.ts";
import { startHouse } from "./house.ts";

// The fault suite by hand, for as long as wanted: npm run test:faults -- --seed 7 --seconds 600

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seconds: { type: "string", default: "30" },
    rate: { type: "string", default: "60" },
    workers: { type: "string", default: "2" },
    appendfsync: { type: "string", default: "everysec" },
    verbose: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed ?? process.pid);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    stopped = true;
    void stopAll().finally(() => process.exit(130));
  });
}

try {
  say(`seed ${seed}, ${values.seconds} s at ${values.rate} requests/s, ${values.workers} workers`);
  const appendfsync = values.appendfsync === "always" ? "always" : "everysec";
  const house = await startHouse({ workers: Number(values.workers), appendfsync });
  const run = await runFaults(house, { seed, seconds: Number(values.seconds), rate: Number(values.rate), say });
  say(`${run.requests} requests, ${run.answered} answered 200; ${JSON.stringify(run.counts)}`);
  say(`lost with a killed gateway: ${run.lostWithGateway}, answered at most ${run.longestBeforeKillMs} ms before`);
  if (values.verbose) for (const part of [house.gateway, ...house.workers]) say(part.troubles().join("\n"));
  for (const fault of run.faults) say(`FAULT: ${fault}`);
  say(
    run.faults.length === 0
      ? "the account balances"
      : `again: npm run test:faults -- --seed ${seed} --seconds ${values.seconds}`,
  );
  process.exitCode = run.faults.length === 0 ? 0 : 1;
} catch (error) {
  if (!stopped) process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
