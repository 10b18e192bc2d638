import type { OpenPage } from "@understudy/testkit";
import { expect } from "vitest";

type Locator = ReturnType<OpenPage["page"]["locator"]>;

/**
 * Does by keyboard what a click would: focuses it, and presses Enter once it has the focus. While a dialog is open what lies
 * behind it takes none, however often it is asked to.
 */
export async function pressEnter(element: Locator): Promise<void> {
  const focused = async (): Promise<boolean> => {
    await element.focus();
    return element.evaluate((one) => one.matches(":focus"));
  };
  await expect.poll(focused).toBe(true);
  await element.page().keyboard.press("Enter");
}
