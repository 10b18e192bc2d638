import { freePort, spawnProcess } from "@understudy/testkit";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Contestant } from "./contestants.ts";
import { versionSaid } from "./installed.ts";
import { configText, readyAt } from "./programs.ts";
import { scratchFolder } from "./scratch.ts";

/** Where peers are to be found. */
export interface PeerPlaces {
  /** Folder of the npm package `@portkey-ai/gateway`; null leaves Portkey out. */
  readonly portkeyFolder: string | null;
  /** LiteLLM's program, by name or path. It is left out where that is none. */
  readonly litellm: string;
}

/** One that others are held against by name. */
export interface Peer extends Contestant {
  /** Without its version. */
  readonly peer: string;
}

/** The peers that are installed here. None is needed, and none is a dependency. */
export async function startPeers(upstreamUrl: string, places: PeerPlaces): Promise<readonly Peer[]> {
  const peers = [
    await startNginx(upstreamUrl),
    await startPortkey(upstreamUrl, places.portkeyFolder),
    await startLitellm(upstreamUrl, places.litellm),
  ];
  return peers.filter((peer) => peer !== null);
}

/** LiteLLM's proxy, which reads the gateway's own configuration, and mirrors every request as `silent_model` has it. */
async function startLitellm(upstreamUrl: string, command: string): Promise<Peer | null> {
  const version = /version\D*(\d+\.\d+\S*)/i.exec(versionSaid(command, "--version"))?.[1];
  if (version === undefined) return null;
  const config = path.join(scratchFolder(), "config.yaml");
  await writeFile(config, configText(upstreamUrl, true));
  const port = await freePort();
  const args = ["--config", config, "--host", "127.0.0.1", "--port", String(port)];
  // Else it fetches prices from the internet, and writes a line for each request to the screen.
  const env = { LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_LOG: "ERROR", LITELLM_MODE: "PRODUCTION" };
  const program = spawnProcess(command, args, { env });
  const ready = await readyAt(`http://127.0.0.1:${port}`, program, { path: "/health/liveliness", timeoutMs: 90_000 });
  return { peer: "LiteLLM", name: `LiteLLM ${version} (silent_model)`, ...ready };
}

/** Portkey's gateway in front of the upstream, mirroring nothing: it cannot. */
async function startPortkey(upstreamUrl: string, folder: string | null): Promise<Peer | null> {
  if (folder === null) return null;
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
  const port = await freePort();
  const args = [path.join(folder, "build", "start-server.js"), `--port=${port}`, "--headless"];
  // It asks for leave to call an address on this machine.
  const env = { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" };
  const program = await readyAt(`http://127.0.0.1:${port}`, spawnProcess("node", args, { env }), { path: "/" });
  const headers = {
    authorization: "Bearer sk-test-primary-key",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstreamUrl}/v1`,
  };
  return { peer: "Portkey", name: `Portkey ${version} (cannot mirror)`, headers, ...program };
}

/** nginx in front of the upstream, mirroring every request to the same upstream. */
async function startNginx(upstreamUrl: string): Promise<Peer | null> {
  const version = /nginx\/(\S+)/.exec(versionSaid("nginx", "-v"))?.[1];
  if (version === undefined) return null;
  const folder = scratchFolder();
  await mkdir(path.join(folder, "logs"));
  const port = await freePort();
  const config = path.join(folder, "nginx.conf");
  await writeFile(config, nginxConfig(port, new URL(upstreamUrl).host, folder));
  const url = `http://127.0.0.1:${port}`;
  const nginx = spawnProcess("nginx", ["-p", folder, "-c", config, "-e", "stderr"]);
  const ready = await readyAt(url, nginx, { path: "/ready" });
  // Its workers are processes of their own.
  return { peer: "nginx", name: `nginx ${version} (mirror on)`, ...ready, pid: null };
}

function nginxConfig(port: number, upstream: string, folder: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${path.join(folder, name)};`)
    .join("\n  ");
  return `
daemon off;
worker_processes auto;
pid ${path.join(folder, "nginx.pid")};
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary}
  client_body_buffer_size 256k;
  keepalive_requests 1000000000;
  upstream provider { server ${upstream}; keepalive 256; keepalive_requests 1000000000; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  server {
    listen 127.0.0.1:${port};
    location = /ready { return 200; }
    location / { mirror /silent; proxy_pass http://provider; }
    location = /silent { internal; proxy_pass http://provider$request_uri; }
  }
}
`;
}
