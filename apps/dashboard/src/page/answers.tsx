import type { Pair } from "@understudy/store";
import diffJson from "microdiff";
import type { ReactNode } from "react";
import { type Part, wordDifference } from "./word-difference.ts";

type Answer = Pair["primary"]["answer"];

interface Both {
  readonly primary: Answer;
  readonly silent: Answer;
}

/** Both answers, with what differs marked. Models' words are only ever text here. */
export function Answers({ primary, silent }: Both): ReactNode {
  const [one, other] = [textOf(primary), textOf(silent)];
  const parts = one === "" || other === "" ? null : wordDifference(one, other);
  return (
    <section>
      <h2>Answers</h2>
      <div className="sides">
        <Side name="primary" answer={primary} text={one} parts={parts} />
        <Side name="silent" answer={silent} text={other} parts={parts} />
      </div>
      <JsonTable primary={one} silent={other} />
    </section>
  );
}

interface SideProps {
  readonly name: "primary" | "silent";
  readonly answer: Answer;
  readonly text: string;
  readonly parts: readonly Part[] | null;
}

function Side({ name, answer, text, parts }: SideProps): ReactNode {
  const own = parts?.filter(({ kind }) => kind === "same" || kind === name);
  return (
    <div className={`card side ${name}`}>
      <h3>{name}</h3>
      {answer === null && <p className="dim">No answer.</p>}
      {text !== "" && (
        <p className="answer">
          {own === undefined
            ? text
            : own.map((part, index) =>
                part.kind === "same" ? part.text : <mark key={`${index} ${part.text}`}>{part.text}</mark>,
              )}
        </p>
      )}
      {answer !== null && answer.tool_calls.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">tool</th>
              <th scope="col">arguments</th>
            </tr>
          </thead>
          <tbody>
            {answer.tool_calls.map((call, index) => (
              <tr key={`${index} ${call.name}`}>
                <th scope="row">{call.name}</th>
                <td>
                  <code>{call.arguments}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="dim">finish reason: {answer?.finish_reason ?? "none"}</p>
    </div>
  );
}

function JsonTable({ primary, silent }: { readonly primary: string; readonly silent: string }): ReactNode {
  const [one, other] = [documentOf(primary), documentOf(silent)];
  if (one === null || other === null) return null;
  const differences = diffJson(one, other);
  if (differences.length === 0) return <p className="dim">As JSON both say the same.</p>;
  return (
    <div className="card scroll">
      <h3>Where the JSON differs</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">path</th>
            <th scope="col">primary</th>
            <th scope="col">silent</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, 100).map((difference) => (
            <tr key={difference.path.join("/")}>
              <th scope="row">/{difference.path.join("/")}</th>
              <td>{difference.type === "CREATE" ? "–" : JSON.stringify(difference.oldValue)}</td>
              <td>{difference.type === "REMOVE" ? "–" : JSON.stringify(difference.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function textOf(answer: Answer): string {
  return answer?.text ?? answer?.refusal ?? "";
}

function documentOf(text: string): Record<string, unknown> | unknown[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
