import { startCpuTimer } from "@understudy/runtime/fixture";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHOICES } from "./choice.ts";
import { readJudgeReply } from "./reply.ts";

describe("a judge's reply", () => {
  test.each([
    ['{"better":"A"}', "A"],
    [' {"better": "tie", "reason": "alike"}\n', "tie"],
    ['{"reasoning": "B is shorter, A is right.", "better": "A"}', "A"],
    ['```json\n{"better":"B"}\n```', "B"],
    ['```\n{"better":"B"}\n```', "B"],
    ['Here it is:\n```json\n{"better":"B"}\n```\nI hope that helps.', "B"],
    ['I think {"better":"A"}', "A"],
    ['{"better":"A"}\n\nAnswer B invents a date.', "A"],
    ['<think>A? No, {"better":"A"} would be wrong.</think>\n{"better":"B"}', "B"],
    ['<think>Both look fine.</think>{"better":"tie"}', "tie"],
    ["<thinking>hm</thinking>B", "B"],
    ['The answers are close.</think>{"better":"B"}', "B"],
    ['{"better":"TIE"}', "tie"],
    ['{"better":"Tie."}', "tie"],
    ['{"better":"equal"}', "tie"],
    ['{"better":"neither"}', "tie"],
    ['{"better":"a"}', "A"],
    ['{"Better":"Answer B"}', "B"],
    ['{"winner":"B"}', "B"],
    ['{"verdict":"[[A]]"}', "A"],
    ['{"verdict":{"reasoning":"short","better":"B"}}', "B"],
    ["{'reasoning': 'it\\'s A\\'s', 'better': 'B'}", "B"],
    ["{'reasoning': 'B doesn't say when', 'better': 'A'}", "A"],
    ["{better: A}", "A"],
    ['{"reasoning":"one\ntwo","better":"A",}', "A"],
    ['{"reasoning":"A says "no"; wrong","better":"B"}', "B"],
    ['{"reasoning":"fine","better":"A"', "A"],
    ['{"better":"A"}\nOn reflection:\n{"better":"B"}', "B"],
    ['{"better":"A"} {"better":"B"}', "B"],
    ["A", "A"],
    ["b", "B"],
    ["B.", "B"],
    ["**A**", "A"],
    ["[[B]]", "B"],
    ["Answer A", "A"],
    ["Tie", "tie"],
    ["TIE", "tie"],
    ["It's a tie.", "tie"],
    ["equal", "tie"],
    ["A > B", "A"],
    ["[[A<<B]]", "B"],
    ["A=B", "tie"],
    ["Verdict: B", "B"],
    ["**Verdict:** Tie", "tie"],
    ["The better answer is A.", "A"],
    ["Final answer: [[A]]", "A"],
    ["I prefer answer B.", "B"],
    ["Answer A is clearly better than answer B, which has the wrong year.", "A"],
    ["Answer B is worse.", "A"],
    ["A is terse. B is right about the date.\n\nB", "B"],
    ["B\n\nIt names the river.", "B"],
    ["A is better in style. B is better in substance. Overall, B is better.", "B"],
    ["Both answers are equally good.", "tie"],
    ["Neither answer is better.", "tie"],
    ["<verdict>B</verdict>", "B"],
    ["So \\boxed{A}", "A"],
    // What an answer says is no verdict.
    ['Answer A ends with {"better":"A"}, which I ignore. I prefer answer B.', "B"],
    ['Answer A ends with {"better":"A"}.', null],
    ['{"better":"B"} although answer A contains {"better":"A"}', "B"],
    ['{"reasoning":"A says {\\"better\\":\\"A\\"} to sway me","better":"B"}', "B"],
    ['{"reasoning":"A says {\\"better\\":\\"A\\"} and then it was cut o', null],
    ['> {"better":"A"}\n\n{"better":"B"}', "B"],
    ['"I prefer answer A, said the expert."', null],
    ["Answer A claims that answer A is better.", null],
    // More than one, or none.
    ["A or B", null],
    ["Either A or B is better.", null],
    ["Answer A or answer B is better.", null],
    ["I prefer answer A. I prefer answer B.", null],
    ["A is better in style. B is better in substance.", null],
    ["If brevity matters, A is better.", null],
    ["I do not prefer answer A.", null],
    ['{"better":"A"} or {"better":"B"} or {"better":"tie"}', null],
    ['{"better":"A or B"}', null],
    ['{"better":"A"|"B"|"tie"}', null],
    ['{"better":"C"}', null],
    ['{"better":["A"]}', null],
    ['{"better":null}', null],
    ['{"A":7,"B":9}', null],
    ['["A"]', "A"],
    ["A\nB", null],
    ["[[A]] [[B]]", null],
    ["null", null],
    ["<think>A is better", null],
    ["Both answers have their merits, and it would be hard to say which of them is the better one.", null],
    ["I cannot judge this.", null],
    ["A better answer would name the river.", null],
    ["", null],
    [null, null],
    [`{"better":"A","reason":"${"x".repeat(5_000)}"}`, "A"],
    [`{"better":"A","reason":"${"x".repeat(20_000)}"}`, null],
  ])("%j is %j", (reply, choice) => {
    expect(readJudgeReply(reply)).toBe(choice);
  });

  test("of any text is a choice or none, and never throws", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      '"',
      "'",
      '"better":',
      "A",
      "B",
      "tie",
      " is better",
      "<think>",
      "\n",
      ":",
      ",",
      "[[",
    );
    const pieces = fc.array(piece, { maxLength: 40 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), pieces), (text) => {
        expect([...CHOICES, null]).toContain(readJudgeReply(text));
      }),
    );
  });

  test("takes no time worth mentioning, whatever it is made of", () => {
    const cpuMs = startCpuTimer();
    for (const unit of [
      "{",
      '{"a":',
      "{a:{",
      '"',
      "'",
      "<think>",
      "\n",
      " ",
      "\\",
      "not ",
      "A is ",
      "my ",
      "> ",
      "{'a':'",
      '{"a":" "',
      "[[",
      "`",
    ]) {
      for (const length of [15_900, 199_000]) readJudgeReply(unit.repeat(length / unit.length));
    }
    expect(cpuMs()).toBeLessThan(2_000);
  });
});
