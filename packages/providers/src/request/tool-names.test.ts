import { APIS } from "@understudy/apis";
import { expect, test } from "vitest";
import { isChoiceAmong } from "./tool-names.ts";

test.each([
  ["auto", true],
  [{ type: "any" }, true],
  [{ type: "auto", disable_parallel_tool_use: true }, true],
  [{ type: "tool", name: "f" }, true],
  [{ type: "tool", name: "web_search" }, false],
])("with the tool f alone %j makes sense to Messages: %s", (choice, makesSense) => {
  expect(isChoiceAmong(choice, [{ name: "f", input_schema: {} }], APIS.messages.silent.toolName)).toBe(makesSense);
});

test("a choice of several that are not named makes no sense to chat", () => {
  const tools = [{ type: "function", function: { name: "f" } }];
  expect(isChoiceAmong({ type: "allowed_tools" }, tools, APIS.chat.silent.toolName)).toBe(false);
});
