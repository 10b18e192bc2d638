/** A way in which a secret may stand in a text. */
export interface Spelling {
  /** All of it. */
  readonly text: string;
  /** Characters from its beginning by which it is known: what was cut short behind them is found too. */
  readonly known: number;
  /** Whether what stands beside it, of the same alphabet, belongs to it: base64 has no seam where the secret ends. */
  readonly spreads: boolean;
}

/** Enough of a long secret to be no other word; nearly all keys begin with the name of who gave them out. */
const KNOWN = 16;
/** Of a shorter one most of it must be there. */
const KNOWN_SHARE = 0.75;
const SHORTEST = 8;

/** As written, escaped as JSON, HTML and URLs do it, and within base64 whatever stands before it, as in Basic auth. */
export function spellingsOf(secret: string): readonly Spelling[] {
  const escaped = new Set([secret, ...jsonSpellings(secret), ...urlSpellings(secret), ...htmlSpellings(secret)]);
  const known = knownLength(secret);
  return [
    ...[...escaped].map((text) => ({ text, known: Math.min(known, text.length), spreads: false })),
    ...base64Spellings(secret).map((text) => ({ text, known: Math.min(KNOWN, text.length), spreads: true })),
  ];
}

/** The first part of a JSON web token says only what it is, and is the same in many. */
function knownLength(secret: string): number {
  const head = secret.startsWith("eyJ") ? secret.indexOf(".") + 1 : 0;
  const most = Math.max(SHORTEST, Math.ceil((secret.length - head) * KNOWN_SHARE));
  return Math.min(secret.length, head + Math.min(KNOWN, most));
}

/** Inside JSON, inside JSON inside JSON, and as those write it who escape slashes, or what HTML would take for its own. */
function jsonSpellings(secret: string): readonly string[] {
  const once = insideJson(secret);
  const twice = insideJson(once);
  const unicode = once.replaceAll(/[<>&'+]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return [once, twice, insideJson(twice), once.replaceAll("/", "\\/"), unicode];
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function urlSpellings(secret: string): readonly string[] {
  // A lone surrogate has no URL form.
  if (!secret.isWellFormed()) return [];
  const encoded = encodeURIComponent(secret);
  return [encoded, encoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()), encodeURI(secret)];
}

function htmlSpellings(secret: string): readonly string[] {
  const text = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [text, text.replaceAll('"', "&quot;").replaceAll("'", "&#39;")];
}

/** The characters that hold nothing but the secret, for each of the three places it may begin at. */
function base64Spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const all = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const forUrls = all.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([...all, ...forUrls])].filter((text) => text.length >= SHORTEST);
}
