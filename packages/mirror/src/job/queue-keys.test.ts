import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyText, queueKeys } from "./queue-keys.fixture.ts";
import {
  parseQueueKeys,
  queueKeySecrets,
  QueueKeysError,
  sealedUnder,
  TamperedError,
  UnknownQueueKeyError,
} from "./queue-keys.ts";

const HOW = "write id:KEY, or several with commas between, each KEY from `openssl rand -base64 32`";

describe("keys as they are written", () => {
  test.each([
    ["", `key 1 has no id of letters, digits, - and _ before a colon; ${HOW}`],
    [keyText("one").slice(4), `key 1 has no id of letters, digits, - and _ before a colon; ${HOW}`],
    [keyText("o ne"), `key 1 has no id of letters, digits, - and _ before a colon; ${HOW}`],
    [keyText("x".repeat(33)), `key 1 has no id of letters, digits, - and _ before a colon; ${HOW}`],
    [`${keyText("one")},`, `key 2 has no id of letters, digits, - and _ before a colon; ${HOW}`],
    ["one:hunter2", `key 1 is not 32 bytes in base64; ${HOW}`],
    [`one:${"A".repeat(42)}`, `key 1 is not 32 bytes in base64; ${HOW}`],
    [`${keyText("one")},two:${"A".repeat(44)}`, `key 2 is not 32 bytes in base64; ${HOW}`],
    [`one:${"A".repeat(42)}!A=`, `key 1 is not 32 bytes in base64; ${HOW}`],
    [`${keyText("one")},${keyText("one")}`, "key 2 has the id of an earlier one; give each its own"],
  ])("%j is refused with what to write, and never repeated", (text, message) => {
    expect(() => parseQueueKeys(text)).toThrow(new QueueKeysError(message));
  });

  test("may have blanks around them, and lack their padding", () => {
    const text = ` ${keyText("one").replace("=", "")} ,\n${keyText("two")} `;
    const sealed = queueKeys("one").seal(Buffer.from("text"), "here");
    expect(parseQueueKeys(text).open(sealed, "here").toString()).toBe("text");
  });

  test("have secrets, which are all of them but their ids", () => {
    const [one, two] = [keyText("one"), keyText("two")];
    expect(queueKeySecrets(`${one}, ${two}`)).toEqual([one.slice(4), two.slice(4)]);
  });
});

describe("what is sealed", () => {
  const bytes = fc.uint8Array({ maxLength: 400 });

  test("opens to what it was, and never looks the same twice", () => {
    const keys = queueKeys("one");
    fc.assert(
      fc.property(bytes, fc.string(), (plain, context) => {
        const sealed = keys.seal(plain, context);
        expect(keys.open(sealed, context)).toEqual(Buffer.from(plain));
        expect(keys.seal(plain, context).equals(sealed)).toBe(false);
      }),
    );
  });

  test("is refused when any byte of it is another one, or is missing", () => {
    const keys = queueKeys("one", "two");
    const sealed = keys.seal(Buffer.from("a text of some length"), "here");
    for (const [index, byte] of sealed.entries()) {
      for (const bit of [1, 128]) {
        const altered = Buffer.from(sealed);
        altered[index] = byte ^ bit;
        expect(() => keys.open(altered, "here"), `byte ${index}`).toThrow(/altered|not in UNDERSTUDY_QUEUE_KEYS/);
      }
      expect(() => keys.open(sealed.subarray(0, index), "here"), `${index} bytes`).toThrow(/altered|not in UNDER/);
    }
  });

  test("is refused under the name of another key that is known", () => {
    const keys = queueKeys("one", "two");
    const sealed = keys.seal(Buffer.from("text"), "here");
    sealed.write("two", 2);
    expect(sealedUnder(sealed)).toBe("two");
    expect(() => keys.open(sealed, "here")).toThrow(TamperedError);
  });

  test("is refused in another place than it was sealed for", () => {
    const keys = queueKeys("one");
    expect(() => keys.open(keys.seal(Buffer.from("text"), "job 1"), "job 2")).toThrow(TamperedError);
  });

  test("is sealed by the first key, and opened by any", () => {
    const before = queueKeys("old").seal(Buffer.from("text"), "here");
    const rotating = queueKeys("new", "old");
    expect(rotating.open(before, "here").toString()).toBe("text");
    expect(sealedUnder(rotating.seal(Buffer.from("text"), "here"))).toBe("new");
  });

  test("under a key that is not there asks for it by its id", () => {
    const sealed = queueKeys("old").seal(Buffer.from("text"), "here");
    const open = (): unknown => queueKeys("new").open(sealed, "here");
    expect(open).toThrow(UnknownQueueKeyError);
    expect(open).toThrow("the queue key old, which is not in UNDERSTUDY_QUEUE_KEYS of this process; add it there");
  });
});
