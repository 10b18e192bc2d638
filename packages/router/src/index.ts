export { createAxiosTransport } from "./axios-transport.ts";
export type { Call, CallRequest } from "./call.ts";
export type { Attempt, CallError, CallRecord, CallStatus, Operation, Role, Timing } from "./call-record.ts";
export { CallAbortedError } from "./failure.ts";
export type { FinishedCall } from "./finished-call.ts";
export { recordOf } from "./record.ts";
export { type CallRouter, createCallRouter, type RouterDeps } from "./router.ts";
export { type HttpTransport, type TransportOptions } from "./transport.ts";
export { createUndiciTransport } from "./undici-transport.ts";
