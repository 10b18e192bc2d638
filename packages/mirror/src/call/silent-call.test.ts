import { describe, expect, test } from "vitest";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { silentSnapshot, UncallableJobError } from "./silent-call.ts";

const snapshotOf = (request: object | string) =>
  silentSnapshot(jobNumber(1, { request: typeof request === "string" ? request : JSON.stringify(request) }));

describe("the snapshot of a request", () => {
  test("is what the client sent, marked as a silent experiment", () => {
    const request = { model: "gpt-main", messages: [], metadata: { team: "search" } };
    expect(snapshotOf(request)).toEqual({ ...request, metadata: { team: "search", is_silent_experiment: true } });
  });

  test.each([[undefined], [null], ["text"], [["list"]]])("is marked though its metadata is %j", (metadata) => {
    expect(snapshotOf({ model: "m", metadata })["metadata"]).toEqual({ is_silent_experiment: true });
  });

  test("is not unmarked by the client", () => {
    expect(snapshotOf({ metadata: { is_silent_experiment: false } })["metadata"]).toEqual({
      is_silent_experiment: true,
    });
  });

  test.each(["", "{", "[]", "null", '"text"', "7"])("cannot be taken of %j", (request) => {
    expect(() => snapshotOf(request)).toThrow(UncallableJobError);
  });
});
