import { ask, askUnder, type DemoRequest } from "./demo-request.ts";

const WEATHER = tool("get_weather", "Current weather and forecast for a city", {
  properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
  required: ["city"],
});
const ORDER_STATUS = tool("get_order_status", "Looks up where an order is and when it will be delivered", {
  properties: { order_id: { type: "string" } },
  required: ["order_id"],
});
const REFUND = tool("refund_order", "Refunds an order to the customer, wholly or in part", {
  properties: {
    order_id: { type: "string" },
    amount: { type: "number", minimum: 0.01 },
    reason: { type: "string", enum: ["damaged", "late", "wrong_item", "other"] },
  },
  required: ["order_id", "reason"],
});
const CREATE_EVENT = tool("create_calendar_event", "Puts a meeting on the calendar and invites people", {
  properties: {
    title: { type: "string" },
    date: { type: "string" },
    time: { type: "string" },
    duration_minutes: { type: "integer", minimum: 5, maximum: 480 },
    attendees: { type: "array", items: { type: "string" } },
  },
  required: ["title", "date"],
});
const SEARCH = tool("search_handbook", "Searches the employee handbook for rules on travel, leave and expenses", {
  properties: { query: { type: "string" }, limit: { type: "integer", minimum: 1, maximum: 10 } },
  required: ["query"],
});

const WEATHER_QUESTIONS = [
  "What is the weather in Lisbon today?",
  "Will I need a coat in Oslo tomorrow? Check the weather.",
  "Compare the weather for Madrid with last week.",
  "Weather forecast for Nairobi in celsius, please.",
  "How is the weather at Kraków airport?",
  "What is the current weather in New Delhi in fahrenheit?",
  "Is the weather in Wellington good for sailing?",
];
const ORDER_QUESTIONS = [
  "Where is my order AB-10442?",
  "The order KX-77801 arrived damaged. Please refund 24.90 euros.",
  "When will order LM-3309 be delivered?",
  "Refund order ZT-90011, it came three weeks late.",
  "I ordered a blue lamp and got a red one: order QD-4417. I want a refund.",
  "Status of order PR-60021?",
  "Has order HH-12890 left the warehouse?",
  "You sent the wrong item with order BN-5530. Refund it.",
];
const CALENDAR_QUESTIONS = [
  "Put a meeting called 'Budget review' on the calendar for 2025-06-03 at 14:30 with Anna Schmidt.",
  "Schedule a calendar event 'Fire drill' tomorrow at 10:00.",
  "Invite Tom Okafor and Maria Rossi to a meeting 'Release notes' on Friday at 11:15 for 45 minutes.",
  "Create a calendar event for the dentist on 14 August 2025 at 8:30 am.",
  "Set up a 30 minutes meeting with Ingrid Solberg on Monday about the new shelves.",
];
const HANDBOOK_QUESTIONS = [
  "What does the handbook say about travel by night train?",
  "Search the handbook: how many days of leave do I have?",
  "Are taxi rides covered by our rules on expenses?",
];

/** Requests with tools: most want one called, some do not, and some bring a tool's result back. */
export function toolRequests(): readonly DemoRequest[] {
  const shop = "You work for the support desk of a lamp shop. Use the tools whenever they apply.";
  const office = [CREATE_EVENT, SEARCH, WEATHER];
  return [
    ...WEATHER_QUESTIONS.map((question) => ask(question, { tools: [WEATHER] })),
    ...ORDER_QUESTIONS.map((question) => askUnder(shop, question, { tools: [ORDER_STATUS, REFUND], temperature: 0 })),
    ...CALENDAR_QUESTIONS.map((question) => ask(question, { tools: office, tool_choice: "auto" })),
    ...HANDBOOK_QUESTIONS.map((question) => ask(question, { tools: office, tool_choice: "required" })),
    ask("Who wrote Faust?", { tools: [WEATHER] }),
    ask("Write a haiku on tea.", { tools: office }),
    ask("Just say hello to my grandmother.", { tools: [WEATHER], tool_choice: "none" }),
    ask("What about Bergen?", {
      tools: [WEATHER, SEARCH],
      tool_choice: { type: "function", function: { name: "get_weather" } },
    }),
    toolResult(
      "What is the weather in Porto?",
      WEATHER,
      { city: "Porto" },
      { temperature: 19, unit: "celsius", condition: "light rain" },
    ),
    toolResult(
      "Where is order AB-10442?",
      ORDER_STATUS,
      { order_id: "AB-10442" },
      { status: "shipped", carrier: "North Post", expected: "2025-05-09" },
    ),
    toolResult(
      "How many days of leave do I have?",
      SEARCH,
      { query: "days of leave" },
      { found: "28 days a year, 30 from the age of 50" },
    ),
  ];
}

type NamedTool = object & { readonly function: { readonly name: string } };

function tool(name: string, description: string, parameters: object): NamedTool {
  return {
    type: "function",
    function: { name, description, parameters: { type: "object", ...parameters } },
  } as NamedTool;
}

function toolResult(question: string, used: NamedTool, given: object, result: object): DemoRequest {
  const call = {
    id: "call_1",
    type: "function",
    function: { name: used.function.name, arguments: JSON.stringify(given) },
  };
  return {
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: JSON.stringify(result), tool_call_id: "call_1" },
    ],
    tools: [used],
  };
}
