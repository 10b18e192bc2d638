import type { DemoMessage, DemoRequest } from "./demo-request.ts";

/** Turns in order, the user first. */
const CONVERSATIONS: readonly (readonly string[])[] = [
  ["What is the capital of France?", "The capital of France is Paris.", "And of Italy?"],
  ["What is the capital of Japan?", "Tokyo.", "And of Canada?", "Ottawa.", "What about Australia?"],
  ["What is 12 * 12?", "144", "Now add 20 to it: 144 + 20"],
  [
    "I want to grow tomatoes on a balcony.",
    "Good idea. How much sun does it get?",
    "About five hours, mostly in the morning. Which pots do I need?",
  ],
  [
    "My laptop gets loud when I join a video call.",
    "Does it also get hot?",
    "Yes, near the hinge. What should I try first?",
  ],
  [
    "Suggest a gift for a chess player.",
    "A travel set, or a book of endgames.",
    "She has both. Something else under 40 euros?",
  ],
  ["Write a subject line for our spring sale.", "Fresh lamps, softer prices", "Shorter, and without the word prices."],
  [
    "Hi, I cannot log in.",
    "I am sorry to hear that. What do you see?",
    "It says that my password is too old. What now?",
  ],
  [
    "Explain photosynthesis.",
    "Plants turn light, water and carbon dioxide into sugar and oxygen.",
    "Which gas do plants take up in photosynthesis?",
  ],
  [
    "We are planning a street party.",
    "Lovely! How many people do you expect?",
    "Sixty, and a third of them are children. What do we need to rent?",
  ],
  ["Translate to German: Good morning!", "Guten Morgen!", 'Translate to French: "Thank you very much."'],
  [
    "Recommend a short novel.",
    "Do you prefer something funny or something sad?",
    "Funny, set in a small town, and not about crime.",
  ],
  [
    "My review: the tea was great.",
    "Thank you for sharing.",
    "Classify it as positive or negative. The tea was great, the staff friendly.",
  ],
  [
    "How do I start running?",
    "Begin with ten easy minutes, three times a week.",
    "My knees hurt after the first week. Should I stop?",
  ],
];

/** Conversations of several turns whose last question needs what came before. */
export function conversationRequests(): readonly DemoRequest[] {
  return CONVERSATIONS.map((turns, index) => {
    const messages = turns.map((content, turn): DemoMessage => ({
      role: turn % 2 === 0 ? "user" : "assistant",
      content,
    }));
    const system: DemoMessage = {
      role: "system",
      content: "You are a helpful assistant. Stay on the topic of the conversation.",
    };
    return {
      messages: index % 2 === 0 ? messages : [system, ...messages],
      ...(index % 3 === 0 ? { temperature: 0.5 } : {}),
    };
  });
}
