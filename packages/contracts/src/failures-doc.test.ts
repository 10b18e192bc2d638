import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAILURES } from "./failures.ts";

test("docs/errors.md shows the kinds of failure as they are", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/errors.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const cells = rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
  const yes = (holds: boolean): string => (holds ? "yes" : "no");
  expect(cells).toEqual(
    Object.entries(FAILURES).map(([kind, { status, type, retry, cools, silentRetry, mayCost, oursToMend }]) => [
      kind,
      String(status),
      type,
      retry,
      cools,
      yes(silentRetry),
      yes(mayCost),
      yes(oursToMend),
    ]),
  );
});
