import type { CallRecord, ErrorKind } from "@understudy/contracts";

/** No deployment answered, or the answer broke off. `record.attempts` tells what was tried. */
export class CallFailedError extends Error {
  /** HTTP status that a gateway would answer with. */
  readonly status: number;
  readonly kind: ErrorKind;
  readonly record: CallRecord;

  constructor(record: CallRecord) {
    super(record.error?.message ?? "the call failed");
    this.name = "CallFailedError";
    this.status = record.error?.status ?? 500;
    this.kind = record.error?.kind ?? "server_error";
    this.record = record;
  }
}
