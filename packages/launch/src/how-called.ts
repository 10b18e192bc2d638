/** Run from the repository as it stands; what is installed as a package is built, and has no such files. */
const FROM_SOURCE = import.meta.url.endsWith(".ts");

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["up", "npm start"],
  ["demo", "npm run demo"],
  ["gateway", "npm run gateway"],
  ["worker", "npm run worker"],
  ["simulator", "npm run simulator"],
]);

/** How a person has a command run, for help texts: by npm's scripts in a clone, else by the package's name. */
export function howCalled(command: string, flags = ""): string {
  if (!FROM_SOURCE) return spaced(`npx @understudy/cli ${command}`, flags);
  const script = SCRIPTS.get(command);
  if (script === undefined) return spaced(`npm run understudy -- ${command}`, flags);
  return flags === "" ? script : `${script} -- ${flags}`;
}

function spaced(call: string, flags: string): string {
  return flags === "" ? call : `${call} ${flags}`;
}
