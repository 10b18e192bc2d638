import { systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { InSlices } from "./in-slices.ts";

function workFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test("a timer that the first item sets comes long before the last item", async () => {
  const worked: number[] = [];
  const workedAtTimer = Promise.withResolvers<number>();
  const slices = new InSlices<number>((item) => {
    if (item === 0) systemClock.after(5, () => workedAtTimer.resolve(worked.length));
    workFor(1);
    worked.push(item);
  });
  const batches = Array.from({ length: 20 }, (_, batch) => Array.from({ length: 10 }, (_item, at) => batch * 10 + at));
  for (const batch of batches) slices.add(batch, () => undefined);
  expect(await workedAtTimer.promise).toBeLessThan(100);
  await slices.idle();
  expect(worked).toEqual(batches.flat());
});

test("a batch is done after its last item, and nothing waits after the last batch", async () => {
  const seen: string[] = [];
  const slices = new InSlices<string>((item) => seen.push(item), { sliceMs: 1 });
  slices.add(["a", "b"], () => seen.push("done 1"));
  slices.add([], () => seen.push("done 2"));
  slices.add(["c"], () => seen.push("done 3"));
  expect(seen).toEqual([]);
  await slices.idle();
  expect(seen).toEqual(["a", "b", "done 1", "done 2", "c", "done 3"]);
  await slices.idle();
});
