import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** By tag for people and by digest for machines. */
const PINNED = /^[\w./-]+:[\w.-]+@sha256:[\da-f]{64}$/;

const captured = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, value = ""]) => value);
/** The value that holds where the variable is not set. */
const defaultOf = (value: string): string => /^\$\{\w+:-(.+)\}$/.exec(value)?.[1] ?? value;

test("every image that compose and Dockerfile take from elsewhere is named by its digest", async () => {
  const compose = await readFile("docker-compose.yml", "utf8");
  const dockerfile = await readFile("Dockerfile", "utf8");
  const own = "understudy";
  const images = captured(compose, /^ +image: (\S+)$/gm).filter((image) => image !== own);
  const names = images.map((image) => defaultOf(image).split(":")[0]);
  expect(names).toEqual(["redis", "postgres", "prom/prometheus", "grafana/grafana"]);
  const [base = "", ...more] = captured(dockerfile, /^ARG NODE_IMAGE=(\S+)$/gm);
  expect(more).toEqual([]);
  for (const image of [...images.map(defaultOf), base]) expect(image).toMatch(PINNED);
  // What compose builds by is what the Dockerfile says.
  expect(captured(compose, /^ +NODE_IMAGE: (\S+)$/gm).map(defaultOf)).toEqual([base]);
  expect(new Set(captured(dockerfile, /^FROM (\S+)/gm))).toEqual(new Set(["${NODE_IMAGE}", "manifests"]));
});

test("the image says what it is, runs as nobody in particular, and knows whether it is well", async () => {
  const dockerfile = await readFile("Dockerfile", "utf8");
  const { version, license } = JSON.parse(await readFile("package.json", "utf8")) as Readonly<Record<string, string>>;
  expect(captured(dockerfile, /^ARG VERSION=(\S+)$/gm)).toEqual([version]);
  expect(dockerfile).toContain(`org.opencontainers.image.licenses="${license}"`);
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK .*CMD \["node"/m);
});
