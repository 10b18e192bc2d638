import { expect, test } from "vitest";
import { installedPackages, whyNotAllowed } from "../tools/licences.ts";

const of = (licence: string | null, name = "some-package") =>
  whyNotAllowed({ name, version: "1.0.0", licence, development: false });

test("every package of the lock file has a licence that is allowed", () => {
  const installed = installedPackages(".");
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter((one) => whyNotAllowed(one) !== null)).toEqual([]);
});

test.each(["MIT", "MIT OR GPL-3.0", "MIT AND ISC AND BSD-3-Clause", "(MIT OR GPL-3.0) AND ISC", "Apache-2.0"])(
  "%s is allowed",
  (licence) => expect(of(licence)).toBeNull(),
);

test.each([
  "GPL-3.0",
  "MIT AND GPL-3.0",
  "MPL-2.0",
  "SEE LICENSE IN LICENSE.txt",
  "UNLICENSED",
  "(GPL-2.0 OR AGPL-3.0)",
])("%s is not", (licence) => expect(of(licence)).toBe(`${licence} is not allowed`));

test("a package that names none is told of, and one licence is for one package alone", () => {
  expect(of(null)).toBe("names no licence");
  expect(of("MPL-2.0", "lightningcss-linux-x64-gnu")).toBeNull();
  expect(of("MPL-2.0", "lightningcss2")).not.toBeNull();
});
