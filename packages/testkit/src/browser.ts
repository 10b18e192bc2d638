import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

import { closeAtEnd } from "./closing.ts";
import { Missing } from "./missing.ts";
import { findProgram } from "./program.ts";

/** A page, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors on its console, uncaught errors, and requests to any other origin than its first. */
  readonly faults: readonly string[];
}

/** A real browser with an empty profile, closed by `stopAll`. */
export interface TestBrowser {
  /** A window of its own size and colour scheme; cookies are its own as well. */
  open(options: { readonly width: number; readonly height: number; readonly dark?: boolean }): Promise<OpenPage>;
}

/** What keeps Chromium from looking for its maker's hosts, and lets it run as root in a container. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of a Chromium on this machine; null when there is none. */
export function chromiumPath(): string | null {
  return findProgram("chromium") ?? findProgram("google-chrome") ?? findProgram("chromium-browser");
}

export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Missing("no Chromium");
  return {
    async open({ width, height, dark = false }) {
      const folder = await mkdtemp(path.join(tmpdir(), "understudy-browser-"));
      const context = await chromium.launchPersistentContext(folder, {
        executablePath,
        args: FLAGS,
        headless: true,
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
      });
      closeAtEnd(async () => {
        await context.close();
        await rm(folder, { recursive: true, force: true });
      });
      context.setDefaultTimeout(60_000);
      const page = context.pages()[0] ?? (await context.newPage());
      return { page, faults: watch(context, page) };
    },
  };
}

function watch(context: BrowserContext, page: Page): readonly string[] {
  const faults: string[] = [];
  let home: string | null = null;
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!protocol.startsWith("http")) return;
    home ??= origin;
    if (origin !== home) faults.push(`request to ${request.url()}`);
  });
  return faults;
}
