import { describe, expect, test } from "vitest";

import { type Available, available, SERVICE_NAMES, type ServiceName } from "./available.ts";

/** The services that a suite cannot do without. */
export type Needs = Readonly<Partial<Record<ServiceName, true>>>;

/**
 * `describe`, skipped when a service is missing, with the reason in the suite's name: `… [skipped: no Docker]`.
 * A service that `REQUIRE_SERVICES` names (`redis,postgres,docker,browser,clients`) fails the suite instead. Await it at the top of
 * the test file.
 */
export async function describeWith(needs: Needs, name: string, suite: () => void): Promise<void> {
  const plan = planSuite(needs, await available(), process.env["REQUIRE_SERVICES"] ?? "");
  const why = plan.run === "none" ? ` [skipped: ${plan.reason}]` : "";
  describe(`${name}${why}`, { skip: plan.run === "none" }, () => {
    if (plan.run === "fail") failFor(plan.reason);
    else suite();
  });
}

function failFor(reason: string): void {
  test("has the services it needs", () => {
    expect.fail(`${reason}, and REQUIRE_SERVICES asks for it`);
  });
}

export type SuitePlan =
  | { readonly run: "all" }
  | { readonly run: "none"; readonly reason: string }
  | { readonly run: "fail"; readonly reason: string };

/** What becomes of a suite. `required` is the text of `REQUIRE_SERVICES`. */
export function planSuite(needs: Needs, services: Available, required: string): SuitePlan {
  const names = SERVICE_NAMES.filter((name) => needs[name] === true && !services[name]);
  if (names.length === 0) return { run: "all" };
  const reason = names.map((name) => services.reasons[name] ?? `no ${name}`).join(", ");
  const mustHave = new Set(required.split(",").map((name) => name.trim()));
  return { run: names.some((name) => mustHave.has(name)) ? "fail" : "none", reason };
}
