export { createOwnChecker, type OwnChecker } from "./checks/own-checker.ts";
export { createWorker, type MirrorWorker, type WorkerDeps } from "./worker.ts";
