/** Shapes of keys that providers give out, and of what follows a word that announces one. Each is linear. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w\-.~+/=*]{4,}/gi, "$1 ***"],
  [/\b(sk|pk|rk|xai|gsk|pplx|csk|nvapi|hf|fw|key|tgp_v1|AIza)([-_])[\w\-*.]{6,}/g, "$1$2***"],
  [/\bAIza[\w-]{10,}/g, "AIza***"],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, "***"],
  [/([?&](?:key|api-key|api_key|token|sig|signature|code)=)[^&\s"']+/gi, "$1***"],
  [
    /\b((?:api[-_ ]?)?key|token|secret|password)(["']?(?: provided| is)?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;]{8,}/gi,
    "$1$2***",
  ],
  [/\b((?:api[-_ ]?)?key|token|secret|password)\b([^\n]{0,40}?)\b(?=[\w\-*]{0,80}\d)[\w\-*]{16,}/gi, "$1$2***"],
];

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/** JSON text with the same done to each text in it, and all else as it was written. */
export function maskSecretsInJson(json: string): string {
  return json.replace(JSON_STRING, (quoted) => {
    const text = JSON.parse(quoted) as string;
    const masked = maskSecrets(text);
    return masked === text ? quoted : JSON.stringify(masked);
  });
}

/** The text with all that looks like a key replaced by `***`. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
