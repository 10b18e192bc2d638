import { keepFilesPrivate } from "@understudy/runtime";
import { runGateway } from "./run-gateway.ts";

keepFilesPrivate();
await runGateway(process.argv.slice(2), process.env);
