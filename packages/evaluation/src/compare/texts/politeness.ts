import { plainText } from "./plain-text.ts";

/** Sentences that say nothing of the matter, in the commonest languages. */
const COURTESY =
  /\b(?:sure|certainly|of course|absolutely|great question|good question|happy to|glad to|pleasure|hope|helps?|let me know|feel free|hesitate|any(?:thing)? (?:else|other|further|more)|questions?|assist\w*|thank you|thanks|you're welcome|here (?:is|are)|here's|below (?:is|are)|have a (?:nice|great|good)|gerne?|natürlich|selbstverständlich|klar|ich hoffe|melde|fragen|hilft|hier ist|bien sûr|n'hésite\w*|j'espère|voici|avec plaisir|claro|por supuesto|espero|aquí (?:tienes?|está)|ayuda\w*|certo|certamente|spero|ecco|espero que|fico à disposição|zeker|graag|hopelijk|конечно|надеюсь|вот|pewnie|oczywiście|mam nadzieję)\b|当然|希望|以下|如有|请随时|もちろん|以下|お役に立|물론|도움/iu;

/** Characters that courtesies may take in all. */
const MOST_ADDED = 600;

/** Whether each sentence that the longer text has and the shorter one lacks is a courtesy without a fact in it. */
export function isPolite(longer: string, shorter: string): boolean {
  const [all, core] = [flat(longer), flat(shorter)];
  const at = all.indexOf(core);
  if (at < 0 || all.length - core.length > MOST_ADDED) return false;
  const added = [all.slice(0, at), all.slice(at + core.length)];
  return added.flatMap(sentencesOf).every(isCourtesy);
}

function flat(text: string): string {
  const words = plainText(text).toLowerCase().replaceAll(/\s+/g, " ").trim();
  return words.replace(/[.!?:。！？]$/, "");
}

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?:。！？])|\n/).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function isCourtesy(sentence: string): boolean {
  return (
    COURTESY.test(sentence) &&
    !/\d/.test(sentence) &&
    !/\b(?:but|however|except|unless|aber|mais|pero)\b/i.test(sentence)
  );
}
