import { expect, test } from "vitest";
import { clusterOf } from "./cluster-of.ts";

test("requests of one conversation, else of one user, belong together", () => {
  const conversation = clusterOf({ metadata: { session_id: "s-1" }, user: "ann" });
  expect(conversation).toBe(clusterOf({ metadata: { session_id: "s-1" }, user: "bob" }));
  expect(conversation).not.toBe(clusterOf({ user: "ann" }));
  expect(clusterOf({ user: "ann" })).toBe(clusterOf({ user: "ann", metadata: {} }));
  expect(clusterOf({ user: "ann" })).not.toContain("ann");
});

test("requests that name neither stand alone", () => {
  for (const request of [null, "text", {}, { user: "" }, { metadata: { session_id: 7 } }]) {
    expect(clusterOf(request)).toBeNull();
  }
});
