import { describe, expect, test } from "vitest";
import { readYamlText } from "./yaml.ts";

const read = (text: string | Uint8Array) =>
  readYamlText(typeof text === "string" ? new TextEncoder().encode(text) : text, "config.yaml");
const linesOf = (text: string | Uint8Array) =>
  read(text).faults.map(({ path, problem, fix }) => `${path}: ${problem}; ${fix}`);

describe("a plain value is what PyYAML 6 reads", () => {
  test.each<[string, unknown]>([
    ["20_000", 20_000],
    ["1:30", 90],
    ["190:20:30", 685_230],
    ["1:30.5", 90.5],
    ["-1:30", -90],
    ["010", 8],
    ["08", "08"],
    ["0o17", "0o17"],
    ["0x1F", 31],
    ["-0b11", -3],
    ["+12", 12],
    ["0", 0],
    ["1_", 1],
    ["_1", "_1"],
    ["5.", 5],
    [".5", 0.5],
    ["1_0.5", 10.5],
    ["1.5e+10", 1.5e10],
    ["1.5e10", "1.5e10"],
    ["3e-06", "3e-06"],
    ["3.0e-06", 3e-6],
    ["-.INF", Number.NEGATIVE_INFINITY],
    [".nan", Number.NaN],
    ["yes", true],
    ["No", false],
    ["on", true],
    ["OFF", false],
    ["y", "y"],
    ["n", "n"],
    ["TRUE", true],
    ["tRUE", "tRUE"],
    ["~", null],
    ["", null],
    ["nULL", "nULL"],
    ['"yes"', "yes"],
    ["'10'", "10"],
    ["!!str 10", "10"],
    ['!!int "0x10"', 16],
    ["10:70", "10:70"],
    ["2024-10-21", "2024-10-21"],
    ["os.environ/KEY", "os.environ/KEY"],
    ["http://127.0.0.1:80/v1", "http://127.0.0.1:80/v1"],
  ])("%s", (written, value) => {
    expect(read(`a: ${written}\n`)).toEqual({ values: { a: value }, faults: [], warnings: [] });
  });

  test("merge keys lie under what is written, wherever they stand, and the first of several wins", () => {
    const text = "d: &d {x: 1}\ne: &e {x: 2, y: 2}\na: {y: 3, <<: [*d, *e]}\n";
    expect(read(text).values["a"]).toEqual({ x: 1, y: 3 });
  });

  test("brackets may close wherever they like", () => {
    const { values, faults } = read('a:\n  b: {\n"x": 1,\n    "y": [1,\n2\n]\n  }\nc: 1\n');
    expect([values, faults]).toEqual([{ a: { b: { x: 1, y: [1, 2] } }, c: 1 }, []]);
  });

  test("a key that is written twice counts as it is written last, and is warned of by its place", () => {
    expect(read("a: 1\nb: {c: 1, c: 2}\na: 3\n")).toEqual({
      values: { a: 3, b: { c: 2 } },
      faults: [],
      warnings: [
        { path: "config.yaml:3:1", text: "writes a once more in one map: the last one counts" },
        { path: "config.yaml:2:11", text: "writes c once more in one map: the last one counts" },
      ],
    });
  });
});

describe("a file that cannot be understood is one clear line", () => {
  const laughs = "bcdefghi".split("").map((name, index) => {
    const before = "abcdefgh"[index] ?? "a";
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]\n`;
  });
  test.each<[string, string | Uint8Array, RegExp]>([
    ["nothing", "", /^config\.yaml: the file is empty; write a model_list in it$/],
    ["a list", "- a\n", /^config\.yaml: holds a list, not a map; write model_list: first$/],
    ["Latin-1", new Uint8Array([0x61, 0x3a, 0x20, 0xe9, 0x0a]), /^config\.yaml: is not UTF-8 text; save it as UTF-8$/],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0]), /is not UTF-8 text/],
    [
      "a NUL",
      "a: 1\nb: x\0y\n",
      /^config\.yaml:2:5: holds a character that YAML does not allow \(U\+0000\); remove it$/,
    ],
    ["an escape code", "a: \u001b[2Kx\n", /^config\.yaml:1:4: .*\(U\+001B\)/],
    ["several documents", "a: 1\n---\nb: 2\n", /^config\.yaml: holds several YAML documents; keep one/],
    ["an anchor in itself", "a: &x [*x]\n", /^config\.yaml: has an anchor that an alias inside it refers to/],
    ["an anchor deep in itself", "a: &x {b: [{c: *x}]}\n", /has an anchor that an alias inside it refers to/],
    [
      "aliases of aliases",
      `a: &a [${"x, ".repeat(9)}]\n${laughs.join("")}`,
      /^config\.yaml: has aliases that stand for more values than can be held/,
    ],
    [
      "depth",
      `a: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`,
      /^config\.yaml: is nested too deeply; correct the YAML$/,
    ],
    ["depth that a parser survives", `a: ${"[".repeat(600)}${"]".repeat(600)}\n`, /is nested too deeply/],
    [
      "a tag of Python's",
      "a: !!python/object:os.system x\n",
      /^config\.yaml:1:4: Unresolved tag; correct the YAML; a text that begins with ! needs quotes$/,
    ],
    [
      "a tag of another tool's",
      "a: !Ref x\n",
      /^config\.yaml:1:4: Unresolved tag; correct the YAML; a text that begins with ! needs quotes$/,
    ],
    ["an alias of nothing", "a: *nowhere\n", /^config\.yaml: Unresolved alias/],
  ])("%s", (_, text, line) => {
    const lines = linesOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  test.each([
    "key: !canary",
    "key: !canary!",
    "key: !<canary",
    "key: !!canary!x {}",
    "key: !!str {canary: 1}",
    "%canary\nkey: 1",
    "%canary x y\n---\nkey: 1",
    "%YAML canary\n---\nkey: 1",
    "key: @canary",
    "key: `canary`",
    "key: *canary",
    "key: |canary",
    'key: "canary\\qanary"',
    "key: canary: canary",
    "key: [canary",
    "key: 'canary",
    'key: "canary',
    "? canary\n:canary\n- canary",
    "key: &canary &canary x",
  ])("no line quotes what may be a password: %s", (text) => {
    for (const line of linesOf(`${text}\n`)) expect(line).not.toContain("anary");
  });

  test("a file with a byte order mark, or with lines of Windows, is as good as any", () => {
    expect(read("\ufeffa: 1\r\nb: yes\r\n").values).toEqual({ a: 1, b: true });
  });
});
