import { expect, test } from "vitest";
import { isSignedWith, readAuthorization, type Signed } from "./signature.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATE = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
const plain = (method: string, url: string): Signed => ({ method, url, headers: DATE, body: "" });

/** From the test suite that AWS publishes for version 4, by its names. */
const VECTORS: readonly (readonly [name: string, request: Signed, signedHeaders: string, signature: string])[] = [
  [
    "get-vanilla",
    plain("GET", "/"),
    "host;x-amz-date",
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  ],
  [
    "post-vanilla",
    plain("POST", "/"),
    "host;x-amz-date",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  ],
  [
    "get-utf8",
    plain("GET", "/ሴ"),
    "host;x-amz-date",
    "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
  ],
  [
    "get-vanilla-query-order-key-case",
    plain("GET", "/?Param2=value2&Param1=value1"),
    "host;x-amz-date",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
  [
    "post-x-www-form-urlencoded",
    {
      method: "POST",
      url: "/",
      headers: { ...DATE, "content-type": "application/x-www-form-urlencoded" },
      body: "Param1=value1",
    },
    "content-type;host;x-amz-date",
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  ],
];

test.each(VECTORS)("%s", (_name, request, signedHeaders, signature) => {
  const scope = "20150830/us-east-1/service/aws4_request";
  const header = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  const authorization = readAuthorization(header);
  if (authorization === null) throw new Error("the header was not read");
  expect(isSignedWith(SECRET, request, authorization)).toBe(true);
  expect(isSignedWith(SECRET, { ...request, body: `${request.body}x` }, authorization)).toBe(false);
  expect(isSignedWith(`${SECRET}x`, request, authorization)).toBe(false);
});
