import { type ControlState, type ExperimentKey, NO_CONTROL, type Rollout } from "@understudy/contracts";
import { type Clock, errorFields, type Logger, type Service, within } from "@understudy/runtime";
import type { ControlStore } from "@understudy/store";
import type { Control } from "./control.ts";
import { type ControlDisk, NO_DISK, openControlDisk } from "./control-disk.ts";
import { type Looks, oneAfterTheOther } from "./one-after-the-other.ts";
import { type Rollback, rolledBack } from "./rolled-back.ts";
import { isOverdue, routes } from "./view.ts";

export interface FollowDeps {
  readonly store: ControlStore;
  /** Experiments of the config, which begin where they have not yet. */
  readonly named: readonly ExperimentKey[];
  /** Where the last state is kept, and of which database, without credentials; null keeps nothing. */
  readonly disk: { readonly folder: string; readonly database: string } | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 1_000;
/** Who starts without a database begins with what its disk has, and waits no longer. */
const START_PATIENCE_MS = 2_000;

/** Follows what is changed in the database: told by it, and with a look at its version each second behind that. */
export function followControl(deps: FollowDeps): Control {
  return new FollowedControl(deps);
}

class FollowedControl implements Control {
  readonly service: Service;
  readonly #deps: FollowDeps;
  readonly #disk: ControlDisk;
  readonly #listeners = new Set<(state: ControlState) => void>();
  /** Made here, until the database has them and was read after that. */
  readonly #rollbacks = new Map<string, Rollback & { recorded: boolean }>();
  readonly #looks: Looks = oneAfterTheOther(() => this.#tryToLook());
  #read = NO_CONTROL;
  #current = NO_CONTROL;
  #begun = false;
  #away = false;
  #stopped = true;
  #endListening: (() => void) | null = null;
  #endLooking = (): void => undefined;

  constructor(deps: FollowDeps) {
    this.#deps = deps;
    this.#disk = deps.disk === null ? NO_DISK : openControlDisk({ ...deps.disk, logger: deps.logger });
    this.service = { name: "control", start: () => this.#start(), stop: () => this.#stop() };
  }

  current(): ControlState {
    return this.#current;
  }

  changed(listener: (state: ControlState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refresh(): Promise<void> {
    return this.#looks.run();
  }

  rollBackHere(id: string, who: string, reason: string | null): Rollout | null {
    const { clock, logger } = this.#deps;
    const rollout = this.#rollout(id);
    if (rollout === null || !routes(rollout)) return rollout;
    const rollback = { rollout: id, at: Math.trunc(clock.now()), who, reason };
    this.#rollbacks.set(id, { ...rollback, recorded: false });
    this.#settle();
    logger.warn("a rollout was rolled back", { rollout: id, experiment: rollout.experiment, who, reason });
    this.#disk.keep(rollback);
    this.#wake();
    return this.#rollout(id);
  }

  #rollout(id: string): Rollout | null {
    return this.#current.rollouts.find((known) => known.id === id) ?? null;
  }

  async #start(): Promise<void> {
    const { clock } = this.#deps;
    this.#stopped = false;
    this.#read = this.#disk.read() ?? NO_CONTROL;
    for (const rollback of this.#disk.rollbacks()) {
      this.#rollbacks.set(rollback.rollout, { ...rollback, recorded: false });
    }
    this.#settle();
    await within(this.refresh(), START_PATIENCE_MS, clock);
    this.#endLooking = clock.every(LOOK_EVERY_MS, () => this.#wake());
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    this.#endLooking();
    this.#endListening?.();
    this.#endListening = null;
    await this.#looks.idle();
  }

  #wake(): void {
    if (!this.#stopped) void this.refresh();
  }

  #settle(): void {
    const next = rolledBack(this.#read, [...this.#rollbacks.values()]);
    if (next === this.#current) return;
    this.#current = next;
    for (const listener of this.#listeners) this.#tell(listener, next);
  }

  /** A state holds, and is kept, whatever becomes of those who are told of it. */
  #tell(listener: (state: ControlState) => void, state: ControlState): void {
    try {
      listener(state);
    } catch (error) {
      this.#deps.logger.error("a change could not be followed", errorFields(error));
    }
  }

  async #tryToLook(): Promise<void> {
    const { logger } = this.#deps;
    try {
      await this.#look();
      if (this.#away) logger.info("what can be changed while it runs is read again", { version: this.#read.version });
      this.#away = false;
    } catch (error) {
      const message = "what can be changed while it runs cannot be read; what is known stands";
      if (!this.#away) logger.warn(message, errorFields(error));
      this.#away = true;
    }
    await this.#listen();
  }

  async #look(): Promise<void> {
    const { store, named, clock } = this.#deps;
    if (!this.#begun) await store.begin(named);
    await this.#record();
    if (isOverdue(this.#current, clock.now())) await store.endOverdue();
    const recorded = [...this.#rollbacks.values()].filter(({ recorded }) => recorded);
    if (this.#begun && recorded.length === 0 && (await store.version()) === this.#read.version) return;
    this.#read = await store.read();
    this.#begun = true;
    for (const { rollout } of recorded) this.#rollbacks.delete(rollout);
    this.#settle();
    this.#disk.write(this.#current);
  }

  async #record(): Promise<void> {
    for (const rollback of this.#rollbacks.values()) {
      if (rollback.recorded) continue;
      const { rollout, who, reason, at } = rollback;
      await this.#deps.store.rollBack(rollout, { who, reason, at });
      rollback.recorded = true;
      this.#disk.forget(rollout);
    }
  }

  /** Some databases, behind a pooler of connections, tell nobody of anything: then looks are all there is. */
  async #listen(): Promise<void> {
    const { store, logger } = this.#deps;
    if (this.#endListening !== null || this.#stopped || this.#away) return;
    const lost = (error: Error): void => {
      this.#endListening = null;
      logger.debug("changes are looked for, and not told of, for now", errorFields(error));
    };
    const end = await store.listen(() => this.#wake(), lost).catch(lost);
    if (end === undefined) return;
    if (this.#stopped) end();
    else this.#endListening = end;
    // What changed before it listened was told to nobody.
    this.#wake();
  }
}
