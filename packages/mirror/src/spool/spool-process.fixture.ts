import { setInterval } from "node:timers";
import { silentLogger } from "@understudy/runtime";
import { jobNumbers } from "../job/mirror-job.fixture.ts";
import { openSpool } from "./open-spool.ts";

/** Only for tests: a process that writes so many jobs to the spool in a folder, says so, and waits to be killed. */
const [folder = "", count = "0"] = process.argv.slice(2);
const spool = await openSpool({ folder, maxBytes: 1024 ** 3, logger: silentLogger });
await spool.of("quiet").append(jobNumbers(Number(count)));
process.stdout.write("written\n");
setInterval(() => undefined, 60_000);
