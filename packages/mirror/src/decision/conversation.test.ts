import { viewRequest } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import { conversationOf } from "./conversation.ts";

const user = (content: unknown) => ({ role: "user", content });
const turns = (...messages: readonly unknown[]) => ({ messages });
const keyOf = (body: unknown, session: string | null = null) => conversationOf(viewRequest("chat", body), session).key;

describe("two requests are turns of one conversation", () => {
  test.each<readonly [string, readonly unknown[], readonly unknown[]]>([
    ["by the session in their header", [turns(user("a")), "s-1"], [turns(user("b")), "s-1"]],
    [
      "by their metadata",
      [{ metadata: { session_id: "s" }, user: "ann" }],
      [{ metadata: { session_id: "s" }, user: "bob" }],
    ],
    [
      "by LiteLLM's thread",
      [{ metadata: { thread_id: "t" } }],
      [{ metadata: { thread_id: "t" }, messages: [user("x")] }],
    ],
    [
      "by the session in Claude Code's user id, old form",
      [{ metadata: { user_id: "user_ab_account__session_1f-2" } }],
      [{ metadata: { user_id: "user_cd_account__session_1f-2" } }],
    ],
    [
      "by the session in Claude Code's user id, new form",
      [{ metadata: { user_id: '{"device_id":"d","session_id":"s"}' } }],
      [{ metadata: { user_id: '{"device_id":"e","session_id":"s"}' } }],
    ],
    [
      "by their cache key",
      [{ prompt_cache_key: "k", ...turns(user("a")) }],
      [{ prompt_cache_key: "k", ...turns(user("b")) }],
    ],
    [
      "by how they began",
      [turns({ role: "system", content: "Be brief." }, user("Hello"))],
      [
        turns(
          { role: "system", content: "Be brief." },
          user("Hello"),
          { role: "assistant", content: "Hi" },
          user("And?"),
        ),
      ],
    ],
    [
      "by how they began, in parts",
      [turns(user([{ type: "text", text: "Hi" }]))],
      [turns(user([{ type: "text", text: "Hi" }]), user("x"))],
    ],
    ["by their user, where nothing else is said", [{ user: "ann" }], [{ user: "ann", metadata: {} }]],
  ])("%s", (_, one, other) => {
    const [first, second] = [one, other].map(([body, session]) => keyOf(body, (session as string | undefined) ?? null));
    expect(first).not.toBeNull();
    expect(first).toBe(second);
  });
});

describe("two requests are of two conversations", () => {
  test.each<readonly [string, unknown, unknown]>([
    ["when they began with other words", turns(user("Hello")), turns(user("Hallo"))],
    [
      "when they were instructed otherwise",
      turns({ role: "system", content: "A" }, user("x")),
      turns({ role: "system", content: "B" }, user("x")),
    ],
    ["when two users began alike", { ...turns(user("Hello")), user: "ann" }, { ...turns(user("Hello")), user: "bob" }],
    [
      "when only the end of long texts differs in length",
      turns(user("a".repeat(5_000))),
      turns(user("a".repeat(5_001))),
    ],
  ])("%s", (_, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });
});

test("a conversation's finer name is that of its turns, should its session be that of a whole service", () => {
  const [one, other] = ["a", "b"].map((text) =>
    conversationOf(viewRequest("chat", { prompt_cache_key: "all", ...turns(user(text)) }), null),
  );
  expect(one?.key).toBe(other?.key);
  expect(one?.finer).not.toBe(other?.finer);
  expect(one?.finer).toBe(keyOf(turns(user("a"))));
});

test("requests that all begin with the same examples can be told apart by their last message", () => {
  const shot = [user("2 + 2"), { role: "assistant", content: "4" }];
  const [one, other] = ["3 + 3", "5 + 5"].map((text) =>
    conversationOf(viewRequest("chat", turns(...shot, user(text))), null),
  );
  expect(one?.key).toBe(other?.key);
  expect(one?.finer).toMatch(/^3\.[0-9a-f]{16}$/);
  expect(one?.finer).not.toBe(other?.finer);
});

test.each([null, undefined, "text", 7, [], {}, { metadata: 7, user: "" }, { messages: [null, 7] }])(
  "%j names no conversation",
  (body) => {
    expect(conversationOf(viewRequest("chat", body), null)).toEqual({ key: null, finer: null });
  },
);

test("names are hashed", () => {
  expect(
    JSON.stringify(
      conversationOf(viewRequest("chat", { user: "ann@example.com", ...turns(user("secret words")) }), "s-1"),
    ),
  ).not.toMatch(/ann|secret|s-1/);
});
