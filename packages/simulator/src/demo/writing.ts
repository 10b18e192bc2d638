import { ask, askUnder, type DemoRequest } from "./demo-request.ts";
import { PASSAGES } from "./passages.ts";

const CODE_TASKS = [
  "Write a Python function that reverses a string.",
  "Write a JavaScript function that reverses a string.",
  "Write a Python function that returns the n-th Fibonacci number.",
  "Show me a function in JavaScript for the n-th Fibonacci number.",
  "Write a Python function that tells whether a number is prime.",
  "Implement a TypeScript function that tells whether a number is prime.",
  "Write a Python function for the factorial of n.",
  "Write a Python function that checks whether a text is a palindrome.",
  "Create a JavaScript function that checks for palindromes.",
  "Write a Python function to count the words in a text.",
  "How do I remove duplicates from a list? Give me a short Python snippet.",
  "Write an SQL query for the ten customers with the highest revenue.",
  "Write an SQL query that finds duplicate e-mail addresses in a table of users.",
  "Write a regex in Python that finds e-mail addresses.",
  "Why does my Python loop print every line twice? I call the function in the module and again under the main guard.",
  "What is the difference between a left join and an inner join?",
  "Explain what a race condition is to someone who has written only small scripts.",
  "When would you choose a queue over a direct call between two services?",
];

const OPEN_QUESTIONS = [
  "Give me three tips for keeping basil alive on a kitchen windowsill.",
  "How should a small bakery decide which bread to drop from its range?",
  "What should I pack for a week of hiking in rainy weather?",
  "Suggest a name for a café that also repairs bicycles, and say why.",
  "Write a short, friendly reminder to a tenant whose rent is five days late.",
  "Explain compound interest to a twelve-year-old.",
  "What are good questions to ask at the end of a job interview?",
  "Draft a polite answer to a guest who complains about church bells near our hotel.",
  "How can a choir find new singers in a village?",
  "Describe the smell of a library in one sentence.",
  "What makes a good stand-up meeting? Keep it brief.",
  "Plan a birthday afternoon for eight children in a small garden.",
  "Why do some people find it hard to throw away old cables?",
  "Write a product description for a wooden puzzle of a lighthouse.",
  "How would you introduce code review in a team that has never done it?",
  "Compare renting and buying a piano for a beginner.",
  "Write two sentences for a card to a colleague who retires after forty years.",
  "What could go wrong when a shop moves its stock list from paper to a spreadsheet?",
  "Hello!",
  "Thanks, that was helpful.",
];

const ROLES = [
  ["You are a patient tutor. Use short sentences.", "Why is the sky blue?"],
  ["You are a travel agent for train journeys.", "How do I get from Vienna to Hamburg without flying?"],
  ["You write like a museum label: factual and brief.", "A bronze sundial from a monastery garden."],
  ["You are the voice of a weather app. Be concise.", "Should I take an umbrella to the harbour festival?"],
  ["You help with spreadsheets.", "How do I colour every second row of a table?"],
  [
    "You are a careful editor. Improve the text and keep its meaning.",
    "The report was wrote by us in hurry and contain some error.",
  ],
  ["You answer as the help desk of a public library.", "Can I borrow a board game for my sister?"],
  ["Reply in at most two sentences.", "What is the point of unit tests for code that never changes?"],
];

/** Summaries, code, and questions that can be answered in many ways. */
export function writingRequests(): readonly DemoRequest[] {
  const report = PASSAGES.join("\n\n");
  // Each letter begins with another passage: some 17,000 characters that are not one text six times over.
  const letters = [1, 2, 3, 4, 5, 6].map(
    (start) => `Letter ${start}\n\n${[...PASSAGES.slice(start), ...PASSAGES.slice(0, start)].join("\n")}`,
  );
  return [
    ...PASSAGES.map((passage) => ask(`Summarize in one sentence:\n\n${passage}`, { max_tokens: 120 })),
    ...PASSAGES.map((passage) => ask(`List the key points as bullets:\n\n${passage}`)),
    ...PASSAGES.slice(0, 4).map((passage) =>
      askUnder("You write a newsletter for busy readers.", `Please write a summary:\n\n${passage}`, {
        temperature: 0.3,
      }),
    ),
    ...CODE_TASKS.map((task, index) => ask(task, index % 4 === 0 ? { temperature: 0.2 } : {})),
    ...OPEN_QUESTIONS.map((question, index) =>
      ask(question, index % 3 === 0 ? { temperature: 0.9, max_tokens: 200 } : {}),
    ),
    ...ROLES.map(([system = "", question = ""]) => askUnder(system, question, { temperature: 0.7 })),
    ask(`Summarize the six letters below for the archive:\n\n${letters.join("\n\n")}`, { max_tokens: 300 }),
    ask(`Summarize the newsletter below for the front page:\n\n${report}`),
    ask(`TL;DR of these notes, please:\n\n${report}\n\n${PASSAGES.toReversed().join("\n\n")}`, { max_tokens: 60 }),
    askUnder(
      `You answer from the handbook only.\n\n${report}`,
      "What do I have to know about the release that was rolled back?",
    ),
    askUnder(`You answer from the handbook only.\n\n${report}`, "How much is a museum ticket, and do children pay?"),
  ];
}
