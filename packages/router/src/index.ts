export type { Attempt, CallError, CallRecord, CallStatus, Role, Timing } from "./call-record.ts";
