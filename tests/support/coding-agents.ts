/** A few of those that it sends. */
export const BETAS =
  "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24";
export const CACHED = { type: "ephemeral", ttl: "1h" };

/** Its breakpoints stand on the system's, the last tool's and the last of the user's blocks. */
export function claudeCodeBody(prompt: string, more: readonly object[] = []) {
  const input_schema = (name: string) => ({
    type: "object",
    properties: { [name]: { type: "string" } },
    required: [name],
  });
  return {
    model: "claude",
    max_tokens: 32_000,
    stream: true,
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    metadata: { user_id: JSON.stringify({ device_id: "d", account_uuid: "", session_id: "s" }) },
    system: [
      { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.328; cc_entrypoint=cli;" },
      { type: "text", text: "You help with code.", cache_control: CACHED },
    ],
    tools: [
      { name: "Read", description: "Reads a file", input_schema: input_schema("file_path") },
      { name: "Bash", description: "Runs a command", input_schema: input_schema("command"), cache_control: CACHED },
    ],
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "<system-reminder>Be brief.</system-reminder>" },
          { type: "text", text: prompt, cache_control: CACHED },
        ],
      },
      ...more,
    ],
  };
}

/** With both headers of a key, as it sends them where a script gives it. */
export function asClaudeCode(url: string, key: string, path: string, body: object): Promise<Response> {
  return fetch(`${url}/v1/${path}?beta=true`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "x-api-key": key,
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "anthropic-beta": BETAS,
      "x-claude-code-session-id": "7b3f8c1e-0000-4000-8000-0123456789ab",
      "x-app": "cli",
      "user-agent": "claude-cli/2.1.328 (external, cli)",
    },
    body: JSON.stringify(body),
  });
}

interface MessageEvent {
  readonly type: string;
  readonly delta?: { readonly type?: string; readonly text?: string; readonly stop_reason?: string };
}

/** A whole stream; throws where it does not end as Messages do. */
export async function readMessage(
  response: Response,
): Promise<{ text: string; thinks: boolean; stop_reason: string | null }> {
  const written = await response.text();
  const data = written.split("\n").filter((line) => line.startsWith("data: "));
  const events = data.map((line) => JSON.parse(line.slice("data: ".length)) as MessageEvent);
  if (response.status !== 200 || events.at(-1)?.type !== "message_stop") throw new Error(written);
  return {
    text: events.map(({ delta }) => delta?.text ?? "").join(""),
    thinks: events.some(({ delta }) => delta?.type === "thinking_delta"),
    stop_reason: events.find(({ type }) => type === "message_delta")?.delta?.stop_reason ?? null,
  };
}

/** As codex-cli 0.171.0 asks in exec mode. */
export function asCodex(url: string, key: string, prompt: string): Promise<Response> {
  const session = "01a223d0-c8ae-70a1-8c56-46016d9b4af7";
  return fetch(`${url}/v1/responses`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "text/event-stream",
      originator: "codex_exec",
      "session-id": session,
      "thread-id": session,
    },
    body: JSON.stringify(codexBody(session, prompt)),
  });
}

/** What it sends, with fewer tools and shorter words. */
function codexBody(session: string, prompt: string): object {
  const parameters = { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] };
  const message = (role: string, text: string, index: number) => ({
    type: "message",
    id: `msg_${session.slice(0, -1)}${index}`,
    role,
    content: [{ type: "input_text", text }],
  });
  return {
    model: "gpt",
    stream: true,
    input: [
      message("developer", "You are a coding agent.", 1),
      message("user", "<environment_context>\n  <shell>bash</shell>\n</environment_context>", 2),
      message("user", prompt, 3),
    ],
    tools: [
      { type: "function", name: "exec_command", description: "Runs a command", strict: false, parameters },
      {
        type: "namespace",
        name: "agents",
        description: "Agents beneath this one",
        tools: [{ type: "function", name: "close_agent", description: "Closes one", strict: false, parameters }],
      },
      { type: "web_search", external_web_access: false },
    ],
    tool_choice: "auto",
    parallel_tool_calls: true,
    reasoning: { summary: "auto" },
    store: false,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: session,
    client_metadata: { session_id: session },
  };
}
