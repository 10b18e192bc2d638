import { runSimulator } from "./run-simulator.ts";

await runSimulator(process.argv.slice(2), process.env);
