import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { apiPage } from "./api-page.ts";
import { metricsPage } from "./metrics-page.ts";

/** The top of the repository. */
export const ROOT = path.join(import.meta.dirname, "../..");

/** A page of the site whose text is not a file of docs/: it is read where it stands, or made. */
interface Page {
  readonly page: string;
  /** From the repository's top; its links are read from there. */
  readonly file: string;
  readonly text: () => string | Promise<string>;
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** A file as it is. */
const whole = (page: string, file: string): Page => ({ page, file, text: () => read(file) });

export const ELSEWHERE: readonly Page[] = [
  { page: "index", file: "README.md", text: () => readmeSections()[0] ?? "" },
  { page: "quick-start", file: "README.md", text: quickStart },
  whole("sdk", "packages/sdk/README.md"),
  whole("security", "SECURITY.md"),
  whole("changelog", "CHANGELOG.md"),
  whole("contributing", "CONTRIBUTING.md"),
  { page: "decisions", file: "docs/decisions", text: decisionsPage },
  { page: "api", file: "docs/api.md", text: apiPage },
  { page: "metrics", file: "docs/metrics.md", text: metricsPage },
];

/** What of the README somebody needs who wants it to run. */
const STEPS = ["Try it", "Configure it", "Run it"];

/** Its head, with what it is, and its sections. */
const readmeSections = (): readonly string[] => read("README.md").split(/\n(?=## )/);

function quickStart(): string {
  const sections = readmeSections();
  const steps = STEPS.map((title) => {
    const section = sections.find((text) => text.startsWith(`## ${title}\n`));
    if (section === undefined) throw new Error(`README.md has no section "${title}", which the quick start is made of`);
    return section;
  });
  return ["# Quick start", ...steps].join("\n\n");
}

export interface Decision {
  readonly page: string;
  readonly title: string;
}

/** Newest first. */
export function decisions(): readonly Decision[] {
  const files = readdirSync(path.join(ROOT, "docs/decisions")).filter((name) => name.endsWith(".md"));
  return files
    .toSorted((one, other) => other.localeCompare(one))
    .map((name) => {
      const heading = /^# (?:\d+\.? )?(.+)$/m.exec(read(`docs/decisions/${name}`))?.[1] ?? name;
      return { page: `decisions/${path.basename(name, ".md")}`, title: `${Number.parseInt(name, 10)}. ${heading}` };
    });
}

function decisionsPage(): string {
  const list = decisions().map(({ page, title }) => `- [${title}](${path.basename(page)}.md)`);
  return ["# Decisions", "What was chosen, and why, newest first. Each tells of its day.", list.join("\n")].join(
    "\n\n",
  );
}
