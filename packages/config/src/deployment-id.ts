import { shortHash } from "@understudy/runtime";
import { isMapping, type Mapping, type Reading } from "./reading.ts";
import type { Section } from "./section.ts";

interface Identity {
  readonly explicitId: string | null;
  readonly modelGroup: string;
  /** As written: variables by name, so that a new key in the environment makes no new deployment. */
  readonly params: Mapping;
  readonly organization: string | null;
}

/** Gives out deployment ids and sees to it that each is given out once. */
export interface IdBook {
  /** `model_info.id`, or null. With a warning when another entry has it already. */
  claim(info: Section): string | null;
  idFor(identity: Identity): string;
}

/** A book in which no id is given out yet. */
export function createIdBook(reading: Reading): IdBook {
  const claimedAt = new Map<string, string>();
  const given = new Set<string>();
  return {
    claim(info) {
      const written = info.value("id");
      const id = typeof written === "number" ? String(written) : info.text("id");
      if (id === null) return null;
      const earlier = claimedAt.get(id);
      if (earlier !== undefined) {
        const text = `is also ${earlier}: this deployment gets a number behind it; give each an id of its own`;
        reading.warnings.push({ path: info.pathTo("id"), text });
      }
      claimedAt.set(id, info.pathTo("id"));
      return id;
    },
    idFor(identity) {
      const first = identity.explicitId ?? hashOf(identity);
      let id = first;
      for (let number = 2; given.has(id); number += 1) id = `${first}-${number}`;
      given.add(id);
      return id;
    },
  };
}

/** `silent_model` is left out: to start or end an experiment must not give the primary's figures a new name. */
function hashOf({ modelGroup, params, organization }: Identity): string {
  const { silent_model: _, ...rest } = params;
  return shortHash(JSON.stringify(inOrder({ ...rest, organization, model_name: modelGroup })), 12);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isMapping(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key])]));
}
