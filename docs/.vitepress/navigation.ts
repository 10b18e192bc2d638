import type { DefaultTheme } from "vitepress";
import { decisions } from "./elsewhere.ts";

const item = (text: string, page: string): DefaultTheme.SidebarItem => ({ text, link: `/${page}` });

/** Every page of the site once, by what somebody comes for. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
  {
    text: "Start",
    items: [
      item("What it is", ""),
      item("Quick start", "quick-start"),
      item("From a LiteLLM proxy", "migrate-from-litellm"),
      item("With another gateway", "with-another-gateway"),
    ],
  },
  {
    text: "Guides",
    items: [
      item("A takeover once", "takeover"),
      item("Roll out, and take back", "rollout"),
      item("Read the pairs", "review"),
      item("Replay stored requests", "replay"),
      item("Logs and sinks", "logging"),
      item("Between APIs: the bridge", "bridge"),
      item("As a library", "sdk"),
    ],
  },
  {
    text: "Reference",
    items: [
      item("Configuration", "configuration"),
      item("Providers", "providers"),
      item("HTTP API", "api"),
      item("Kinds of failure", "errors"),
      item("Metrics", "metrics"),
    ],
  },
  {
    text: "Operations",
    items: [item("Run it", "operations"), item("Security", "security"), item("Changelog", "changelog")],
  },
  {
    text: "Why",
    items: [
      item("How a verdict is made", "evaluation"),
      item("Performance", "performance"),
      item("Architecture", "architecture"),
      item("The page", "page"),
      item("Contributing", "contributing"),
      {
        text: "Decisions",
        link: "/decisions",
        collapsed: true,
        items: decisions().map(({ title, page }) => item(title, page)),
      },
    ],
  },
];
