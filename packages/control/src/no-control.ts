import { NO_CONTROL } from "@understudy/contracts";
import type { Control } from "./control.ts";

/** For a process in which nothing can be changed: what the configuration says holds. */
export function noControl(): Control {
  return {
    current: () => NO_CONTROL,
    changed: () => () => undefined,
    rollBackHere: () => null,
    refresh: () => Promise.resolve(),
    service: { name: "control", start: () => Promise.resolve(), stop: () => Promise.resolve() },
  };
}
