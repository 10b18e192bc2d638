import type { Job } from "bullmq";
import type { Service } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { consumerOptions, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { textsOf } from "../job/envelope.ts";
import type { CarriageBench } from "./large-and-sealed.conformance.ts";
import { jobNumber, primaryRecord } from "../job/mirror-job.fixture.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { acceptingKeys, queueKeys } from "../job/queue-keys.fixture.ts";
import type { MirrorQueues } from "./queues.ts";

const LARGE = "0123456789abcdef".repeat(12_800);
const HOUR_MS = 3_600_000;

/** With queue keys nothing on the queue, or beside it, can be put there or altered by who lacks them. */
export function describeIntegrity(name: string, open: () => Promise<CarriageBench>): void {
  describe(`what is sealed on ${name}`, () => {
    let bench: CarriageBench;
    let keyed: MirrorQueues;
    let numbers = 0;
    const consumers: Service[] = [];

    beforeAll(async () => {
      bench = await open();
      keyed = await bench.queues(queueKeys("one"));
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(AbortSignal.abort())));
      await bench.deleteBodies();
    });
    afterAll(() => bench.close());

    function newJobs(count: number, text: string): readonly MirrorJob[] {
      const silent_model = `sealed-${(numbers += 1)}`;
      return Array.from({ length: count }, () => {
        numbers += 1;
        const error = { kind: "bad_request", status: 400, message: "no", type: "t", code: "c", param: "p" } as const;
        const primary = primaryRecord({ request_id: `req_${numbers}`, status: "error", error });
        const request = JSON.stringify({ messages: [{ role: "user", content: text }] });
        const expires_at = Date.parse("2100-01-01");
        const logging = { no_text: true, traceparent: "00-1-2-00" } as const;
        return jobNumber(numbers, { silent_model, request, primary, expires_at, logging, stratum: "size=s" });
      });
    }

    const inside = ({ silent_model, pair_id }: MirrorJob): Promise<Job | undefined> =>
      bench.inside(silent_model).getJob(pair_id);
    const add = (queues: MirrorQueues, jobs: readonly MirrorJob[]): Promise<void> =>
      queues.producer(jobs[0]?.silent_model ?? "").add(jobs);

    async function alter(job: MirrorJob, change: (data: Record<string, unknown>) => object): Promise<void> {
      const queued = await inside(job);
      await queued?.updateData(change(structuredClone(queued.data as Record<string, unknown>)));
    }

    /** Works the queue off: what was handled, and what was lost with what was left of it. */
    async function workedOff(queues: MirrorQueues, jobs: readonly MirrorJob[], ended = jobs.length) {
      const silentModel = jobs[0]?.silent_model ?? "";
      const recorder = recordDeliveries();
      const losses: { readonly data: unknown; readonly reason: string; readonly memory: unknown }[] = [];
      const consumer = queues.consumer(
        consumerOptions(silentModel, recorder, {
          lost: async (data, reason, memory) => void losses.push({ data, reason, memory }),
        }),
      );
      consumers.push(consumer);
      await consumer.start();
      const until = (): boolean => recorder.deliveries.length + losses.length >= ended;
      await pollUntil(() => Promise.resolve(until()), { what: "an end for every job", until: Boolean });
      return { recorder, losses };
    }

    test.each([
      ["a small job", "small"],
      ["a large job", LARGE],
    ])(
      "%s of which any field was altered, added or taken away is refused, and nothing of it is trusted",
      async (_size, text) => {
        const [probe] = newJobs(1, text);
        await add(keyed, [probe as MirrorJob]);
        const paths = pathsOf((await inside(probe as MirrorJob))?.data);
        expect(paths.map((path) => path.join("."))).toEqual(
          expect.arrayContaining([
            "silent_model",
            "experiment",
            "primary_group",
            "payloads",
            "retention_ms",
            "expires_at",
          ]),
        );
        const changes = [
          ...paths.map((path) => (data: Record<string, unknown>) => changedAt(data, path)),
          (data: Record<string, unknown>) => ({ ...data, replay: true }),
          ({ logging: _logging, ...data }: Record<string, unknown>) => data,
          ({ sealed: _sealed, ...data }: Record<string, unknown>) => data,
        ];
        const jobs = newJobs(changes.length + 1, text);
        await add(keyed, jobs);
        for (const [index, change] of changes.entries()) await alter(jobs[index] as MirrorJob, change);
        const { losses, recorder } = await workedOff(keyed, jobs);
        expect(recorder.ids()).toEqual([jobs.at(-1)?.pair_id]);
        const altered = jobs.slice(0, -1).map(({ pair_id }) => ({ pair_id }));
        expect(losses.map(({ data }) => data)).toEqual(expect.arrayContaining(altered));
        expect(new Set(losses.map(({ reason }) => reason))).toEqual(new Set(["unreadable_job", "unsealed_job"]));
      },
    );

    test("what is sealed opens in no other job, nor does a copy under another id", async () => {
      const [one, other, copied] = newJobs(3, "small") as [MirrorJob, MirrorJob, MirrorJob];
      await add(keyed, [one, other]);
      const data = (await inside(one))?.data as Record<string, unknown>;
      await alter(other, (own) => ({ ...own, sealed: data["sealed"] }));
      await bench.inside(one.silent_model).add("mirror", data, { jobId: copied.pair_id });
      const { losses, recorder } = await workedOff(keyed, [one, other, copied]);
      expect(recorder.ids()).toEqual([one.pair_id]);
      expect(losses).toMatchObject([{ data: { pair_id: other.pair_id } }, { data: { pair_id: copied.pair_id } }]);
    });

    test.each([
      ["a job", "small"],
      ["a job with a body", LARGE],
    ])("%s in plain text is refused where there are keys, and read while that is asked for", async (_what, text) => {
      const plain = await bench.queues(null);
      const refused = newJobs(1, text);
      await add(plain, refused);
      const { losses } = await workedOff(keyed, refused);
      expect(losses).toMatchObject([{ reason: "unsealed_job", data: { pair_id: refused[0]?.pair_id } }]);
      const read = newJobs(1, text);
      await add(plain, read);
      const { recorder } = await workedOff(await bench.queues(acceptingKeys("one")), read);
      expect(recorder.deliveries[0]?.job).toEqual(read[0]);
    });

    test("a job of which only the texts are sealed, as an earlier version wrote it, is treated alike", async () => {
      const asBefore = (job: MirrorJob) => (data: Record<string, unknown>) => ({
        ...data,
        version: 2,
        sealed: queueKeys("one")
          .seal(Buffer.from(JSON.stringify(textsOf(job))), `job ${job.pair_id}`)
          .toString("base64"),
      });
      for (const [keys, reads] of [
        [queueKeys("one"), false],
        [acceptingKeys("one"), true],
      ] as const) {
        const [job] = newJobs(1, "small") as [MirrorJob];
        await add(keyed, [job]);
        await alter(job, asBefore(job));
        const { losses, recorder } = await workedOff(await bench.queues(keys), [job]);
        expect(recorder.deliveries.map(({ job: delivered }) => delivered)).toEqual(reads ? [job] : []);
        expect(losses.map(({ reason }) => reason)).toEqual(reads ? [] : ["unsealed_job"]);
      }
    });

    test("a body that was put there in plain text makes its job refused", async () => {
      const [job] = newJobs(1, LARGE) as [MirrorJob];
      await add(keyed, [job]);
      await bench.deleteBodies();
      const planted = { ...job, silent_model: `${job.silent_model}-other`, pair_id: `${job.pair_id}_other` };
      await add(await bench.queues(null), [planted]);
      const { losses } = await workedOff(keyed, [job]);
      expect(losses).toMatchObject([{ reason: "unsealed_job", data: { pair_id: job.pair_id } }]);
    });

    test.each([
      [
        "forged in plain text",
        "unsealed_job",
        { tries: 0, attempts: [], queueWaitMs: 1, pair: { id: "x", outcome: "paired" } },
      ],
      ["sealed for another pair", "unreadable_job", "other"],
      ["no note at all", "unreadable_job", { sealed: "rubbish" }],
    ] as const)("a note that is %s stores nothing: its job is lost", async (_what, reason, note) => {
      const [job, other] = newJobs(2, "small") as [MirrorJob, MirrorJob];
      await add(keyed, [job, other]);
      const remembering = recordDeliveries(async (delivery) => {
        await delivery.remember({ said: "paid for" });
        return { kind: "again", afterMs: HOUR_MS };
      });
      const consumer = keyed.consumer(consumerOptions(job.silent_model, remembering));
      await consumer.start();
      const noted = async (): Promise<unknown> => (await inside(other))?.progress;
      const theirs = await pollUntil(noted, { what: "a note", until: (is) => typeof is === "object" });
      await pollUntil(async () => (await inside(job))?.isDelayed(), { what: "both to wait", until: Boolean });
      await consumer.stop(AbortSignal.abort());
      await (await inside(job))?.updateProgress(note === "other" ? (theirs as object) : note);
      await (await inside(job))?.promote();
      const { losses, recorder } = await workedOff(keyed, [job, other], 1);
      expect(recorder.deliveries).toEqual([]);
      expect(losses).toMatchObject([
        { reason, memory: null, data: { pair_id: job.pair_id, experiment: job.experiment } },
      ]);
    });

    test("a failed job that was altered is not retried, and one that was not keeps its seal when it is", async () => {
      const [altered, whole] = newJobs(2, "small") as [MirrorJob, MirrorJob];
      await add(keyed, [altered, whole]);
      const failing = recordDeliveries(() => ({ kind: "failed", message: "no" }));
      const consumer = keyed.consumer(consumerOptions(whole.silent_model, failing));
      await consumer.start();
      for (const job of [altered, whole]) {
        await pollUntil(async () => (await inside(job))?.isFailed(), { what: "a failed job", until: Boolean });
      }
      await consumer.stop(AbortSignal.abort());
      await alter(altered, (data) => ({ ...data, experiment: "another" }));
      const inspector = keyed.inspect(whole.silent_model);
      const retried = [altered, whole].map(({ pair_id }) =>
        inspector.retry("failed", pair_id, () => Promise.resolve("reopened")),
      );
      expect(await Promise.all(retried)).toEqual([{ kind: "refused", why: "unreadable_job" }, { kind: "retried" }]);
      const { recorder } = await workedOff(keyed, [whole]);
      expect(recorder.deliveries[0]?.job).toMatchObject({ pair_id: whole.pair_id, request: whole.request });
      expect(recorder.deliveries[0]?.job.expires_at).not.toBe(whole.expires_at);
    });
  });
}

type Path = readonly string[];

/** Ways to every value that is no object with values of its own. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
}

function changedAt(data: Record<string, unknown>, path: Path): Record<string, unknown> {
  const [key = "", ...rest] = path;
  const value = data[key];
  if (rest.length > 0) return { ...data, [key]: changedAt(value as Record<string, unknown>, rest) };
  return { ...data, [key]: typeof value === "string" ? `x${value}` : 7 };
}
