import { resolveReferences } from "./environment.ts";
import { suggestionFor } from "./names.ts";
import { shown } from "./shown.ts";
import { isMapping, kindOf, type Mapping, pathTo } from "./reading.ts";
import { type Section, sectionAt } from "./section.ts";

/** Parameters by credential name. Variables are looked up when a deployment asks, so an unused credential needs none. */
export interface CredentialBook {
  /** The parameters behind `litellm_credential_name`; none when the deployment names no credential. */
  paramsFor(params: Section): Mapping;
}

/** Reads `credential_list`. */
export function readCredentials(root: Section): CredentialBook {
  const credentials = new Map<string, { readonly values: unknown; readonly path: string }>();
  const list = root.raw("credential_list");
  if (list !== undefined && list !== null && !Array.isArray(list)) {
    root.fault(
      "credential_list",
      `is ${kindOf(list)}, not a list`,
      "write - credential_name: NAME for each credential",
    );
  }
  for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
    const credential = sectionAt(item ?? {}, pathTo(root.pathTo("credential_list"), index), root.reading);
    const name = credential?.requiredText("credential_name", "name the credential") ?? null;
    const values = credential?.raw("credential_values");
    credential?.ignoreRest();
    if (credential !== null && name !== null)
      credentials.set(name, { values, path: credential.pathTo("credential_values") });
  }
  return { paramsFor: (params) => paramsFor(params, credentials) };
}

function paramsFor(
  params: Section,
  credentials: ReadonlyMap<string, { readonly values: unknown; readonly path: string }>,
): Mapping {
  const { reading } = params;
  const key = "litellm_credential_name";
  const name = params.text(key);
  if (name === null) return {};
  const credential = credentials.get(name);
  if (credential === undefined) {
    const known = [...credentials.keys()];
    const fix = known.length === 0 ? "add it to credential_list" : suggestionFor(name, known);
    params.reading.lack(params.pathTo(key), `no credential is called ${shown(name)}`, fix);
    return {};
  }
  const resolved = resolveReferences(credential.values, credential.path, reading);
  if (isMapping(resolved)) return resolved;
  reading.fault(credential.path, `is ${kindOf(resolved)}, not a map`, "write api_key, api_base, … under it");
  return {};
}
