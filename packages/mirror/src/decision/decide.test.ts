import { describe, expect, test } from "vitest";
import { type MirrorQuestion, reasonNotToMirror } from "./decide.ts";
import { silentTarget } from "../job/mirror-job.fixture.ts";

const IDS = Array.from({ length: 10_000 }, (_, number) => `client-request-${number}`);

function asked(of: Partial<MirrorQuestion> = {}): ReturnType<typeof reasonNotToMirror> {
  const usual = {
    target: silentTarget(),
    primaryGroup: "gpt-main",
    stopped: null,
    matched: true,
    spoken: true,
    stateful: false,
    samplingId: "id",
    bodyBytes: 10,
    optedOut: false,
    clientAborted: false,
    clientRetry: false,
  } as const;
  return reasonNotToMirror({ ...usual, ...of });
}

function sampled(experimentId: string, sampleRate: number, primaryGroup = "gpt-main"): ReadonlySet<string> {
  const target = silentTarget({ experimentId, sampleRate });
  return new Set(IDS.filter((samplingId) => asked({ target, samplingId, primaryGroup }) === null));
}

describe("sampling", () => {
  test.each([0.01, 0.1, 0.5, 0.9])("takes a share of %d", (rate) => {
    const share = sampled("exp-1", rate).size / IDS.length;
    // Five standard deviations: a fair sample leaves them once in two million.
    expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / IDS.length));
  });

  test("takes all at 1 and none at 0", () => {
    expect([sampled("exp-1", 1).size, sampled("exp-1", 0).size]).toEqual([IDS.length, 0]);
  });

  test("takes the same requests whenever it is asked", () => {
    expect(sampled("exp-1", 0.2)).toEqual(sampled("exp-1", 0.2));
  });

  test("keeps what a lower rate took when the rate is raised", () => {
    const high = sampled("exp-1", 0.3);
    expect([...sampled("exp-1", 0.1)].filter((id) => !high.has(id))).toEqual([]);
  });

  test("takes the same requests for every silent model of a primary group, so that a control sees what a candidate sees", () => {
    const control = sampled("exp-2", 0.3);
    expect([...sampled("exp-1", 0.1)].filter((id) => !control.has(id))).toEqual([]);
  });

  test("takes other requests for another primary group", () => {
    const other = sampled("exp-1", 0.1, "another");
    const both = [...sampled("exp-1", 0.1)].filter((id) => other.has(id)).length / IDS.length;
    // Independent tenths share a hundredth of all.
    expect(both).toBeGreaterThan(0.005);
    expect(both).toBeLessThan(0.015);
  });

  test("says why a request is left out", () => {
    expect(asked({ target: silentTarget({ sampleRate: 0 }) })).toBe("not_sampled");
  });
});

describe("rules", () => {
  test("a request that opted out is not mirrored", () => {
    expect(asked({ optedOut: true })).toBe("opted_out");
  });

  test("what its client left, and what it tries again, is not mirrored", () => {
    expect(asked({ clientAborted: true, clientRetry: true })).toBe("client_aborted");
    expect(asked({ clientRetry: true })).toBe("client_retry");
  });

  test.each([
    [100, null],
    [101, "body_too_large"],
  ])("a body of %d bytes under a limit of 100: %s", (bodyBytes, reason) => {
    expect(asked({ target: silentTarget({ maxBodyBytes: 100 }), bodyBytes })).toBe(reason);
  });

  test("what the silent model does not speak, and what only the primary's provider can answer, is not mirrored", () => {
    expect(asked({ spoken: false, stateful: true })).toBe("no_bridge");
    expect(asked({ stateful: true, bodyBytes: 1e9 })).toBe("stateful");
  });

  test("the client's wish is named before the size, and the size before the sampling", () => {
    const target = silentTarget({ maxBodyBytes: 1, sampleRate: 0 });
    expect(asked({ target, optedOut: true })).toBe("opted_out");
    expect(asked({ target })).toBe("body_too_large");
  });
});
