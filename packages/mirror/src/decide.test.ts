import { describe, expect, test } from "vitest";
import { type MirrorQuestion, reasonNotToMirror } from "./decide.ts";
import { silentTarget } from "./mirror-job.sample.ts";

const IDS = Array.from({ length: 10_000 }, (_, number) => `client-request-${number}`);

function asked(of: Partial<MirrorQuestion> = {}): ReturnType<typeof reasonNotToMirror> {
  const usual = {
    target: silentTarget(),
    operation: "chat",
    samplingId: "id",
    bodyBytes: 10,
    optedOut: false,
  } as const;
  return reasonNotToMirror({ ...usual, ...of });
}

function sampled(experimentId: string, sampleRate: number): ReadonlySet<string> {
  const target = silentTarget({ experimentId, sampleRate });
  return new Set(IDS.filter((samplingId) => asked({ target, samplingId }) === null));
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

  test("takes other requests for another experiment", () => {
    const other = sampled("exp-2", 0.1);
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

  test.each([
    [100, null],
    [101, "body_too_large"],
  ])("a body of %d bytes under a limit of 100: %s", (bodyBytes, reason) => {
    expect(asked({ target: silentTarget({ maxBodyBytes: 100 }), bodyBytes })).toBe(reason);
  });

  test("embeddings are not mirrored", () => {
    expect(asked({ operation: "embeddings" })).toBe("not_chat");
  });

  test("the client's wish is named before the size, and the size before the sampling", () => {
    const target = silentTarget({ maxBodyBytes: 1, sampleRate: 0 });
    expect(asked({ target, optedOut: true })).toBe("opted_out");
    expect(asked({ target })).toBe("body_too_large");
  });
});
