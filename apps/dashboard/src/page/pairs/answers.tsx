import type { Pair } from "@understudy/store";
import diffJson from "microdiff";
import type { ReactNode } from "react";
import { DataTable } from "../frame/data-table.tsx";
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
      <JsonDifferences title="Answers" primary={one} silent={other} />
      {toolCallPairs({ primary, silent }).map((calls, index) => (
        <JsonDifferences key={`${index} ${calls.title}`} {...calls} />
      ))}
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
        <DataTable
          label={`Tool calls of the ${name} answer`}
          columns={[{ name: "tool" }, { name: "arguments" }]}
          rows={answer.tool_calls.map((call, index) => ({
            key: `${index} ${call.name}`,
            name: call.name,
            cells: [{ content: <code>{call.arguments}</code>, className: "others" }],
          }))}
        />
      )}
      {answer?.vectors === undefined ? (
        <p className="dim">finish reason: {answer?.finish_reason ?? "none"}</p>
      ) : (
        <p className="dim">{vectorWords(answer.vectors)}</p>
      )}
    </div>
  );
}

/** The vectors themselves are not kept. */
function vectorWords({ count, dimensions }: NonNullable<NonNullable<Answer>["vectors"]>): string {
  const length = dimensions === null ? "of no one length" : `of ${dimensions} numbers`;
  return `${count} ${count === 1 ? "vector" : "vectors"} ${length}, not kept`;
}

const MOST_DIFFERENCES = 100;

/** Where the documents on both sides differ, path by path; nothing where they are none. */
function JsonDifferences({ title, primary, silent }: DocumentsProps): ReactNode {
  const [one, other] = [documentOf(primary), documentOf(silent)];
  if (one === null || other === null) return null;
  const differences = diffJson(one, other);
  if (differences.length === 0) return <p className="dim">{title}: as JSON both say the same.</p>;
  return (
    <div className="card">
      <h3>{title}: where the JSON differs</h3>
      <DataTable
        label={title}
        columns={[{ name: "path" }, { name: "primary", side: "primary" }, { name: "silent", side: "silent" }]}
        rows={differences.slice(0, MOST_DIFFERENCES).map((difference) => ({
          key: difference.path.join("/"),
          name: <code>/{difference.path.join("/")}</code>,
          cells: [
            difference.type === "CREATE" ? MISSING : jsonCell(difference.oldValue),
            difference.type === "REMOVE" ? MISSING : jsonCell(difference.value),
          ],
        }))}
      />
      {differences.length > MOST_DIFFERENCES && (
        <p className="dim">and {differences.length - MOST_DIFFERENCES} more places</p>
      )}
    </div>
  );
}

interface DocumentsProps {
  readonly title: string;
  readonly primary: string;
  readonly silent: string;
}

const MISSING = { content: "not there", className: "dim" };

function jsonCell(value: unknown) {
  return { content: <code>{JSON.stringify(value)}</code>, className: "others" };
}

/** The arguments of calls that both sides make, one after the other; what only one side calls is in its own table. */
function toolCallPairs({ primary, silent }: Both): readonly DocumentsProps[] {
  const others = Map.groupBy(silent?.tool_calls ?? [], ({ name }) => name);
  return (primary?.tool_calls ?? []).flatMap(({ name, arguments: written }) => {
    const other = others.get(name)?.shift();
    return other === undefined ? [] : [{ title: `Arguments of ${name}`, primary: written, silent: other.arguments }];
  });
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
