import type { Dice } from "./dice.ts";

/** Words that speak for a label. Its own name speaks for any label. */
const SIGNS: Readonly<Record<string, RegExp>> = {
  positive:
    /\b(?:love[ds]?|great|excellent|perfect|happy|wonderful|amazing|fast|friendly|recommend\w*|best|delight\w*|thank\w*|smooth\w*|pleased)\b/gi,
  negative:
    /\b(?:hate[ds]?|terrible|awful|broke\w*|worst|slow|rude|disappoint\w*|refund|never again|poor|late|useless|crash\w*|unusable|damaged|waste)\b/gi,
  neutral: /\b(?:okay|average|fine|arrived|as described|nothing special|ordinary|expected|does what)\b/gi,
  mixed: /\b(?:but|although|however|on the other hand|except)\b/gi,
  billing: /\b(?:invoice|charg\w*|bill\w*|payment|refund|card|subscription|price|paid|vat)\b/gi,
  technical:
    /\b(?:error|crash\w*|bug|install\w*|log ?in|password|timeout|api|sync\w*|update|screen|fails?|system|down)\b/gi,
  shipping: /\b(?:parcel|deliver\w*|ship\w*|courier|tracking|package|arrive\w*|address)\b/gi,
  account: /\b(?:account|profile|password|sign ?up|log ?in|e-?mail address|username|close my)\b/gi,
  sales: /\b(?:quote|licen[cs]e\w*|demo|discount|seats|enterprise|offer|upgrade)\b/gi,
  spam: /\b(?:win|winner|prize|free|click|urgent|claim|lottery|bitcoin|guarantee\w*|offer)\b/gi,
  urgent: /\b(?:urgent\w*|asap|immediately|down|outage|emergency|right now|cannot work|production|breach)\b/gi,
  sport: /\b(?:match|goal|team|league|coach|player|season|final|scored)\b/gi,
  politics: /\b(?:parliament|minister|election|vote[ds]?|law|government|senate|treaty)\b/gi,
  technology: /\b(?:software|chip|battery|app|robot|processor|startup|device|open source)\b/gi,
  business: /\b(?:market|shares|profit|merger|revenue|quarter|supplier|bank)\b/gi,
  yes: /\b(?:yes|always|includes?|mention\w*|confirmed|does|can|refund|deadline)\b/gi,
  positiv: /\b(?:toll|super|begeistert|zufrieden|schnell|freundlich|empfehle\w*|gern)\b/gi,
  negativ: /\b(?:schlecht|kaputt|enttäuscht|langsam|nie wieder|defekt|unfreundlich)\b/gi,
  positif: /(?:excellent|ravie?|parfait|rapide|merci|recommande)/gi,
  négatif: /(?:décevant|cassé|lent|jamais|mauvais|retard)/gi,
};

/** What a classifier falls back to when nothing speaks for any label. */
const INDIFFERENT = /^(?:neutral\w*|other|none|general|unknown|normal|ham|no|nein|non)$/i;

/** The labels, the one that the text speaks for most first. */
export function rankLabels(labels: readonly string[], text: string, dice: Dice): readonly string[] {
  const weight = (label: string): number => {
    const hits = count(SIGNS[label.toLowerCase()], text) + count(ownName(label), text);
    // Ties are broken alike by every model, so that models agree on what is anyone's guess.
    return hits + (INDIFFERENT.test(label) ? 0.6 : 0) + 0.5 * dice.shared(`label ${label}`);
  };
  const weighed = labels.map((label) => [label, weight(label)] as const);
  return weighed.toSorted((one, other) => other[1] - one[1]).map(([label]) => label);
}

function count(pattern: RegExp | undefined, text: string): number {
  return pattern === undefined ? 0 : (text.match(pattern)?.length ?? 0);
}

/** Matches the label as a word: `order_status` also as `order status`. */
function ownName(label: string): RegExp {
  return new RegExp(`(?<!\\p{L})${label.replace(/[^\p{L}\p{N}]/gu, ".")}(?!\\p{L})`, "giu");
}
