import { request } from "node:http";

import type { StartedTestContainer } from "testcontainers";

import { closeAtEnd } from "./closing.ts";

/** Whether a Docker daemon answers where `DOCKER_HOST` says, or at the usual socket. */
export function dockerAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ ...daemonAddress(), path: "/_ping", timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once("timeout", () => call.destroy(new Error("no answer")));
    call.once("error", () => resolve(false));
    call.end();
  });
}

function daemonAddress(): { socketPath: string } | { host: string; port: string } {
  const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const url = new URL(host);
  return { host: url.hostname, port: url.port === "" ? "2375" : url.port };
}

export interface ContainerRecipe {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly port: { readonly container: number; readonly host: number };
  /** Text of the log line, and how often it comes, that says the service is ready. */
  readonly ready: { readonly text: string; readonly times: number };
}

/** What a test does to a running container. */
export interface TestContainer {
  kill(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a container with its port on 127.0.0.1. `stopAll` removes it. */
export async function startContainer(recipe: ContainerRecipe): Promise<TestContainer> {
  // The helper container that would clean up for us is one more image to fetch; `stopAll` cleans up.
  process.env["TESTCONTAINERS_RYUK_DISABLED"] ??= "true";
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import("testcontainers");
  const started = await new GenericContainer(recipe.image)
    .withCommand([...recipe.command])
    .withEnvironment({ ...recipe.environment })
    // A port of our own choice stays the same when the container is started again.
    .withExposedPorts(recipe.port)
    .withWaitStrategy(Wait.forLogMessage(recipe.ready.text, recipe.ready.times))
    .start();
  const client = await getContainerRuntimeClient();
  return controls(started, client.container.getById(started.getId()));
}

interface DaemonHandle {
  kill(): Promise<unknown>;
  start(): Promise<unknown>;
  pause(): Promise<unknown>;
  unpause(): Promise<unknown>;
}

function controls(started: StartedTestContainer, handle: DaemonHandle): TestContainer {
  const remove = async (): Promise<void> => {
    // A paused container cannot be stopped; one that is not paused says so, which is as well.
    await handle.unpause().catch(() => undefined);
    await started.stop({ timeout: 0 });
  };
  const forget = closeAtEnd(remove);
  return {
    kill: () => handle.kill().then(() => undefined),
    start: () => handle.start().then(() => undefined),
    pause: () => handle.pause().then(() => undefined),
    resume: () => handle.unpause().then(() => undefined),
    async stop() {
      forget();
      await remove();
    },
  };
}
