import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkFile } from "./check.ts";

/**
 * One small file for each rule. Comments at its head say the environment (`# env NAME=value`), parts of the picture
 * (`# shows`), and every line that is a fault, `not served:`, `warning:` or `ignored:` (`# says`).
 */
const FOLDER = join(import.meta.dirname, "../fixtures/configs");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

function commentsOf(text: string, word: string): string[] {
  return [...text.matchAll(new RegExp(`^# ${word} (.*)$`, "gm"))].map(([, rest = ""]) => rest);
}

function checked(name: string) {
  const file = join(FOLDER, name);
  const text = readFileSync(file, "utf8");
  const env = Object.fromEntries(commentsOf(text, "env").map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const { picture, faults } = checkFile(file, env as Record<string, string>);
  const classes = picture.split("\n").filter((line) => /^(?:not served|warning|ignored): /.test(line));
  const said = [...(faults === "" ? [] : faults.split("\n")), ...classes].map((line) =>
    line.replaceAll(`${FOLDER}/`, ""),
  );
  return { text, picture, said };
}

describe("understudy check", () => {
  test.each(files)("%s", (name) => {
    const { text, picture, said } = checked(name);
    expect(said).toEqual(commentsOf(text, "says"));
    for (const part of commentsOf(text, "shows")) expect(picture).toContain(part);
    expect(picture + said.join("\n")).not.toMatch(/canary|hunter2/);
  });

  test("sixty files and more are looked at", () => {
    expect(files.length).toBeGreaterThan(60);
  });
});
