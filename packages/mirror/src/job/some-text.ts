import { z } from "zod";

/** A text with something in it. zod's own `min` looks at the `length` of what is no text as well, and throws at an odd one. */
export const someText = z.string().regex(/./s);
