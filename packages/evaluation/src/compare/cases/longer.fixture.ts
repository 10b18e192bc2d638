import type { Row } from "./closed.fixture.ts";

const OPENING = "The library opens at nine in the morning and closes at eight in the evening from Monday to Friday.";
const DOSE = "Take 20 mg of the medicine twice a day with food, and do not take it together with grapefruit juice.";
const CODE =
  "```python\ndef total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n```";
const FUNCTION =
  "```js\nfunction clamp(x, low, high) {\n  if (x < low) return low;\n  return x > high ? high : x;\n}\n```";

/** Longer answers that say the same. */
export const SAME_LONG: readonly Row[] = [
  [OPENING, `**${OPENING}**`, true],
  [OPENING, `Sure! ${OPENING}`, true],
  [OPENING, `${OPENING} I hope that this helps!`, true],
  [OPENING, `Of course, happy to help. ${OPENING} Feel free to ask if you have any further questions.`, true],
  [OPENING, `<think>They ask when it opens. 9 or 10? The page says 9.</think>${OPENING}`, true],
  [OPENING, OPENING.toUpperCase(), true],
  [OPENING, OPENING.replaceAll(" ", "\n"), true],
  [`It’s open. ${OPENING}`, `It's open. ${OPENING}`, true],
  [`${OPENING} ${DOSE}`, `${OPENING}\n\n${DOSE}`, true],
  [`- ${OPENING}\n- ${DOSE}`, `* ${OPENING}\n* ${DOSE}`, true],
  [`# Hours\n\n${OPENING}`, `## Hours\n${OPENING}`, true],
  [
    "The meeting takes place on 14 March 2025 in room 12, and everybody from the sales team should attend it.",
    "The meeting takes place on March 14, 2025 in room 12, and everybody from the sales team should attend it.",
    true,
  ],
  [
    "The total comes to 1,250,000 dollars, which is paid in three equal parts over the next two years.",
    "The total comes to 1250000 dollars, which is paid in three equal parts over the next two years.",
    true,
  ],
  [
    "There are seven days in a week and twenty-four hours in each of them, as everybody knows from school.",
    "There are 7 days in a week and 24 hours in each of them, as everybody knows from school.",
    true,
  ],
  [
    "Die Bibliothek öffnet um neun Uhr und schließt um acht Uhr abends, sonntags ist sie geschlossen.",
    "Gerne! Die Bibliothek öffnet um neun Uhr und schließt um acht Uhr abends, sonntags ist sie geschlossen.",
    true,
  ],
  [
    "图书馆每天早上九点开门，晚上八点关门，星期天中午就关门了，节假日不开放，请提前安排好时间再来。",
    "圖書館每天早上九點開門，晚上八點關門，星期天中午就關門了，節假日不開放，請提前安排好時間再來。",
    true,
  ],
  [CODE, CODE.replaceAll("    ", "  "), true],
  [CODE, `Here is the function:\n\n${CODE}\n\nLet me know if you need anything else.`, true],
  [CODE, CODE.replaceAll("python", ""), true],
  [FUNCTION, FUNCTION.replace("x < low", "x<low"), true],
  [
    "The first step is to unplug the device. Then wait for ten minutes. Plug it in again afterwards and switch it on.",
    "The first step is to unplug the device. Then, wait for ten minutes. Plug it in again afterwards, and switch it on.",
    true,
  ],
];

/** Longer answers that say something else. */
export const OTHER_LONG: readonly Row[] = [
  [OPENING, OPENING.replace("nine", "ten"), false],
  [OPENING, OPENING.replace("Friday", "Saturday"), false],
  [OPENING, OPENING.replace("morning", "evening").replace("the evening from", "the morning from"), false],
  [DOSE, DOSE.replace("20 mg", "200 mg"), false],
  [DOSE, DOSE.replace("20 mg", "20 g"), false],
  [DOSE, DOSE.replace("twice", "three times"), false],
  [DOSE, DOSE.replace("do not take", "do take"), false],
  [DOSE, DOSE.replace("with food", "without food"), false],
  [DOSE, "Medicines help many people, and whoever is unsure had better ask a doctor or a pharmacist near them.", false],
  [
    "Your application was accepted by the committee on Monday, and you will hear from our office within this week.",
    "Your application was rejected by the committee on Monday, and you will hear from our office within this week.",
    false,
  ],
  [
    "Yes, you may park in front of the building during the whole weekend, as long as the badge can be seen.",
    "No, you may not park in front of the building during the weekend, even if the badge can be seen.",
    false,
  ],
  [
    "Alice lent Bob the money for the car last summer, and he has promised to pay it back by the end of the year.",
    "Bob lent Alice the money for the car last summer, and he has promised to pay it back by the end of the year.",
    // A reader sees who lent; the rules see that the names have changed places.
    null,
  ],
  [
    "The treaty was signed in Vienna by the ambassadors of both countries after more than two weeks of talks.",
    "The treaty was signed in Geneva by the ambassadors of both countries after more than two weeks of talks.",
    false,
  ],
  [
    "Connect the red wire to the upper terminal of the switch, then screw the cover back on and turn on the power.",
    "Connect the blue wire to the upper terminal of the switch, then screw the cover back on and turn on the power.",
    false,
  ],
  [
    "Sales increased in the third quarter compared with the year before, mainly because of the new stores abroad.",
    "Sales decreased in the third quarter compared with the year before, mainly because of the new stores abroad.",
    false,
  ],
  [
    "The ticket costs €45 when it is booked online a week ahead, and it can be returned until the day before.",
    "The ticket costs $45 when it is booked online a week ahead, and it can be returned until the day before.",
    false,
  ],
  [
    "Der Vertrag kann jederzeit gekündigt werden, und es fallen dafür keine weiteren Kosten an, egal wie lange er lief.",
    "Der Vertrag kann nicht jederzeit gekündigt werden, und es fallen dafür weitere Kosten an, egal wie lange er lief.",
    false,
  ],
  [
    "Le magasin est ouvert tous les jours de neuf heures à dix-neuf heures, et le parking est gratuit pour les clients.",
    "Le magasin n'est pas ouvert tous les jours de neuf heures à dix-neuf heures, et le parking est payant pour les clients.",
    false,
  ],
  [
    "这种药可以和布洛芬一起服用，两种药物之间没有相互作用，肾功能正常的成年人不需要调整剂量。",
    "这种药不可以和布洛芬一起服用，两种药物之间有相互作用，肾功能正常的成年人需要调整剂量。",
    false,
  ],
  [
    "この薬はイブプロフェンと一緒に飲むことができます。二つの薬の間に相互作用はありません。",
    "この薬はイブプロフェンと一緒に飲むことができません。二つの薬の間に相互作用があります。",
    false,
  ],
  [CODE, CODE.replace("+=", "-="), false],
  [CODE, CODE.replace("result = 0", "result = 1"), false],
  [FUNCTION, FUNCTION.replace("x < low", "x > low"), false],
  [FUNCTION, FUNCTION.replace("x > high", "x >= high"), false],
  [FUNCTION, FUNCTION.replace("? high : x", "? x : high"), false],
  [
    "```js\nreturn Math.min(a, b) + offset(a, b, 10) * rate;\n```",
    "```js\nreturn Math.max(a, b) + offset(a, b, 10) * rate;\n```",
    false,
  ],
  [
    "SELECT name FROM users WHERE age > 18 AND active = true ORDER BY created_at DESC LIMIT 10;",
    "SELECT name FROM users WHERE age > 18 OR active = true ORDER BY created_at DESC LIMIT 10;",
    false,
  ],
  [
    "The bridge is 120 metres long and was opened in 1987; about 4,000 cars cross it on an ordinary working day.",
    "The bridge is 120 metres long and was opened in 1978; about 4,000 cars cross it on an ordinary working day.",
    false,
  ],
  [
    "Please contact customer service by telephone; they can tell you more about the state of your order than we can.",
    "Veuillez contacter le service client par téléphone; ils pourront vous en dire plus que nous sur votre commande.",
    false,
  ],
  [
    "All of the tests passed on the first machine, and the new version can be released before the weekend begins.",
    "None of the tests passed on the first machine, and the new version cannot be released before the weekend begins.",
    false,
  ],
  [
    "The patient should always take the tablet before breakfast, since the stomach has to be empty for it to work.",
    "The patient should never take the tablet before breakfast, since the stomach must not be empty for it to work.",
    false,
  ],
];

/** Neither the same nor in conflict by any fact: nothing here can tell. */
export const UNCLEAR_LONG: readonly Row[] = [
  [
    "A good manager listens to the people in the team, gives clear goals, and leaves it to them how to reach these.",
    "Leading well means hearing what colleagues have to say, being plain about aims and trusting them with the way there.",
    null,
  ],
  [
    "Dogs need a walk every day, fresh water and good food, and somebody who spends time with them and trains them.",
    "To keep a dog happy, walk it every day, give it fresh water and proper food, and spend time with it and train it.",
    null,
  ],
  [
    "The film follows a young musician who leaves the village to find work in the city and loses sight of old friends.",
    "It is about a musician who moves from the village into the city for work and grows apart from the friends of old.",
    null,
  ],
  [
    "Use a sharp knife, keep your fingers curled, and cut slowly until you feel safe with the movement of the blade.",
    "Curl the fingers, cut slowly at first and take a sharp knife, until the movement of the blade feels safe to you.",
    null,
  ],
];
