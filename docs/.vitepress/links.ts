import { existsSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import type { MarkdownRenderer } from "vitepress";
import { ELSEWHERE, ROOT } from "./elsewhere.ts";

/** What a Markdown file knows of where it stands; `relativePath` is the page's, from the site's top. */
interface Place {
  readonly relativePath?: string;
}
type Token = ReturnType<MarkdownRenderer["parse"]>[number];

const pageOf = new Map(ELSEWHERE.map(({ page, file }) => [file, page]));
const fileOf = new Map(ELSEWHERE.map(({ page, file }) => [`${page}.md`, file]));

/**
 * Links are written for whoever reads the files, from where each file stands. Here they become those of the site's pages. A link
 * to a file that is no page loses its link and keeps its words; one to nothing fails the build.
 */
export function linksOfPages(md: MarkdownRenderer): void {
  md.core.ruler.push("links_of_pages", ({ tokens, env }) => {
    for (const { children } of tokens) rewriteAll(children ?? [], env as Place);
  });
}

function rewriteAll(tokens: Token[], { relativePath = "" }: Place): void {
  const origin = fileOf.get(relativePath) ?? `docs/${relativePath}`;
  // The list of decisions is a folder's.
  const folder = origin.endsWith(".md") ? dirname(origin) : origin;
  let unlinked = false;
  for (const token of tokens) {
    if (token.type === "image") token.attrSet("src", imageOf(token.attrGet("src") ?? "", folder, origin));
    if (token.type === "link_open") {
      const target = targetOf(token.attrGet("href") ?? "", folder, origin);
      unlinked = target === null;
      if (target !== null) token.attrSet("href", target);
    }
    if (unlinked && token.type.startsWith("link_")) {
      unlinked = token.type === "link_open";
      token.type = "text";
      token.tag = "";
      token.content = "";
      token.nesting = 0;
    }
  }
}

/** Null where it leads to a file that is no page. */
function targetOf(href: string, folder: string, origin: string): string | null {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [written = "", hash] = href.split("#");
  const file = join(folder, written).replace(/\/$/, "");
  if (!existsSync(join(ROOT, file)) && !pageOf.has(file)) throw new Error(`${origin}: there is no ${file}`);
  const elsewhere = pageOf.get(file);
  const page = elsewhere === undefined ? /^docs\/(.+\.md)$/.exec(file)?.[1] : `${elsewhere}.md`;
  if (page === undefined) return null;
  return `/${page}${hash === undefined ? "" : `#${hash}`}`;
}

/** All pictures stand below docs/, from where every page of the site is built that has one. */
function imageOf(src: string, folder: string, origin: string): string {
  if (/^(?:[a-z]+:|\/)/.test(src)) return src;
  const file = join(folder, src);
  if (!existsSync(join(ROOT, file)) || !file.startsWith("docs/")) throw new Error(`${origin}: there is no ${src}`);
  return `./${file.slice("docs/".length)}`;
}
