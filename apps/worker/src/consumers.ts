import type { SilentModel } from "@understudy/config";
import type { FollowedControl } from "@understudy/control";
import type { QueueConsumer } from "@understudy/mirror";
import { errorFields, type Logger, type Service } from "@understudy/runtime";

export interface ConsumersDeps {
  /** Those that copies go to now. */
  readonly models: () => readonly SilentModel[];
  readonly control: Pick<FollowedControl, "changed">;
  readonly open: (model: SilentModel) => QueueConsumer;
  /** Beside them, whatever the models are. */
  readonly others: readonly Service[];
  readonly logger: Logger;
}

/**
 * A consumer for each silent model. One comes when an experiment or a rollout needs it, and stays as long as the process: jobs may lie
 * on its queue for as long. As one part: none takes another job while the others end theirs.
 */
export function createConsumers({ models, control, open, others, logger }: ConsumersDeps): Service {
  const running = new Map<string, QueueConsumer>();
  let unfollow = (): void => undefined;

  async function follow(): Promise<void> {
    const coming: QueueConsumer[] = [];
    for (const model of models()) {
      const known = running.get(model.name);
      known?.setConcurrency(model.concurrency);
      if (known !== undefined) continue;
      const consumer = open(model);
      running.set(model.name, consumer);
      coming.push(consumer);
    }
    await Promise.all(coming.map((consumer) => consumer.start()));
  }

  return {
    name: "consumers",
    async start() {
      unfollow = control.changed(() => {
        follow().catch((error: unknown) => logger.error("a consumer cannot start", errorFields(error)));
      });
      await follow();
      await Promise.all(others.map((other) => other.start()));
    },
    async stop(deadline) {
      unfollow();
      await Promise.all([...running.values(), ...others].map((part) => part.stop(deadline)));
    },
  };
}
