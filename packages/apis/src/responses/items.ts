import { isObject, type WireObject } from "../wire.ts";

/** The items of a request's input; none where it is a text. */
export function itemsIn({ input }: WireObject): readonly WireObject[] {
  return objectsOf(input);
}

export function objectsOf(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
