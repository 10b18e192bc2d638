import { ask, askUnder, type DemoRequest } from "./demo-request.ts";

const MAILS = [
  "Hello, I am Clara Jensen. Please send the invoice INV-20418 over $310.50 to clara.jensen@example.com before 12 May 2025.",
  "Good day, this is about order AB-77120. The vase was broken. Call me at +44 20 7946 0018. Regards, Tom Okafor",
  "Dear team, Maria Rossi from Lindgren Textiles asks for delivery on 2025-09-14. Her address is m.rossi@example.org.",
  "Order KX-30911 cost €89.90, but I was charged €98.90. My name is Peter Novak, p.novak@example.net.",
  "Hi! We are 14 people and would like a table in Lisbon on Friday at 19:30. Write to events@example.com.",
  "The ticket HD-5512 is open since March 3, 2025. Please ask Dr. Amina Yusuf, amina.yusuf@example.org.",
  "Payment of EUR 1,240.00 for booking RZ-88013 was received from Hartmann Logistics on 2025-02-27.",
  "I would like to move my appointment of Tuesday to 6 June at 10:15. Yours, Ingrid Solberg, ingrid@example.com",
  "Please cancel SUB-40077. I paid $12.99 on 1 April 2025 and never used it. Best wishes from Lucas Meyer",
  "Our new office in Rotterdam opens on October 2, 2025. Details: https://example.com/rotterdam",
];

const ORDER_SCHEMA = {
  type: "object",
  properties: {
    customer: { type: ["string", "null"] },
    email: { type: ["string", "null"] },
    order_id: { type: ["string", "null"] },
    amount: { type: ["number", "null"] },
    sentiment: { type: "string", enum: ["positive", "negative", "neutral"] },
  },
  required: ["customer", "email", "order_id", "amount", "sentiment"],
  additionalProperties: false,
};

const RECIPE_SCHEMA = {
  type: "object",
  properties: {
    title: { type: "string" },
    servings: { type: "integer", minimum: 1, maximum: 12 },
    vegetarian: { type: "boolean" },
    ingredients: {
      type: "array",
      minItems: 2,
      items: {
        type: "object",
        properties: { name: { type: "string" }, grams: { type: "integer", minimum: 1 } },
        required: ["name", "grams"],
        additionalProperties: false,
      },
    },
  },
  required: ["title", "servings", "vegetarian", "ingredients"],
  additionalProperties: false,
};

const DISHES = [
  "lentil soup",
  "mushroom risotto",
  "apple cake",
  "roast chicken with lemon",
  "potato salad",
  "pumpkin curry",
];

/** Requests that ask for named values, as text or as JSON. */
export function extractionRequests(): readonly DemoRequest[] {
  const object = { type: "json_object" };
  const order = { type: "json_schema", json_schema: { name: "order", strict: true, schema: ORDER_SCHEMA } };
  const recipe = { type: "json_schema", json_schema: { name: "recipe", strict: true, schema: RECIPE_SCHEMA } };
  return [
    ...MAILS.map((mail) =>
      ask(`Extract the fields as JSON with the keys name, email, order_id and date:\n\n${mail}`, {
        response_format: object,
        temperature: 0,
      }),
    ),
    ...MAILS.map((mail) => askUnder("You turn customer mail into records.", mail, { response_format: order })),
    ...MAILS.slice(0, 6).map((mail) => ask(`Extract the email address from this message:\n${mail}`)),
    ...MAILS.slice(4).map((mail) => ask(`Find the date and the amount in this text:\n${mail}`, { max_tokens: 40 })),
    ...DISHES.map((dish) => ask(`Give me a simple recipe for ${dish}.`, { response_format: recipe, temperature: 0.4 })),
  ];
}
