import { fileURLToPath } from "node:url";

/** Folder of the built page: `npm run build` fills it. */
export const dashboardFolder = fileURLToPath(new URL("../dist", import.meta.url));
