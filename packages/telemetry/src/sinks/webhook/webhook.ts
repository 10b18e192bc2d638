import { type Config, secretsOf, type WebhookEvent, type WebhookSettings } from "@understudy/config";
import { createOutgoing, type Outgoing } from "@understudy/router";
import { type Clock, type Logger, type Service, shortHash } from "@understudy/runtime";
import { createRedactor } from "../../redaction.ts";
import { checkStatus } from "../http/http-sink.ts";
import { type Sink, type SinkLimits, type SinkState, USUAL_LIMITS } from "../sink.ts";
import { SinkBuffer } from "../sink-buffer.ts";
import { signedHeaders } from "./sign.ts";

/** Something that somebody should know of. It holds figures and names, never a word of a prompt or an answer. */
export interface WebhookFact {
  readonly type: WebhookEvent;
  /** What it is about: an experiment's id, a silent model's name. */
  readonly subject: string;
  /**
   * Tells this time from the next: what two processes tell with the same type, subject and occasion has the same
   * `webhook-id`, and is one message to its receiver.
   */
  readonly occasion: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
  /** Somebody asked for it, of this subject: it is posted whatever events the configuration lists. */
  readonly asked?: boolean;
}

export interface Webhook {
  /** Never waits and never throws. Events that the configuration does not list, and nobody asked for, are passed over. */
  readonly tell: (fact: WebhookFact) => void;
  readonly state: () => SinkState;
  readonly service: Service;
}

export interface WebhookDeps {
  readonly outgoing: Outgoing;
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Message {
  readonly id: string;
  readonly body: string;
}

/** Few, and each worth waiting for: tried for about half an hour. */
const LIMITS: SinkLimits = {
  ...USUAL_LIMITS,
  maxHeld: 100,
  batchCalls: 1,
  gatherMs: 0,
  tries: 12,
  firstWaitMs: 1_000,
  longestWaitMs: 300_000,
  timeoutMs: 10_000,
};

/** The webhook that the configuration asks for; null when it asks for none. */
export function openWebhook(config: Config, deps: Omit<WebhookDeps, "secrets" | "outgoing">): Webhook | null {
  const { webhook } = config.logging;
  return webhook === null
    ? null
    : createWebhook(webhook, { ...deps, outgoing: createOutgoing(config.network), secrets: secretsOf(config) });
}

/** Posts events, signed, one a request, and tries again until the receiver has answered 2xx. */
export function createWebhook(settings: WebhookSettings, { outgoing, secrets, clock, logger }: WebhookDeps): Webhook {
  const open = (): Promise<Sink<Message>> => Promise.resolve(postingSink(settings, outgoing, clock));
  const spec = { name: "webhook", calls: { success: true, failure: true }, limits: LIMITS, open };
  const { clean } = createRedactor(secrets);
  const buffer = new SinkBuffer<Message>(spec, { clock, logger, clean });
  return {
    tell({ type, subject, occasion, data, asked = false }) {
      if (!asked && !settings.events.includes(type)) return;
      const timestamp = new Date(clock.now()).toISOString();
      const body = clean(JSON.stringify({ type, timestamp, data: { subject, ...data } }));
      const message = { id: `msg_${shortHash(`${type} ${subject} ${occasion}`, 24)}`, body };
      buffer.take({ bytes: body.length, prepared: () => message });
      logger.info(`event: ${type}`, { subject, ...data });
    },
    state: () => buffer.state(),
    service: { name: "webhook", start: () => Promise.resolve(), stop: (deadline) => buffer.close(deadline) },
  };
}

/** Signed anew at each try: a receiver refuses a timestamp that is minutes old. */
function postingSink({ url, secret }: WebhookSettings, { post }: Outgoing, clock: Clock): Sink<Message> {
  return {
    async write(messages, signal) {
      for (const { id, body } of messages) {
        const signed = signedHeaders(id, body, { secret, now: clock.now() });
        const headers = { "content-type": "application/json", "user-agent": "understudy", ...signed };
        const { status, text } = await post(url, { headers, body, signal });
        await text();
        checkStatus(status);
      }
    },
    close: () => Promise.resolve(),
  };
}
