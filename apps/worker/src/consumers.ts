import type { SilentModel } from "@understudy/config";
import type { QueueDepth } from "@understudy/contracts";
import type { FollowedControl } from "@understudy/control";
import type { QueueConsumer } from "@understudy/mirror";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";

export interface ConsumersDeps {
  /** Those that copies go to now, or went to lately. */
  readonly models: () => readonly SilentModel[];
  /** Whether copies go to one now. */
  readonly isFed: (silentModel: string) => boolean;
  readonly depthOf: (silentModel: string) => Promise<QueueDepth>;
  readonly control: Pick<FollowedControl, "changed">;
  readonly open: (model: SilentModel) => QueueConsumer;
  /** Beside them, whatever the models are. */
  readonly others: readonly Service[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A copy may still come from a gateway's disk, or be tried again by hand. */
const TEND_EVERY_MS = 30_000;

/**
 * A consumer for each silent model that copies go to. It comes when an experiment or a rollout needs it; once copies go there no more, it
 * is there while there are jobs. As one part: none takes another job while the others end theirs.
 */
export function createConsumers(deps: ConsumersDeps): Service {
  const { models, isFed, depthOf, control, open, others, clock, logger } = deps;
  const running = new Map<string, QueueConsumer>();
  let unfollow = (): void => undefined;

  function begin(model: SilentModel): Promise<void> {
    const consumer = open(model);
    running.set(model.name, consumer);
    return consumer.start();
  }

  async function follow(): Promise<void> {
    const now = models();
    for (const { name, concurrency } of now) running.get(name)?.setConcurrency(concurrency);
    await Promise.all(now.filter(({ name }) => isFed(name) && !running.has(name)).map(begin));
  }

  /** While the queue cannot be looked at, all stays as it is. */
  async function tend(model: SilentModel): Promise<void> {
    const { waiting, delayed, active } = await depthOf(model.name);
    const consumer = running.get(model.name);
    // Since it was looked at, it may be fed again.
    if (isFed(model.name) || waiting + delayed + active > 0) {
      if (consumer === undefined) await begin(model);
    } else if (consumer !== undefined) {
      running.delete(model.name);
      await consumer.stop(new AbortController().signal);
      logger.info("a queue that nothing goes to any more is empty, and let go", { silent_model: model.name });
    }
  }

  async function tendAll(): Promise<void> {
    const unfed = models().filter(({ name }) => !isFed(name));
    await Promise.all(
      unfed.map((model) =>
        tend(model).catch((error: unknown) => {
          logger.debug("a queue cannot be looked at now", { silent_model: model.name, ...errorFields(error) });
        }),
      ),
    );
  }

  const tending = createPeriodic({ name: "consumers", everyMs: TEND_EVERY_MS, clock, run: tendAll });
  return {
    name: "consumers",
    async start() {
      unfollow = control.changed(() => {
        follow().catch((error: unknown) => logger.error("a consumer cannot start", errorFields(error)));
      });
      await follow();
      await tending.start();
      await Promise.all(others.map((other) => other.start()));
    },
    async stop(deadline) {
      unfollow();
      await tending.stop(deadline);
      await Promise.all([...running.values(), ...others].map((part) => part.stop(deadline)));
    },
  };
}
