/** A JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const number: Schema = { type: "number" };
export const whole: Schema = { type: "integer" };
export const yes: Schema = { type: "boolean" };
export const moment: Schema = { type: "integer", description: "Epoch milliseconds." };
/** What has its own documentation elsewhere, or a shape of its wire's. */
export const anything: Schema = {};

export const one = (...values: readonly string[]): Schema => ({ type: "string", enum: values });
export const list = (items: Schema): Schema => ({ type: "array", items });
export const record = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const maybe = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

/** All of it is there, but for what is named as optional. More keys may come with later versions. */
export function object(properties: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required };
}

/** A list in pages, as all lists here are. */
export const pageOf = (item: Schema): Schema => object({ data: list(item), next_cursor: maybe(text) });
