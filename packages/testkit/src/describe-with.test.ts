import { expect, test } from "vitest";

import type { Available } from "./available.ts";
import { planSuite } from "./describe-with.ts";

const onlyRedis: Available = {
  redis: true,
  postgres: false,
  docker: false,
  browser: false,
  clients: false,
  reasons: { postgres: "no PostgreSQL", docker: "no Docker" },
};

test("a suite runs when what it needs is here", () => {
  expect(planSuite({ redis: true }, onlyRedis, "")).toEqual({ run: "all" });
  expect(planSuite({}, onlyRedis, "docker")).toEqual({ run: "all" });
});

test("a suite without its services is skipped for a reason", () => {
  const plan = planSuite({ redis: true, postgres: true, docker: true }, onlyRedis, "redis");
  expect(plan).toEqual({ run: "none", reason: "no PostgreSQL, no Docker" });
});

test("a service that must be there fails the suite", () => {
  const plan = planSuite({ docker: true }, onlyRedis, "redis, docker");
  expect(plan).toEqual({ run: "fail", reason: "no Docker" });
});
