import { createSimulator } from "@understudy/simulator";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

// A simulated provider in a process of its own, whose models can be told from outside what to do wrong:
// PUT /<model> with a fault, or with nothing for none, on the second address it prints.

const simulator = createSimulator({ remember: 0 });
const { url } = await simulator.start();

async function obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const fault = await text(request);
  simulator.script(decodeURIComponent(request.url ?? "/").slice(1), fault === "" ? null : fault);
  response.end();
}

const control = createServer((request, response) => void obey(request, response));
// A connection that it closed while a word is on its way would be an error of the test's own.
control.keepAliveTimeout = 0;
control.listen(0, "127.0.0.1", () => {
  const { port } = control.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url, control: `http://127.0.0.1:${port}` })}\n`);
});
