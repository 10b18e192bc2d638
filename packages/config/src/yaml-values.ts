import type { ScalarTag } from "yaml";

const INTEGER_TAG = "tag:yaml.org,2002:int";
const FLOAT_TAG = "tag:yaml.org,2002:float";

/**
 * Plain values as PyYAML reads them, since LiteLLM's files are written for it: YAML 1.1, where `20_000` and `1:30` are numbers,
 * `yes` and `off` are true and false, and `010` is 8. A date stays text: LiteLLM wants `api_version: 2024-10-21` as one.
 */
export const PYYAML_TAGS: readonly ScalarTag[] = [
  scalar("tag:yaml.org,2002:null", /^(?:~|null|Null|NULL|)$/, () => null),
  scalar(
    "tag:yaml.org,2002:bool",
    /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    (text) => /^(?:yes|true|on)$/i.test(text),
  ),
  scalar(INTEGER_TAG, /^[-+]?0b[01_]+$/, (text) => integer(text, 2)),
  scalar(INTEGER_TAG, /^[-+]?0x[\da-fA-F_]+$/, (text) => integer(text, 16)),
  scalar(INTEGER_TAG, /^[-+]?0[0-7_]+$/, (text) => integer(text, 8)),
  scalar(INTEGER_TAG, /^[-+]?(?:0|[1-9][\d_]*)$/, plainNumber),
  scalar(INTEGER_TAG, /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+$/, sexagesimal),
  scalar(FLOAT_TAG, /^(?:[-+]?\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]\d+)?$/, plainNumber),
  scalar(FLOAT_TAG, /^[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*$/, sexagesimal),
  scalar(FLOAT_TAG, /^[-+]?\.(?:inf|Inf|INF)$/, (text) =>
    text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  ),
  scalar(FLOAT_TAG, /^\.(?:nan|NaN|NAN)$/, () => Number.NaN),
];

function scalar(tag: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag, test, resolve, default: true };
}

function plainNumber(text: string): number {
  return Number(text.replaceAll("_", ""));
}

function integer(text: string, base: number): number {
  const digits = text.replaceAll("_", "").replace(/^([-+]?)0[bx]?/, "$1");
  return Number.parseInt(digits === "" || /^[-+]$/.test(digits) ? "0" : digits, base);
}

/** `1:30` is 90, as in a minute and a half. */
function sexagesimal(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const parts = text.replace(/^[-+]/, "").split(":").map(plainNumber);
  return sign * parts.reduce((sum, part) => sum * 60 + part, 0);
}
