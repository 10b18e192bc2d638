import type { Language } from "./language.ts";

interface SentenceSet {
  readonly openings: Sentences;
  readonly bodies: Sentences;
  readonly closings: Sentences;
}

type Sentences = readonly [string, ...string[]];

/** What open answers are made of; `{a}`, `{b}` and `{c}` stand for words of the prompt. */
export const SENTENCES: Readonly<Record<Language, SentenceSet>> = {
  en: {
    openings: [
      "When it comes to {a}, {b} matters most.",
      "The short answer is that {a} depends on {b}.",
      "{a} is best understood by looking at {b} first.",
      "A good way to approach {a} is to start with {b}.",
      "There are two sides to {a}: what it does for {b}, and what it costs.",
      "In practice, {a} and {b} go together.",
    ],
    bodies: [
      "People often overlook {b} until it causes trouble.",
      "A small experiment with {a} says more than a long discussion.",
      "It helps to write down what you expect of {c} before you begin.",
      "If {b} changes later, the choice is easy to revisit.",
      "For most cases a simple solution to {a} is enough.",
      "The main risk is that {c} grows faster than planned.",
      "Compare two or three options and keep notes on {b}.",
      "Ask someone who has worked with {a} for a while.",
      "The costs of {c} tend to show only after some weeks.",
      "Start small, measure {b}, and then decide.",
    ],
    closings: [
      "Let me know if you would like more detail on {b}.",
      "I hope this helps with {a}.",
      "Would you like an example?",
      "In summary, keep an eye on {a}.",
    ],
  },
  de: {
    openings: [
      "Bei {a} kommt es vor allem auf {b} an.",
      "Kurz gesagt hängt {a} von {b} ab.",
      "{a} versteht man am besten, wenn man zuerst {b} betrachtet.",
    ],
    bodies: [
      "Oft wird {b} übersehen, bis es Schwierigkeiten macht.",
      "Ein kleiner Versuch mit {a} sagt mehr als eine lange Debatte.",
      "Es hilft, vorher aufzuschreiben, was {c} leisten soll.",
      "Für die meisten Fälle genügt eine einfache Lösung.",
    ],
    closings: ["Sagen Sie gern Bescheid, wenn Sie mehr zu {b} wissen möchten.", "Ich hoffe, das hilft weiter."],
  },
  fr: {
    openings: [
      "Pour {a}, l'essentiel est {b}.",
      "En bref, {a} dépend de {b}.",
      "On comprend mieux {a} en commençant par {b}.",
    ],
    bodies: [
      "On oublie souvent {b} jusqu'à ce que cela pose problème.",
      "Un petit essai avec {a} en dit plus qu'un long débat.",
      "Il est utile de noter d'abord ce que l'on attend de {c}.",
      "Dans la plupart des cas, une solution simple suffit.",
    ],
    closings: ["Dites-moi si vous voulez plus de détails sur {b}.", "J'espère que cela vous aide."],
  },
  es: {
    openings: [
      "En cuanto a {a}, lo más importante es {b}.",
      "En resumen, {a} depende de {b}.",
      "Para entender {a} conviene empezar por {b}.",
    ],
    bodies: [
      "A menudo se olvida {b} hasta que da problemas.",
      "Una prueba pequeña con {a} dice más que un debate largo.",
      "Ayuda anotar antes qué se espera de {c}.",
      "En la mayoría de los casos basta una solución sencilla.",
    ],
    closings: ["Avísame si quieres más detalles sobre {b}.", "Espero que te sirva."],
  },
  ja: {
    openings: [
      "{a}については、まず{b}が大切です。",
      "簡単に言うと、{a}は{b}によって変わります。",
      "{a}は{b}から考えると分かりやすいです。",
    ],
    bodies: [
      "{b}は見落とされがちです。",
      "まず小さく試してみるのがよいでしょう。",
      "{c}に何を期待するかを先に書き出すと役に立ちます。",
    ],
    closings: ["詳しく知りたい点があれば教えてください。", "お役に立てば幸いです。"],
  },
  zh: {
    openings: ["关于{a},最重要的是{b}。", "简单来说,{a}取决于{b}。", "要理解{a},最好先看{b}。"],
    bodies: ["{b}常常被忽视。", "先做一个小实验会更有帮助。", "最好先写下对{c}的期望。"],
    closings: ["如果需要更多细节,请告诉我。", "希望对你有帮助。"],
  },
};
