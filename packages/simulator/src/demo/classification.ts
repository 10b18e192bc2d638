import { ask, askUnder, type DemoRequest } from "./demo-request.ts";

const REVIEWS = [
  "I love this kettle. It boils fast and looks great on the shelf.",
  "The lamp arrived damaged, and the shop took three weeks to answer. Never again.",
  "It is a chair. It does what a chair does.",
  "Wonderful staff, perfect coffee, and they let my dog in. I recommend it to everyone.",
  "The app crashed twice during checkout and I lost my basket. Useless.",
  "Delivery took four days, as described.",
  "Great screen, although the battery is poor and the charger gets hot.",
  "My grandmother uses the remote without help. Excellent design!",
  "The jacket is fine for autumn. Sleeves are an average length.",
  "I asked for a refund because the zip broke on the second day.",
  "Smooth setup, friendly support, happy to pay for another year.",
  "The worst hotel breakfast of our trip: cold eggs and rude service.",
  "It keeps time. The strap is ordinary.",
  "I was sceptical, but the pan is amazing and nothing sticks to it.",
  "The instructions were slow to read and half of the screws were missing.",
  "Pleased with the colour, delighted with the price.",
  "The second volume arrived before the first. The books themselves are okay.",
  "We waited ninety minutes for a table and the soup was awful.",
  "Best gardening gloves I have had in years.",
  "The headphones are useless on the train; they let every sound in.",
];

const TICKETS = [
  "My card was charged twice for the March invoice. Can I have one payment back?",
  "After the update the sync fails with error 502 on every second file.",
  "The courier left my parcel with a neighbour I do not know.",
  "How do I change the e-mail address of my account?",
  "We need forty seats and would like a quote with a discount.",
  "The VAT number on the bill is wrong.",
  "I cannot log in since I changed my password yesterday.",
  "Tracking says delivered, but there is no package at the door.",
  "Please close my account and delete my profile.",
  "Does the enterprise licence include a demo environment?",
  "The subscription was renewed although I cancelled it in May.",
  "The screen stays white when I open the API settings.",
  "Can the delivery address still be changed for an order from this morning?",
  "Our production system is down and nobody can work.",
];

const MESSAGES = [
  "You are the winner of our lottery! Click the link to claim your prize.",
  "Are we still meeting at four by the fountain?",
  "URGENT: your bitcoin wallet wins a free bonus, guaranteed.",
  "The plumber can come on Tuesday or Thursday; which do you prefer?",
  "Claim your free phone now, only today!",
  "Minutes of the parents' evening are attached.",
  "Your library books are due next week.",
  "Win a cruise. Reply with your card number to claim the offer.",
];

const HEADLINES = [
  "Coach praises young player after late goal in cup final",
  "Parliament passes law on river protection by two votes",
  "Startup shows robot that folds shirts",
  "Supplier reports higher profit for third quarter in a row",
  "Minister announces date of regional election",
  "New chip doubles battery life of hearing aids",
  "Bank plans merger with rival from the north",
  "League drops season opener after storm damages stadium",
];

const QUESTIONS = [
  "Does this notice mention a deadline? Answer yes or no.\n\nForms must reach the office before the deadline of 3 June.",
  "Does this notice mention a refund? Answer yes or no.\n\nTickets cannot be exchanged after purchase.",
  "Is 97 a prime number? Answer yes or no.",
  "Is 51 a prime number? Answer with yes or no only.",
  "Is 4870 even? Answer yes or no.",
];

/** Requests whose answers are labels, where models agree most of the time. */
export function classificationRequests(): readonly DemoRequest[] {
  return [
    ...REVIEWS.map((review, index) => reviewRequest(review, index)),
    ...TICKETS.map((ticket) =>
      askUnder(
        "Route each ticket to one of: billing, technical, shipping, account, sales. Answer with the label only.",
        ticket,
        {
          temperature: 0,
          max_tokens: 8,
        },
      ),
    ),
    ...MESSAGES.map((message) =>
      ask(`Is this message spam or ham? Reply with one word.\n\n${message}`, { temperature: 0 }),
    ),
    ...HEADLINES.map((headline) =>
      ask(`Choose a section for this headline: politics, sport, technology or business.\n\n"${headline}"`),
    ),
    ...QUESTIONS.map((question) => ask(question)),
  ];
}

function reviewRequest(review: string, index: number): DemoRequest {
  if (index % 3 === 0)
    return ask(`Classify the sentiment of this review as positive, negative or neutral.\n\n${review}`, {
      temperature: 0,
    });
  const system = "You label customer reviews. Answer with exactly one word: positive, negative, neutral or mixed.";
  if (index % 3 === 1) return askUnder(system, review, { max_tokens: 5 });
  return ask(`Sentiment (positive/negative/neutral)?\n\n${review}`);
}
