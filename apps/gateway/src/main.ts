import { keepFilesPrivate, loadKept } from "@understudy/runtime";

keepFilesPrivate();
const { runGateway } = await loadKept(process.env, () => import("./run-gateway.ts"));
await runGateway(process.argv.slice(2), process.env);
