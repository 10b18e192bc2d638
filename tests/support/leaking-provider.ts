import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface LeakingProvider {
  readonly url: string;
  close(): Promise<void>;
}

/** A provider that repeats the key it was called with in all that it says: errors by model `error`, `cut` half way in a stream, else in an answer. */
export async function startLeakingProvider(): Promise<LeakingProvider> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { model } = JSON.parse(Buffer.concat(parts).toString()) as { model: string };
      const { authorization = "", "x-team-tenant": tenant = "" } = request.headers;
      const key = `${authorization.replace(/^Bearer /, "")} ${String(tenant)}`.trim();
      const quoted = quoting(key);
      response.setHeader("x-ratelimit-policy", `${key} ok`);
      response.setHeader("openai-version", Buffer.from(`user:${key}`).toString("base64"));
      if (model === "error") {
        const innererror = { code: key, said: quoted };
        const error = {
          message: quoted,
          type: key,
          code: escaped(key),
          param: key,
          innererror,
          metadata: { raw: quoted },
        };
        // A writer that escapes what it need not.
        const body = JSON.stringify({ error }).replaceAll(String.raw`\\u`, String.raw`\u`);
        response.writeHead(400, { "content-type": "application/json" }).end(body);
      } else if (model === "cut") {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(
          `data: ${JSON.stringify({ model: key, choices: [{ index: 0, delta: { content: "so" } }] })}\n\n`,
        );
        response.end(`data: ${JSON.stringify({ error: { message: quoted, type: key, code: key } })}\n\n`);
      } else {
        const message = { role: "assistant", content: `Your key is ${quoted}`, tool_calls: [] };
        const choices = [{ index: 0, message, finish_reason: "stop" }];
        const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
        const body = JSON.stringify({ id: "x", model: `m-${key}`, system_fingerprint: key, choices, usage });
        response.writeHead(200, { "content-type": "application/json" }).end(body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The key in each way that it may be repeated in. */
function quoting(key: string): string {
  const base64 = Buffer.from(`user:${key}`).toString("base64");
  return [`bad key ${key}.`, encodeURIComponent(key), base64, JSON.stringify({ key }), `${key.slice(0, -2)}…`].join(
    " and ",
  );
}

function escaped(text: string): string {
  return text.replaceAll(/./gs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
