import { defineConfig } from "vitepress";
import { anchorOf } from "./anchors.ts";
import { checkLinks } from "./check-links.ts";
import { linksOfPages } from "./links.ts";
import { SIDEBAR } from "./navigation.ts";

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='21' cy='16' r='9.5' fill='none' stroke='%2385858f' stroke-width='3'/%3E%3Ccircle cx='12' cy='16' r='10.5' fill='%233453d1'/%3E%3C/svg%3E";

export default defineConfig({
  title: "Understudy",
  description: "Could another model take over? Find out from your production traffic, without touching it.",
  lang: "en",
  head: [["link", { rel: "icon", href: ICON }]],
  cacheDir: "../node_modules/.cache/docs",
  markdown: {
    // What stands between angle brackets in these pages is text.
    html: false,
    languageAlias: { promql: "txt" },
    anchor: { slugify: anchorOf },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: linksOfPages,
  },
  buildEnd: ({ outDir, site }) => checkLinks(outDir, site.base),
  themeConfig: {
    sidebar: SIDEBAR,
    outline: { level: [2, 3] },
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
  },
});
