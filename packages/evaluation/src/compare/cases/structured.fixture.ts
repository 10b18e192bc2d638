/** JSON answers; every second is held out. `asked` stands for a request with `response_format: json_object`. */
export type JsonRow = readonly [primary: string, silent: string, agrees: boolean | null, asked?: "asked"];

const fenced = (json: string, language = "json"): string => `\`\`\`${language}\n${json}\n\`\`\``;

export const JSON_ROWS: readonly JsonRow[] = [
  ['{"a":1,"b":2}', '{"b":2,"a":1}', true],
  ['{"a":1}', fenced('{"a":1}'), true],
  [fenced('{"a":1}'), fenced('{"a":1}', ""), true],
  [fenced('{"a":{"b":1,"c":2}}'), fenced('{"a":{"c":2,"b":1}}', "JSON"), true],
  [fenced('{"a":1}'), '{"a":2}', false],
  ['{"a":1}', 'Here you are:\n```json\n{"a":1}\n```', true],
  ['{"a":1}', '{"a":1}\n\nLet me know if you need more.', false, "asked"],
  ['{"a":1}', fenced('{"a":1}'), false, "asked"],
  ['{"n":42}', '{"n":42.0}', true],
  ['{"n":42}', '{"n":4.2e1}', true],
  ['{"n":1e3}', '{"n":1000}', true],
  ['{"n":0.1}', '{"n":0.10}', true],
  ['{"n":-0}', '{"n":0}', true],
  ['{"n":1e400}', '{"n":1e401}', false],
  ['{"n":12345678901234567890}', '{"n":12345678901234567891}', false],
  ['{"n":12345678901234567890}', '{"n":12345678901234567890.0}', true],
  ['{"ids":[1234567890123456789]}', '{"ids":[1234567890123456788]}', false],
  ['{"n":"9007199254740993"}', '{"n":"9007199254740992"}', false],
  ['{"n":0.1}', '{"n":0.2}', false],
  ['{"n":0.7000000000000001}', '{"n":0.7}', true],
  ['{"n":1}', '{"n":"1"}', false],
  ['{"ok":true}', '{"ok":false}', false],
  ['{"ok":true}', '{"ok":"true"}', false],
  ['{"label":"Positive"}', '{"label":"positive"}', true],
  ['{"label":"positive"}', '{"label":"negative"}', false],
  ['{"label":"positive "}', '{"label":"positive"}', true],
  ['{"name":"O\'Brien"}', '{"name":"O’Brien"}', true],
  ['{"id":"aB3"}', '{"id":"ab3"}', false],
  ['{"path":"/Tmp/x"}', '{"path":"/tmp/x"}', false],
  ['{"a":[1,2,3]}', '{"a":[3,2,1]}', false],
  ['{"a":[1,2]}', '{"a":[1,2,2]}', false],
  ['{"a":[]}', '{"a":{}}', false],
  ['{"a":1}', '{"A":1}', false],
  ['{"a":1}', '{"a":1,}', false],
  ['{"a":1}', "{'a':1}", false],
  ['{"a":1}', "a is 1", false],
  ['{"a":1}', '<think>a is 1</think>\n{"a":1}', true],
  ['{"a":"x\\ny"}', '{"a":"x\\u000ay"}', true],
  [
    '{"urgent":true,"reason":"The customer writes that the whole site has been down since this morning."}',
    '{"urgent":true,"reason":"The whole site has been down since the morning, writes the customer."}',
    true,
  ],
  [
    '{"urgent":true,"reason":"The customer writes that the whole site has been down since this morning."}',
    '{"urgent":false,"reason":"The customer writes that the whole site has been down since this morning."}',
    false,
  ],
  [
    '{"urgent":true,"reason":"The customer writes that the whole site has been down since 9 this morning."}',
    '{"urgent":true,"reason":"The customer writes that the whole site has been down since 7 this morning."}',
    false,
  ],
  [
    '{"urgent":true,"reason":"The customer writes that the whole site has been down since this morning."}',
    '{"urgent":true,"reason":"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod."}',
    // A reader sees nonsense; the rules see a sentence with no fact in it.
    null,
  ],
];

const TOOLS = [
  {
    type: "function",
    function: {
      name: "search",
      parameters: {
        type: "object",
        properties: {
          query: { type: "string" },
          limit: { type: "integer", default: 10 },
          filter: {
            type: "object",
            properties: { since: { type: "string" }, exact: { type: "boolean", default: false } },
          },
          sort: { type: "string", enum: ["new", "old"], default: "new" },
        },
        required: ["query"],
      },
    },
  },
  {
    type: "function",
    function: {
      name: "send",
      parameters: { type: "object", properties: { to: { type: "string" }, text: { type: "string" } } },
    },
  },
];

export const TOOL_REQUEST = { messages: [{ role: "user", content: "Do it." }], tools: TOOLS };

export type Call = readonly [name: string, written: string];
/** Tool calls of both sides. */
export type ToolRow = readonly [primary: readonly Call[], silent: readonly Call[], agrees: boolean | null];

const search = (written: string): Call => ["search", written];

export const TOOL_ROWS: readonly ToolRow[] = [
  [[search('{"query":"cats"}')], [search('{"query":"cats","limit":10}')], true],
  [[search('{"query":"cats"}')], [search('{"query":"cats","limit":10.0,"sort":"new"}')], true],
  [[search('{"query":"cats"}')], [search('{"query":"cats","limit":20}')], false],
  [[search('{"query":"cats"}')], [search('{"query":"cats","sort":"old"}')], false],
  [
    [search('{"query":"cats","filter":{"since":"2025"}}')],
    [search('{"filter":{"exact":false,"since":"2025"},"query":"cats"}')],
    true,
  ],
  [
    [search('{"query":"cats","filter":{"since":"2025"}}')],
    [search('{"query":"cats","filter":{"since":"2024"}}')],
    false,
  ],
  [[search('{"query":"cats"}')], [search('{"query":"cats","limit":null}')], true],
  [[search('{"query":"cats"}')], [search('{"query":null}')], false],
  [[search('{"query":"cats"}')], [search('{"query":"Cats"}')], true],
  [[search('{"query":"cats"}')], [search('{"query":"dogs"}')], false],
  [[search('{"query":"cats"}')], [search("{}")], false],
  [[search('{"query":"cats"}')], [["find", '{"query":"cats"}']], false],
  [
    [search('{"query":"cats"}'), search('{"query":"dogs"}')],
    [search('{"query":"dogs","limit":10}'), search('{"query":"cats"}')],
    true,
  ],
  [[search('{"query":"cats"}'), search('{"query":"dogs"}')], [search('{"query":"dogs"}')], false],
  [[search('{"query":"cats"}')], [], false],
  [[], [search('{"query":"cats"}')], false],
  [
    [search('{"query":"id 9007199254740993","limit":9007199254740993}')],
    [search('{"query":"id 9007199254740993","limit":9007199254740992}')],
    false,
  ],
  [
    [["send", '{"to":"a@example.test","text":"The parcel will arrive on Monday at noon, please be at home then."}']],
    [["send", '{"to":"b@example.test","text":"The parcel will arrive on Monday at noon, please be at home then."}']],
    false,
  ],
  [
    [["send", '{"to":"a@example.test","text":"The parcel will arrive on Monday at noon, please be at home then."}']],
    [["send", '{"to":"a@example.test","text":"The parcel will arrive on Tuesday at noon, please be at home then."}']],
    false,
  ],
  [
    [["send", '{"to":"a@example.test","text":"The parcel will arrive on Monday at noon, please be at home then."}']],
    [["send", '{"to":"a@example.test","text":"The parcel will arrive at noon on Monday. Please be at home then!"}']],
    true,
  ],
];
