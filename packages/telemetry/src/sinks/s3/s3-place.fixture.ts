import { mkdtemp, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import type { S3Access } from "@understudy/config";
import S3rver from "s3rver";
import { type PlaceServer, startPlaceServer } from "../place-server.fixture.ts";

/** Only for tests: a bucket on a real S3 server, which keeps its objects on disk. */
export interface TestBucket {
  readonly access: S3Access;
  readonly server: PlaceServer;
  /** How many requests of a kind the server has seen. */
  readonly seen: (matches: (method: string, path: string) => boolean) => number;
  /** The next request of a kind gets a 500 instead, or, `cut`, half of it is read and the connection is gone. */
  readonly failOnce: (how: "500" | "cut", matches: (method: string, path: string) => boolean) => void;
  keys(): Promise<readonly string[]>;
  get(key: string): Promise<{ readonly bytes: Buffer; readonly head: GetObjectCommandOutput }>;
  close(): Promise<void>;
}

/** The server's one account. */
const KEYS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

export async function startBucket(bucket = "logs"): Promise<TestBucket> {
  const directory = await mkdtemp(path.join(tmpdir(), "understudy-s3-"));
  const store = new S3rver({ directory, silent: true });
  const handle = (store as unknown as { callback(): RequestListener }).callback();
  const requests: { readonly method: string; readonly path: string }[] = [];
  let failing: Parameters<TestBucket["failOnce"]> | null = null;
  const server = await startPlaceServer({
    listener: (request, response) => {
      const { method = "", url = "" } = request;
      requests.push({ method, path: url });
      const how = failing?.[1](method, url) === true ? failing[0] : null;
      if (how === null) return handle(request, response);
      failing = null;
      if (how === "cut") return void request.once("data", () => request.destroy());
      request.resume();
      response.writeHead(500).end();
    },
  });
  const client = new S3Client({ endpoint: server.url, region: "us-east-1", forcePathStyle: true, credentials: KEYS });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const access: S3Access = {
    bucket,
    region: "us-east-1",
    endpoint: server.url,
    virtualHosted: false,
    credentials: { ...KEYS, sessionToken: null },
    serverSideEncryption: null,
    kmsKeyId: null,
  };
  return {
    access,
    server,
    failOnce: (...wanted) => void (failing = wanted),
    seen: (matches) => requests.filter(({ method, path }) => matches(method, path)).length,
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = "" }) => Key);
    },
    async get(key) {
      const head = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { bytes: Buffer.from((await head.Body?.transformToByteArray()) ?? []), head };
    },
    async close() {
      client.destroy();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
