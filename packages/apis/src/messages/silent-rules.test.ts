import { describe, expect, test } from "vitest";
import { MESSAGES_SILENTLY } from "./silent-rules.ts";

const { isClientTool, toolName, statefulBy } = MESSAGES_SILENTLY;

describe("a tool", () => {
  test.each([
    { name: "f", input_schema: {} },
    { name: "f", input_schema: {}, type: null },
    { type: "custom", name: "f", input_schema: {} },
    { type: "bash_20250124", name: "bash" },
    { type: "text_editor_20250728", name: "str_replace_based_edit_tool" },
    { type: "memory_20250818", name: "memory" },
    { type: "computer_20251124", name: "computer" },
    { type: "computer_toolset_20260801" },
    { type: "browser_toolset_20260801" },
    { type: "tool_search_tool_bm25_20251119", name: "tool_search_tool_bm25" },
  ])("that its client runs, or that reads only the request, stays: %j", (tool) => {
    expect(isClientTool(tool)).toBe(true);
  });

  test.each([
    { type: "web_search_20250305", name: "web_search" },
    { type: "web_fetch_20260318", name: "web_fetch" },
    { type: "code_execution_20250825", name: "code_execution" },
    { type: "bash_code_execution_20250825", name: "bash" },
    { type: "advisor_20260301", name: "advisor" },
    { type: "mcp_toolset", mcp_server_name: "s" },
    { type: "something_20270101", name: "new" },
    { type: "bash", name: "bash" },
    { type: 5, name: "f" },
    {},
    null,
    "web_search",
  ])("that acts at the provider, or may, goes: %j", (tool) => {
    expect(isClientTool(tool)).toBe(false);
  });

  test("has a name, and so has the choice of one", () => {
    expect([{ name: "f" }, { type: "tool", name: "f" }, { type: "any" }, null].map(toolName)).toEqual([
      "f",
      "f",
      null,
      null,
    ]);
  });
});

describe("a request leans on what only its provider holds", () => {
  const messages = [{ role: "user", content: "a" }];
  const with_ = (...content: readonly object[]) => ({ messages: [{ role: "user", content }] });

  test.each([
    ["thread", { thread: { id: "thread_1" } }],
    ["container", { messages, container: "container_1" }],
    ["container", { messages, container: { id: "container_1", skills: [] } }],
    ["file", with_({ type: "image", source: { type: "file", file_id: "file_1" } })],
    ["file", with_({ type: "container_upload", file_id: "file_1" })],
    ["file", with_({ type: "tool_result", content: [{ type: "document", source: { type: "file", file_id: "f" } }] })],
    ["compaction", with_({ type: "compaction", content: "so far", encrypted_content: "x" })],
  ])("%s: %j", (what, body) => {
    expect(statefulBy(body)).toBe(what);
  });

  test("or does not", () => {
    const image = { type: "image", source: { type: "url", url: "https://example.com/a.png" } };
    for (const body of [{ messages }, { messages, container: { skills: [] } }, with_(image), { messages: "x" }, {}])
      expect(statefulBy(body)).toBeNull();
  });
});
