import type { Config } from "@understudy/config";
import type { WebhookTold } from "@understudy/contracts";

/** Where events are posted. Many a receiver has its secret in the path, so the host is all that is said of it. */
export function webhookTold({ logging: { webhook } }: Config): WebhookTold {
  return webhook === null ? { host: null, events: [] } : { host: new URL(webhook.url).host, events: webhook.events };
}
