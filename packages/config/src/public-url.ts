/** A URL without what may be secret in it: user, password and query. */
export function publicUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return "(not a URL)";
  return parsed.origin === "null"
    ? `${parsed.protocol}//${parsed.host}${parsed.pathname}`
    : parsed.origin + parsed.pathname;
}
