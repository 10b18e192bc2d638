import type { Receipt } from "@understudy/contracts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { clean } from "./report/words.ts";

const HELP = `Usage: understudy delete --user NAME | --session NAME | --request ID | --pair ID [flags]
       understudy delete --receipt ID [flags]

Deletes all texts of a user or a session, of one request or one pair: stored pairs and their reviews, jobs that wait or have
failed, and what comes late. Figures stay. Prints what was deleted where, and what is out of reach.

  --user NAME      as requests name it: user, safety_identifier, metadata.user_id
  --session NAME   as requests name it: session_id, conversation_id or thread_id of their metadata, or a session's header
  --request ID     ours, or the client's x-request-id
  --pair ID        one pair
  --receipt ID     prints the receipt of an earlier deletion
${CLIENT_HELP}`;

const NAMES = { user: "user", session: "session", request: "request_id", pair: "pair_id" } as const;
const text = { type: "string" } as const;
const OPTIONS = { user: text, session: text, request: text, pair: text, receipt: text };

/** `understudy delete` */
export function runDelete(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: OPTIONS, run }, args, env);
}

async function run({ api, json, positionals, values }: ClientCall): Promise<string> {
  const named = Object.keys(OPTIONS).filter((flag) => typeof values[flag] === "string");
  const [flag] = named;
  if (flag === undefined || named.length > 1 || positionals.length > 0) {
    throw new UsageError("name exactly one of --user, --session, --request, --pair and --receipt");
  }
  const value = String(values[flag]);
  const receipt =
    flag === "receipt" ? await api.deletion(value) : await api.delete({ [NAMES[flag as keyof typeof NAMES]]: value });
  return json ? JSON.stringify(receipt, null, 2) : asText(receipt);
}

function asText({ id, of, deleted, under_way, unread, looked_for_until, not_reached, kept }: Receipt): string {
  const { pairs, texts, reviews, queue, review_jobs } = deleted;
  return [
    `deletion ${clean(id)}, of one ${of}`,
    `deleted: texts of ${texts} of ${pairs} pairs, ${reviews} reviews; jobs: ${queue.waiting} waiting, ` +
      `${queue.delayed} delayed, ${queue.failed} failed, ${review_jobs} of reviews`,
    `under way: ${under_way} (stored without texts); not readable here: ${unread}`,
    `what comes late is looked for until ${new Date(looked_for_until).toISOString()}`,
    ...not_reached.map(({ where, what }) => `not reached: ${clean(where)}: ${clean(what)}`),
    `kept: ${kept}`,
  ].join("\n");
}
