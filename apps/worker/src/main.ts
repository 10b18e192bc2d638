import { keepFilesPrivate, loadKept } from "@understudy/runtime";

keepFilesPrivate();
const { runWorker } = await loadKept(process.env, () => import("./run-worker.ts"));
await runWorker(process.argv.slice(2), process.env);
