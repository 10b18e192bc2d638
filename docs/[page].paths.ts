import { ELSEWHERE } from "./.vitepress/elsewhere.ts";

/** Pages of the site that are no files of docs/. */
export default {
  paths: () => ELSEWHERE.map(({ page, text }) => ({ params: { page }, content: text() })),
};
