export { createWorker, type MirrorWorker, type WorkerDeps } from "./worker.ts";
