import type { ClientKey, GatewaySettings } from "@understudy/config";
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** Whoever a key belongs to: the operator, or one of the clients that the configuration names. */
export type Holder = { readonly kind: "master" } | ({ readonly kind: "client" } & Omit<ClientKey, "key">);

/** The keys that let a request in. */
export interface Keyring {
  /** Null for a key that is none of them. Takes as long whatever was sent, and however many keys there are. */
  holderOf(key: string): Holder | null;
  isMasterKey(key: string): boolean;
}

/** Null where no key is set, and every request is let in. */
export function createKeyring({
  masterKey,
  clientKeys,
}: Pick<GatewaySettings, "masterKey" | "clientKeys">): Keyring | null {
  if (masterKey === null) return null;
  // Nobody else can know what a key is hashed to, so the time that looking it up takes tells nothing.
  const salt = randomBytes(16).toString("base64");
  const hashed = (key: string): string => hash("sha256", salt + key, "base64");
  const master: Holder = { kind: "master" };
  const holders = new Map<string, Holder>(
    clientKeys.map(({ key, ...client }) => [hashed(key), { kind: "client", ...client }]),
  );
  const expected = hashed(masterKey);
  holders.set(expected, master);
  return {
    holderOf: (key) => holders.get(hashed(key)) ?? null,
    isMasterKey: (key) => timingSafeEqual(Buffer.from(hashed(key)), Buffer.from(expected)),
  };
}
