import type { OpenPage } from "@understudy/testkit";

/** Opens all that a page has folded, once its heading is there. */
export async function openFolds(page: OpenPage["page"]): Promise<void> {
  await page.getByRole("heading", { name: "Both sides" }).waitFor();
  await page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = true))");
}
