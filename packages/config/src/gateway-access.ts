import type { GatewaySettings } from "./config.ts";
import { pathTo } from "./reading.ts";
import type { Section } from "./section.ts";

type Access = Pick<GatewaySettings, "corsOrigins" | "allowedHosts">;

/** Who may come by way of a browser: pages of which sites, and under which names of this gateway. */
export function readGatewayAccess(general: Section, masterKey: string | null): Access {
  const origins = readEach(general, "cors_origins", originOf, "write https://app.example.com, without a path, or *");
  const hosts = readEach(
    general,
    "allowed_hosts",
    hostOf,
    "write a host's name or address: gateway.internal, or with :4000",
  );
  return {
    // What only a key protects may be used by whoever has it. Without one, a page would spend the operator's money.
    corsOrigins: origins === null ? (masterKey === null ? [] : "*") : origins.includes("*") ? "*" : origins,
    allowedHosts: hosts ?? [],
  };
}

/** A list, or one text with commas, as a variable holds it. Null when nothing is written. */
function readEach(
  general: Section,
  key: string,
  read: (text: string) => string | null,
  fix: string,
): readonly string[] | null {
  const written = general.value(key);
  const items = typeof written === "string" ? written.split(",") : general.texts(key);
  if (items === null) return null;
  return items.flatMap((item, index) => {
    const value = read(item.trim());
    if (value !== null) return [value];
    const path = typeof written === "string" ? general.pathTo(key) : pathTo(general.pathTo(key), index);
    general.reading.fault(path, "cannot be used", fix);
    return [];
  });
}

/** As browsers write it: lower case, no default port, no path. */
function originOf(text: string): string | null {
  if (text === "*") return text;
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/?#@*\s\\]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  const { origin } = new URL(text);
  // An application's own scheme, which has no origin to a URL.
  return origin === "null" ? text.replace(/\/$/, "").toLowerCase() : origin;
}

function hostOf(text: string): string | null {
  if (text === "*") return text;
  return /^(?:\[[\da-f:.]+\]|[^\s:/?#@*[\]\\]+)(?::\d{1,5})?$/i.test(text)
    ? text.toLowerCase().replace(/\.(?=:|$)/, "")
    : null;
}
