import { expect, test } from "vitest";
import { HELP, readSettings } from "./settings.ts";

test("has defaults, takes the environment, and flags before it", () => {
  const defaults = { port: 4010, host: "127.0.0.1", speed: 1, wobble: 0, seed: "understudy" };
  expect(readSettings([], {})).toEqual(defaults);
  expect(readSettings([], { SIMULATOR_PORT: "5000", SIMULATOR_HOST: "0.0.0.0" })).toEqual({
    ...defaults,
    port: 5000,
    host: "0.0.0.0",
  });
  const flags = ["--port", "0", "--host", "::1", "--speed", "10", "--wobble", "0.2", "--seed", "s"];
  expect(readSettings(flags, { SIMULATOR_PORT: "nonsense", SIMULATOR_HOST: "0.0.0.0" })).toEqual({
    port: 0,
    host: "::1",
    speed: 10,
    wobble: 0.2,
    seed: "s",
  });
});

test.each([
  [["--prot", "1"], {}, /^Unknown option '--prot'/],
  [["extra"], {}, /^Unexpected argument 'extra'/],
  [["--port", "seventy"], {}, /^--port must be a number from 0 to 65535, not 'seventy'$/],
  [["--port", "80.5"], {}, /^--port must be a whole number, not '80.5'$/],
  [["--speed", "-1"], {}, /--speed/],
  [["--wobble=2"], {}, /^--wobble must be a number from 0 to 1, not '2'$/],
  [[], { SIMULATOR_PORT: "70000" }, /^SIMULATOR_PORT must be a number from 0 to 65535, not '70000'$/],
])("refuses %j %j in one line", (args, env, message) => {
  expect(() => readSettings(args, env)).toThrow(message);
  expect(() => readSettings(args, env)).not.toThrow(/\n/);
});

test("leaves the gateway's port and address to the gateway", () => {
  expect(readSettings([], { PORT: "4000", HOST: "0.0.0.0" })).toMatchObject({ port: 4010, host: "127.0.0.1" });
});

test("--help asks for the text that names every flag", () => {
  expect(readSettings(["--help", "--port", "nonsense"], {})).toBeNull();
  for (const flag of ["--port", "--host", "--speed", "--seed", "--wobble", "--help"]) expect(HELP).toContain(flag);
});
