import { accessibilityFindings, type OpenPage } from "@understudy/testkit";

/** As the tests have it otherwise, which is put back. */
const DESK = { width: 1600, height: 1000, dark: false };
/** The widest breaks of the layout, and the narrowest telephone, in the dark. */
const OTHERS = [
  { width: 1024, height: 768, dark: false, axe: false },
  { width: 320, height: 640, dark: true, axe: true },
] as const;

/**
 * What is wrong with a page as it stands: for whoever cannot see it or work a mouse, in the light on a wide screen and in the dark on
 * a telephone, and where it scrolls sideways. A line each; none is well.
 */
export async function wrongLooks(page: OpenPage["page"]): Promise<readonly string[]> {
  const wrong = [...(await accessibilityFindings(page))];
  for (const { axe, ...look } of OTHERS) {
    await show(page, look);
    const name = `${look.width}${look.dark ? " dark" : ""}`;
    const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
    if (wide > look.width) wrong.push(`${name}: ${wide} px wide`);
    if (axe) wrong.push(...(await accessibilityFindings(page)).map((finding) => `${name}: ${finding}`));
  }
  await show(page, DESK);
  return wrong;
}

/** Without motion: a colour on its way to another has the contrast of neither. */
async function show(page: OpenPage["page"], { width, height, dark }: typeof DESK): Promise<void> {
  await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
}
