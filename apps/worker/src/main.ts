import { keepFilesPrivate } from "@understudy/runtime";
import { runWorker } from "./run-worker.ts";

keepFilesPrivate();
await runWorker(process.argv.slice(2), process.env);
