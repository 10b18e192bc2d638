import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, test } from "vitest";

/** What docs/architecture.md says of rooms and arrows, held against the imports. */
const ROOMS = ["packages", "apps"].flatMap((floor) => readdirSync(floor).map((room) => `${floor}/${room}`));
const SOURCES = ROOMS.flatMap((room) =>
  readdirSync(join(room, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(room, "src", path)),
);
const ships = (file: string): boolean =>
  !/\.(?:test|fixture|conformance)\.tsx?$/.test(file) && !file.startsWith("packages/testkit/");
const texts = new Map(SOURCES.map((file) => [file, readFileSync(file, "utf8")]));
const roomOf = (file: string): string => file.split("/").slice(0, 2).join("/");

function importsOf(file: string): readonly string[] {
  return [...(texts.get(file) ?? "").matchAll(/\bfrom "([^"]+)"/g)].map(([, name = ""]) => name);
}

/** Files of this house that a file imports by a relative path. */
const neighboursOf = (file: string): readonly string[] =>
  importsOf(file)
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(file), name)))
    .filter((target) => texts.has(target));

/** Rooms that what ships of a room imports by name. */
function roomsBelow(room: string): readonly string[] {
  const names = SOURCES.filter((file) => roomOf(file) === room && ships(file)).flatMap(importsOf);
  const own = names.map((name) => /^@understudy\/([\w-]+)/.exec(name)?.[1]).filter((name) => name !== undefined);
  return [...new Set(own)].map((name) => ROOMS.find((known) => known.endsWith(`/${name}`)) ?? name);
}

/** A way along the arrows that comes back to where it began; empty where there is none. */
function circleIn(nodes: readonly string[], arrows: (node: string) => readonly string[]): readonly string[] {
  const done = new Set<string>();
  const search = (node: string, way: readonly string[]): readonly string[] => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of arrows(node)) {
      const found = search(next, [...way, node]);
      if (found.length > 0) return found;
    }
    done.add(node);
    return [];
  };
  return nodes.map((node) => search(node, [])).find((found) => found.length > 0) ?? [];
}

describe("the house", () => {
  test("has no circle of files, types included", () => {
    expect(circleIn(SOURCES, neighboursOf)).toEqual([]);
  });

  test("has no circle of rooms, and no arrow up to an app", () => {
    expect(circleIn(ROOMS, roomsBelow)).toEqual([]);
    const packages = ROOMS.filter((room) => room.startsWith("packages/"));
    expect(packages.flatMap(roomsBelow).filter((room) => room.startsWith("apps/"))).toEqual([]);
  });

  test("has one face for each room: nothing reaches inside another", () => {
    const inside = SOURCES.flatMap((file) =>
      neighboursOf(file)
        .filter((target) => roomOf(target) !== roomOf(file))
        .map((target) => `${file} -> ${target}`),
    );
    expect(inside).toEqual([]);
  });

  test("ships nothing that is for tests", () => {
    const leaning = SOURCES.filter(ships).flatMap((file) =>
      importsOf(file)
        .filter((name) => /\.(?:fixture|conformance|test)\.tsx?$|\/fixture$|^@understudy\/testkit/.test(name))
        .map((name) => `${file} -> ${name}`),
    );
    expect(leaning).toEqual([]);
  });

  test("computes without I/O what it judges by", () => {
    const pure = ["packages/apis", "packages/providers", "packages/evaluation"];
    const impure = SOURCES.filter((file) => pure.includes(roomOf(file)) && ships(file)).flatMap((file) =>
      importsOf(file)
        .filter((name) => /^node:(?:fs|net|http|https|tls|dns|child_process)/.test(name))
        .map((name) => `${file} -> ${name}`),
    );
    expect(impure).toEqual([]);
  });

  test("writes down what crosses a room once, in contracts", () => {
    const defined = /^export (?:interface|type|const|class) (\w+)/gm;
    const namesIn = (file: string) => [...(texts.get(file) ?? "").matchAll(defined)].map(([, name = ""]) => name);
    const facts = new Set(
      SOURCES.filter((file) => file.startsWith("packages/contracts/") && ships(file)).flatMap(namesIn),
    );
    const again = SOURCES.filter((file) => !file.startsWith("packages/contracts/") && ships(file)).flatMap((file) =>
      namesIn(file)
        .filter((name) => facts.has(name))
        .map((name) => `${name} in ${file}`),
    );
    expect(facts.size).toBeGreaterThan(20);
    expect(again).toEqual([]);
  });
});
