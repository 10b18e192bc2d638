import { ask, askUnder, type DemoRequest } from "./demo-request.ts";

const GERMAN = [
  "Was ist die Hauptstadt von Frankreich?",
  "Wie viel ist 18 mal 7?",
  "Warum ist der Himmel blau und wie entsteht ein Regenbogen?",
  "Schreib mir bitte eine kurze Absage für eine Einladung zum Grillabend.",
  "Antworte mit positiv oder negativ: Der Versand war schnell und ich bin zufrieden.",
  "Fasse in einem Satz zusammen:\n\nDer Verein zieht im Herbst um. Die neue Halle liegt am Bahnhof. Sie hat zwei Felder und eine kleine Küche. Die Mitglieder zahlen weiterhin den gleichen Beitrag.",
  "Welche Unterlagen brauche ich für die Anmeldung eines Hundes?",
  "Guten Tag!",
];
const FRENCH = [
  "Quelle est la capitale de l'Allemagne ?",
  "Pourquoi les feuilles des arbres changent-elles de couleur en automne ?",
  "Combien font 36 fois 4 ?",
  "Rédige une réponse polie à un client dont le colis est en retard.",
  "Réponds par positif ou négatif : Le service était excellent et rapide.",
  "Comment choisir un vélo pour aller au travail ?",
  "Bonjour !",
];
const SPANISH = [
  "¿Cuál es la capital de España?",
  "¿Cómo puedo aprender a cocinar en casa con poco tiempo?",
  "¿Cuánto es 45 más 78?",
  "Escribe un mensaje breve para avisar de que la oficina está cerrada el lunes.",
  "¿Qué ventajas tiene una biblioteca de herramientas para un barrio?",
  "Explica qué es una hipoteca con palabras sencillas.",
];
const JAPANESE = [
  "フランスの首都はどこですか?",
  "会議の議事録を上手に書く方法を教えてください。",
  "初心者に向いている観葉植物を紹介してください。",
  "お客様への配送遅延のお詫びメールを書いてください。",
  "電車とバスの違いを子供に説明してください。",
];
const CHINESE = [
  "法国的首都是哪里?",
  "请解释为什么要定期备份数据。",
  "请帮我写一封感谢客户的邮件。",
  "周末带孩子去博物馆有什么建议?",
  "如何选择合适的办公椅?",
];

/** Requests in German, French, Spanish, Japanese and Chinese. */
export function languageRequests(): readonly DemoRequest[] {
  return [
    ...GERMAN.map((question) => askUnder("Du bist eine freundliche Assistentin.", question)),
    ...FRENCH.map((question) => ask(question, { temperature: 0.3 })),
    ...SPANISH.map((question) => ask(question, { max_tokens: 150 })),
    ...JAPANESE.map((question) => ask(question)),
    ...CHINESE.map((question) => askUnder("请用中文简短回答。", question)),
  ];
}
