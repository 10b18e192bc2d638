import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BodyHold, BodyStore } from "./body-store.ts";

/** Of the failed jobs on one queue, so many keep their bodies in this suite. */
export const FAILED_KEPT = 3;

export interface BodiesBench {
  readonly bodies: BodyStore;
  /** Lets so many milliseconds pass, for the store, and has it do what it does with time. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** What the claim check relies on, wherever bodies lie. */
export function describeBodies(name: string, open: () => Promise<BodiesBench>): void {
  describe(`bodies on ${name}`, () => {
    let bench: BodiesBench;
    let requests = 0;

    beforeAll(async () => {
      bench = await open();
    });
    afterAll(() => bench.close());

    /** A request that no other test uses, and holds of two jobs on its body. */
    function newRequest(): { readonly key: string; readonly one: BodyHold; readonly two: BodyHold } {
      requests += 1;
      const key = `req_${requests}`;
      return { key, one: { key, holder: `pair_${requests}_one` }, two: { key, holder: `pair_${requests}_two` } };
    }

    async function read(key: string): Promise<string | null> {
      const bytes = await bench.bodies.get(key);
      return bytes === null ? null : Buffer.from(bytes).toString("latin1");
    }

    const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

    test("every byte comes back as it was put", async () => {
      const { key, one } = newRequest();
      await bench.bodies.put(one, ALL_BYTES, DAY_MS);
      expect(await read(key)).toBe(ALL_BYTES.toString("latin1"));
    });

    test("what was never put is not there", async () => {
      expect(await bench.bodies.get("req_unheard_of")).toBeNull();
    });

    test("is put once for several jobs, and is there until the last has ended", async () => {
      const { key, one, two } = newRequest();
      await bench.bodies.put(one, Buffer.from("first"), DAY_MS);
      await bench.bodies.put(two, Buffer.from("second"), DAY_MS);
      expect(await read(key)).toBe("first");
      await bench.bodies.release(one);
      expect(await read(key)).toBe("first");
      await bench.bodies.release(two);
      expect(await read(key)).toBeNull();
    });

    test("a hold that is taken twice, as when a batch is sent again, ends once", async () => {
      const { key, one } = newRequest();
      await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
      await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
      await bench.bodies.release(one);
      expect(await read(key)).toBeNull();
    });

    test("a hold that is ended twice, as after a crash, ends no other", async () => {
      const { key, one, two } = newRequest();
      await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
      await bench.bodies.put(two, Buffer.from("body"), DAY_MS);
      await bench.bodies.release(one);
      await bench.bodies.release(one);
      expect(await read(key)).toBe("body");
      await bench.bodies.release({ key: "req_unheard_of", holder: one.holder });
    });

    test("is put again after its last job has ended", async () => {
      const { key, one, two } = newRequest();
      await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
      await bench.bodies.release(one);
      await bench.bodies.put(two, Buffer.from("again"), DAY_MS);
      expect(await read(key)).toBe("again");
    });

    test("holds that end at once leave nothing, and one that is taken meanwhile has its body", async () => {
      for (let round = 0; round < 30; round += 1) {
        const { key, one, two } = newRequest();
        await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
        await Promise.all([bench.bodies.release(one), bench.bodies.put(two, Buffer.from("body"), DAY_MS)]);
        expect(await read(key)).toBe("body");
        await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
        await Promise.all([bench.bodies.release(one), bench.bodies.release(two)]);
        expect(await read(key)).toBeNull();
      }
    });

    test("is gone when its time is up, and the latest job's time counts", async () => {
      const [short, long] = [newRequest(), newRequest()];
      await bench.bodies.put(short.one, Buffer.from("short"), 400);
      await bench.bodies.put(long.one, Buffer.from("long"), 400);
      await bench.bodies.put(long.two, Buffer.from("long"), DAY_MS);
      await bench.bodies.put(long.one, Buffer.from("long"), 400);
      await bench.pass(500);
      expect([await read(short.key), await read(long.key)]).toEqual([null, "long"]);
    });

    test("of failed jobs, the latest on each queue keep theirs", async () => {
      const failed = Array.from({ length: FAILED_KEPT + 2 }, () => newRequest());
      for (const { one } of failed) await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
      const other = newRequest();
      await bench.bodies.put(other.one, Buffer.from("body"), DAY_MS);
      await bench.bodies.keepFailed(other.one, "another-queue");
      for (const { one } of failed) {
        await bench.bodies.keepFailed(one, "queue");
        await bench.pass(2);
      }
      const kept = await Promise.all(failed.map(({ key }) => read(key)));
      expect(kept).toEqual([null, null, "body", "body", "body"]);
      expect(await read(other.key)).toBe("body");
    });

    test("one that fails again counts as the latest, and gives up only its own hold", async () => {
      const [first, second, third, fourth] = [newRequest(), newRequest(), newRequest(), newRequest()];
      for (const { one } of [first, second, third]) {
        await bench.bodies.put(one, Buffer.from("body"), DAY_MS);
        await bench.bodies.keepFailed(one, "again");
        await bench.pass(2);
      }
      await bench.bodies.put(second.two, Buffer.from("body"), DAY_MS);
      await bench.bodies.keepFailed(first.one, "again");
      await bench.pass(2);
      await bench.bodies.put(fourth.one, Buffer.from("body"), DAY_MS);
      await bench.bodies.keepFailed(fourth.one, "again");
      expect([await read(first.key), await read(second.key)]).toEqual(["body", "body"]);
      await bench.bodies.release(second.two);
      expect(await read(second.key)).toBeNull();
    });
  });
}
