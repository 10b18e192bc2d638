import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirname, join as joinUrl } from "node:path/posix";

/**
 * Fails the build for a link to a page, a part of a page or a file that the site does not have. VitePress looks at links in Markdown
 * alone, and at pages alone: not at headings, navigation and the first page, nor does it stop where made pages could not be.
 */
export function checkLinks(folder: string, base: string): void {
  const files = new Set(readdirSync(folder, { recursive: true, encoding: "utf8" }));
  const pages = new Map(
    [...files]
      .filter((file) => file.endsWith(".html"))
      .map((file) => [file, readFileSync(join(folder, file), "utf8")] as const),
  );
  const ids = new Map([...pages].map(([file, html]) => [file, idsOf(html)]));
  const dead = [...pages].flatMap(([page, html]) =>
    linksOf(html)
      .map((link) => ({ link, ...targetOf(link, page, base) }))
      .filter(({ file, hash }) => !files.has(file) || (hash !== "" && ids.get(file)?.has(hash) !== true))
      .map(({ link }) => `${page}: ${link}`),
  );
  if (dead.length > 0) throw new Error(`dead links\n${dead.join("\n")}`);
}

const idsOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));

const linksOf = (html: string): readonly string[] =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)]
    .map(([, link = ""]) => link.replaceAll("&amp;", "&"))
    .filter((link) => !/^[a-z]+:/.test(link));

function targetOf(link: string, page: string, base: string): { readonly file: string; readonly hash: string } {
  const [path = "", hash = ""] = link.split("#");
  const at = decodeURIComponent(path.replace(/\?.*$/, ""));
  if (at === "") return { file: page, hash: decodeURIComponent(hash) };
  const file = at.startsWith("/") ? at.slice(base.length) : joinUrl(dirname(page), at);
  const named = file === "" || file.endsWith("/") ? `${file}index.html` : file;
  return { file: /\.\w+$/.test(named) ? named : `${named}.html`, hash: decodeURIComponent(hash) };
}
