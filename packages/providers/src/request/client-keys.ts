/** Keys that would let a client choose whom we call, with which credentials, or pass for the gateway itself. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "__proto__",
  "api_base",
  "api_key",
  "api_type",
  "api_version",
  "base_url",
  "client_id",
  "client_secret",
  "configurable_clientside_auth_params",
  "custom_host",
  "custom_llm_provider",
  "default_headers",
  "default_query",
  "deployment_id",
  "extra_headers",
  "extra_query",
  "headers",
  "is_silent_experiment",
  "litellm_call_id",
  "litellm_credential_name",
  "litellm_logging_obj",
  "litellm_params",
  "litellm_parent_otel_span",
  "model_list",
  "organization",
  "proxy_server_request",
  "router_settings",
  "silent_model",
  "standard_logging_object",
  "tenant_id",
  "user_config",
]);
const FORBIDDEN_BEGINNINGS: readonly string[] = ["user_api_key", "mock_", "aws_", "azure_", "vertex_"];

/** What LiteLLM lets a client steer. Nothing of it is honoured, and no provider knows it. */
export const GATEWAY_CONTROLS: ReadonlySet<string> = new Set([
  "additional_drop_params",
  "allowed_openai_params",
  "cache",
  "caching",
  "content_policy_fallbacks",
  "context_window_fallbacks",
  "cooldown_time",
  "disable_fallbacks",
  "drop_params",
  "fallbacks",
  "force_timeout",
  "guardrails",
  "input_cost_per_token",
  "litellm_session_id",
  "litellm_trace_id",
  "max_retries",
  "model_info",
  "no_log",
  "num_retries",
  "output_cost_per_token",
  "request_timeout",
  "retry_policy",
  "spend_logs_metadata",
  "stream_timeout",
  "tags",
  "timeout",
  "ttl",
]);

/** A key as it would be read by someone careless about case, width and hyphens. */
export function foldKey(key: string): string {
  return key.normalize("NFKC").trim().toLowerCase().replaceAll("-", "_");
}

/** Whether no client may send the key, wherever it stands. Takes a folded key. */
export function isForbidden(folded: string): boolean {
  return FORBIDDEN.has(folded) || FORBIDDEN_BEGINNINGS.some((beginning) => folded.startsWith(beginning));
}
