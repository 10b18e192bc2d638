import { freePort, spawnProcess } from "@understudy/testkit";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Contestant } from "./contestants.ts";
import { versionSaid } from "./installed.ts";
import { readyAt } from "./programs.ts";
import { scratchFolder } from "./scratch.ts";

/** The peers that are installed here. None is needed, and none is a dependency. */
export async function startPeers(upstreamUrl: string, portkeyFolder: string | null): Promise<readonly Contestant[]> {
  const peers = [await startNginx(upstreamUrl), await startPortkey(upstreamUrl, portkeyFolder)];
  return peers.filter((peer) => peer !== null);
}

/** Portkey's gateway in front of the upstream, mirroring nothing: it cannot. */
async function startPortkey(upstreamUrl: string, folder: string | null): Promise<Contestant | null> {
  if (folder === null) return null;
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
  const port = await freePort();
  const args = [path.join(folder, "build", "start-server.js"), `--port=${port}`, "--headless"];
  // It asks for leave to call an address on this machine.
  const env = { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" };
  const program = await readyAt(`http://127.0.0.1:${port}`, spawnProcess("node", args, { env }), "/");
  const headers = {
    authorization: "Bearer sk-test-primary-key",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstreamUrl}/v1`,
  };
  return { name: `Portkey ${version} (cannot mirror)`, headers, ...program };
}

/** nginx in front of the upstream, mirroring every request to the same upstream. */
async function startNginx(upstreamUrl: string): Promise<Contestant | null> {
  const version = /nginx\/(\S+)/.exec(versionSaid("nginx -v"))?.[1];
  if (version === undefined) return null;
  const folder = scratchFolder();
  await mkdir(path.join(folder, "logs"));
  const port = await freePort();
  const config = path.join(folder, "nginx.conf");
  await writeFile(config, nginxConfig(port, new URL(upstreamUrl).host, folder));
  const url = `http://127.0.0.1:${port}`;
  const nginx = spawnProcess("nginx", ["-p", folder, "-c", config, "-e", "stderr"]);
  return { name: `nginx ${version} (mirror on)`, ...(await readyAt(url, nginx, "/ready")) };
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
