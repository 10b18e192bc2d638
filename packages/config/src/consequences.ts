const NO_DATABASE =
  "is not read: LiteLLM's virtual keys, teams, users, budgets and spend do not exist here; general_settings.client_keys names keys and teams";
const NO_AUTH = "is not run: the master key and general_settings.client_keys alone let clients in";
const ANYONE = "is not kept: whoever has a key of this file may call";
const NO_GUARDRAIL = "is not run: requests and answers pass unchecked and unmasked";
const NO_CACHE = "is not kept: nothing is answered from a cache, and every request reaches a provider";
const NO_BUDGET = "is not kept: calls are made whatever they have cost";
const NO_LIMIT = "is not kept: only max_parallel_requests of a deployment limits requests at once";
const AS_THEY_CAME = "is not done: messages are sent as they came";
const TEXTS = "is not kept for one deployment: write it under litellm_settings";
const OWN_KEYS = "is not used: calls are logged by the keys that the process has";

/**
 * Keys of LiteLLM's that are not obeyed here and whose writer relies on them: for who may call, what it costs, what is sent
 * and what is kept. Every other key that is not read makes no difference to whoever calls.
 */
export const CONSEQUENCES: Readonly<Record<string, string>> = {
  "general_settings.database_url": NO_DATABASE,
  "general_settings.store_model_in_db": "is not kept: models that were added to LiteLLM's database are not read",
  "general_settings.custom_auth": NO_AUTH,
  "general_settings.custom_auth_run_common_checks": NO_AUTH,
  "general_settings.enable_jwt_auth": NO_AUTH,
  "general_settings.enable_oauth2_auth": NO_AUTH,
  "general_settings.enable_oauth2_proxy_auth": NO_AUTH,
  "general_settings.allowed_ips": ANYONE,
  "general_settings.allowed_routes": ANYONE,
  "general_settings.admin_only_routes": ANYONE,
  "general_settings.enforce_user_param": "is not kept: requests without `user` are let in",
  "general_settings.litellm_key_header_name": "is not looked at: keys are read where LiteLLM reads them by default",
  "general_settings.max_parallel_requests": NO_LIMIT,
  "general_settings.global_max_parallel_requests": NO_LIMIT,
  "general_settings.pass_through_endpoints": "are not served",
  "general_settings.completion_model": "is not kept: the client's `model` is called",
  "general_settings.key_management_system":
    "is not asked: os.environ/NAME is a variable of the environment and nothing else",
  "general_settings.forward_client_headers_to_llm_api": "is not done: clients' headers stay here",
  "litellm_settings.cache": NO_CACHE,
  "litellm_settings.max_budget": NO_BUDGET,
  "litellm_settings.max_user_budget": NO_BUDGET,
  "litellm_settings.max_end_user_budget": NO_BUDGET,
  "litellm_settings.max_internal_user_budget": NO_BUDGET,
  "litellm_settings.tag_budget_config": NO_BUDGET,
  "litellm_settings.guardrails": NO_GUARDRAIL,
  "litellm_settings.output_parse_pii": NO_GUARDRAIL,
  "litellm_settings.blocked_user_list": ANYONE,
  "litellm_settings.banned_keywords_list": NO_GUARDRAIL,
  "litellm_settings.llm_guard_mode": NO_GUARDRAIL,
  "litellm_settings.llamaguard_unsafe_content_categories": NO_GUARDRAIL,
  "litellm_settings.modify_params": "is not done: what a provider refuses is not mended",
  "litellm_settings.model_alias_map": "is not read: write router_settings.model_group_alias",
  "router_settings.provider_budget_config": NO_BUDGET,
  "router_settings.enable_tag_filtering": "is not kept: any deployment of a group may answer, whatever its tags",
  "router_settings.enable_pre_call_checks":
    "is not done: a request too long for a deployment fails there, and context_window_fallbacks are asked",
  "router_settings.optional_pre_call_checks": "are not done",
  "router_settings.cache_responses": NO_CACHE,
  "router_settings.routing_groups": "are not read: every group is routed alike",
  "router_settings.default_litellm_params": "are not laid under deployments: write them on each",
  "router_settings.default_max_parallel_requests": "is not kept: write max_parallel_requests on each deployment",
  "model_list.litellm_params.guardrails": NO_GUARDRAIL,
  "model_list.litellm_params.max_budget": NO_BUDGET,
  "model_list.litellm_params.prompt_id": AS_THEY_CAME,
  "model_list.litellm_params.litellm_system_prompt": AS_THEY_CAME,
  "model_list.litellm_params.cache_control_injection_points": AS_THEY_CAME,
  "model_list.litellm_params.ensure_alternating_roles": AS_THEY_CAME,
  "model_list.litellm_params.merge_reasoning_content_in_choices": "is not done: reasoning stays apart from the answer",
  "model_list.litellm_params.turn_off_message_logging": TEXTS,
  "model_list.litellm_params.no-log": TEXTS,
  "model_list.litellm_params.langfuse_public_key": OWN_KEYS,
  "model_list.litellm_params.langsmith_api_key": OWN_KEYS,
  "model_list.model_info.team_id": ANYONE,
  "model_list.model_info.access_windows": "is not kept: it is served at any time",
  guardrails: NO_GUARDRAIL,
  policies: NO_GUARDRAIL,
};

/** What follows from a key that is written and not obeyed; null where nothing does, or where it is switched off. */
export function consequenceOf(path: string, value: unknown): string | null {
  const key = path.replace(/^.*: /, "").replaceAll(/\[\d+\]/g, "");
  return Object.hasOwn(CONSEQUENCES, key) && !isOff(value) ? (CONSEQUENCES[key] ?? null) : null;
}

function isOff(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return [null, undefined, false, "", "false", "False", 0].some((off) => off === value);
}
