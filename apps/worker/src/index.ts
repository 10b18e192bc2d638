export { createOwnChecker, type OwnChecker } from "./checks/own-checker.ts";
export { runWorker } from "./run-worker.ts";
export { createWorker, type MirrorWorker, type WorkerDeps } from "./worker.ts";
