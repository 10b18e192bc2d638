import { ELSEWHERE } from "./.vitepress/elsewhere.ts";

/** Pages of the site that are no files of docs/. */
export default {
  paths: () => Promise.all(ELSEWHERE.map(async ({ page, text }) => ({ params: { page }, content: await text() }))),
};
