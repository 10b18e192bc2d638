import type { ClientKey } from "./config.ts";
import { pathTo } from "./reading.ts";
import { type Section, sectionAt } from "./section.ts";
import { SHORTEST_SECRET } from "./secrets.ts";
import { isPrintable, quoted } from "./shown.ts";
import type { KnownCallers } from "./target-match.ts";

const KEYS = ["key", "alias", "team", "proxy", "control"] as const;
const LONGEST_NAME = 128;
/** What events call those who have no alias. */
const TAKEN = ["page", "master_key", "api", "guard", "config.yaml"];

/** Reads `general_settings.client_keys`: keys beside the master key that models may be called with. */
export function readClientKeys(general: Section, masterKey: string | null): readonly ClientKey[] {
  // As written: a variable that is not set is told with the key that names it.
  const written = general.raw("client_keys");
  if (written === undefined || written === null) return [];
  const path = general.pathTo("client_keys");
  if (!Array.isArray(written)) {
    general.fault("client_keys", "is not a list", "write a list: [{key: os.environ/NAME, alias: NAME}]");
    return [];
  }
  const read = written.flatMap((item: unknown, index) => {
    const section = sectionAt(item, pathTo(path, index), general.reading);
    return section === null ? [] : readClientKey(section);
  });
  if (masterKey === null && written.length > 0) {
    const fix = "set general_settings.master_key too, or remove client_keys";
    general.fault("client_keys", "would keep nobody out: without a master key every request is let in", fix);
  }
  rejectTwice(read, masterKey);
  return read.map(({ client }) => client);
}

interface Read {
  readonly client: ClientKey;
  readonly section: Section;
}

function readClientKey(section: Section): readonly Read[] {
  const key = section.requiredText("key", "write key: os.environ/NAME");
  const alias = section.requiredText("alias", "name who calls with it: alias: NAME");
  const team = section.text("team");
  const [proxy, control] = [section.flag("proxy") ?? false, section.flag("control") ?? false];
  section.rejectRest(KEYS);
  if (key !== null && key.length < SHORTEST_SECRET) {
    section.fault("key", "is too short to be a key", "write a long random one, e.g. from openssl rand -hex 24");
  }
  checkName(section, "alias", alias);
  checkName(section, "team", team);
  if (alias !== null && TAKEN.includes(alias)) {
    section.fault("alias", `${quoted(alias)} is what events call somebody else`, "write another name");
  }
  // Its name is known whatever its key lacks: what names it is at no fault.
  return alias === null ? [] : [{ client: { key: key ?? "", alias, team, proxy, control }, section }];
}

function checkName(section: Section, key: string, name: string | null): void {
  if (name === null || (isPrintable(name) && name.length <= LONGEST_NAME)) return;
  section.fault(key, "cannot be used as a name", `write one line of up to ${LONGEST_NAME} characters`);
}

/** Never repeats a key. */
function rejectTwice(read: readonly Read[], masterKey: string | null): void {
  for (const [index, { client, section }] of read.entries()) {
    const before = read.slice(0, index);
    const sameKey = client.key === "" ? undefined : before.find((other) => other.client.key === client.key);
    if (client.key === masterKey) {
      section.fault("key", "is the master key", "write another one: whoever has it may read and change everything");
    } else if (sameKey !== undefined) {
      const { path } = sameKey.section;
      section.fault("key", `is the same as ${path}.key`, "write another one: nobody could tell the two apart");
    }
    const sameAlias = before.find((other) => other.client.alias === client.alias);
    if (sameAlias === undefined) continue;
    section.fault(
      "alias",
      `${quoted(client.alias)} is the alias of ${sameAlias.section.path} too`,
      "write another name",
    );
  }
}

export function callersOf(keys: readonly ClientKey[]): KnownCallers {
  return {
    keys: keys.map(({ alias }) => alias),
    teams: [...new Set(keys.flatMap(({ team }) => (team === null ? [] : [team])))],
    open: keys.some(({ proxy }) => proxy),
  };
}
