import { ask, askUnder, type DemoRequest } from "./demo-request.ts";

const SUMS = [
  "What is 17 * 23?",
  "What is 148 + 367?",
  "Calculate 12 + 7 * 3 - 4.",
  "What is 9 times 14, plus 3?",
  "How much is 15% of 80?",
  "How much is 7.5% of 1200?",
  "What is 1024 divided by 32?",
  "Reply with just the number: 86 - 139",
  "Reply with just the number: 250 * 16",
  "A box holds 24 bottles. How many bottles are in 12 boxes? That is, 24 * 12.",
  "If a ticket costs 18 euros, what do 7 cost? Work out 18 * 7.",
  "What is 5040 / 12 ?",
  "What is 3.5 times 8?",
  "What is 999 + 1001 + 500?",
];

const COUNTRIES = [
  "Australia",
  "Turkey",
  "Canada",
  "Norway",
  "Morocco",
  "Brazil",
  "Switzerland",
  "Kenya",
  "Vietnam",
  "Kazakhstan",
];

const FACTS = [
  "What is the chemical symbol for sodium?",
  "Which planet is closest to the sun?",
  "What is the largest planet in the solar system?",
  "Who wrote Hamlet?",
  "Who wrote Don Quixote?",
  "Who painted the Mona Lisa?",
  "In which year did the Berlin Wall fall?",
  "When did the Second World War end?",
  "What does HTTP status 429 mean?",
  "Which port does PostgreSQL use?",
  "What is the longest river in the world?",
  "How many bones does an adult human have?",
  "At what temperature does water boil at sea level?",
  "Which gas do plants take up in photosynthesis?",
  "What is the currency of Switzerland?",
  "How many days has a leap year?",
];

const PHRASES = [
  "Where is the train station?",
  "Your order has been shipped.",
  "I would like to return this item.",
  "The server is not responding.",
  "We will get back to you tomorrow.",
  "The invoice is attached.",
  "It will rain this afternoon.",
];
const TARGETS = ["German", "French", "Spanish", "Japanese"];

/** Arithmetic, facts and translations: questions with a right answer. */
export function knowledgeRequests(): readonly DemoRequest[] {
  return [
    ...SUMS.map((sum, index) => ask(sum, index % 2 === 0 ? { temperature: 0 } : {})),
    ...COUNTRIES.map((country, index) =>
      index % 2 === 0
        ? ask(`What is the capital of ${country}?`)
        : askUnder("Answer geography questions with the name only.", `Capital of ${country}?`, { max_tokens: 10 }),
    ),
    ...FACTS.map((question) => ask(question)),
    ...PHRASES.flatMap((phrase, index) =>
      // Two of the four languages for each phrase, so that no list is merely multiplied out.
      [0, 1].map((step) => ask(`Translate to ${TARGETS[(index + 2 * step) % TARGETS.length]}: "${phrase}"`)),
    ),
    ask("Translate into German: The new library is open on Monday."),
    ask("Translate into French: Our team is in the office today."),
    ask("Translate into Spanish: The price of bread is not new."),
  ];
}
