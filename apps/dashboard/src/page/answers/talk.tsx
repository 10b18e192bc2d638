import type { ShownConversation, ShownTurn, ToolCall } from "@understudy/contracts";
import type { ReactNode } from "react";
import { Visible } from "./prose.tsx";

/** Characters of a turn of the user that are shown without being asked for. */
const LONGEST_SHOWN = 1_500;
const LONGEST_LINE = 160;

/**
 * What was asked, as a conversation: the last words of the user in full, all else in a line until it is opened. Null where its text was
 * not kept.
 */
export function Talk({ conversation }: { readonly conversation: ShownConversation | null }): ReactNode {
  if (conversation === null) {
    return <p className="talk quiet">What was asked was not kept, or its retention is over.</p>;
  }
  const { turns, turns_left_out, tools, wants } = conversation;
  const last = turns.findLastIndex(({ role }) => role === "user");
  // In a conversation that is cut, the first quarter of what is shown is its beginning.
  const gap = turns_left_out > 0 ? Math.floor(turns.length / 4) : -1;
  return (
    <div className="talk">
      {turns.map((turn, index) => (
        <div key={`${index} ${turn.role}`}>
          {index === gap && <p className="quiet">{turns_left_out.toLocaleString("en")} turns between are not shown.</p>}
          <OneTurn turn={turn} last={index === last} />
        </div>
      ))}
      {turns.length === 0 && <p className="quiet">It asks nothing in words.</p>}
      {(tools.length > 0 || wants !== null) && (
        <div className="turn">
          <span className="role">asks for</span>
          <p className="quiet">{asksFor(conversation)}</p>
        </div>
      )}
    </div>
  );
}

function asksFor({ tools, wants }: ShownConversation): string {
  const names = tools.slice(0, 8).map(({ name }) => name);
  const more = tools.length > names.length ? ` and ${tools.length - names.length} more` : "";
  const offered = tools.length === 0 ? [] : [`tools ${names.join(", ")}${more}`];
  const form = wants === "schema" ? ["JSON that fits the request’s schema"] : wants === "json" ? ["JSON"] : [];
  return [...offered, ...form].join("; ");
}

function OneTurn({ turn, last }: { readonly turn: ShownTurn; readonly last: boolean }): ReactNode {
  const { role, text, left_out, others, tool_calls } = turn;
  const shown = last && text.length <= LONGEST_SHOWN;
  const rest = left_out > 0 ? `\n… ${left_out.toLocaleString("en")} characters more` : "";
  return (
    <div className={last ? "turn last" : "turn"}>
      <span className="role">{role}</span>
      <div>
        {shown ? (
          <p dir="auto">
            <Visible text={text} />
          </p>
        ) : (
          text !== "" && (
            <details open={last && text.length <= 20_000}>
              <summary>
                <bdi dir="auto">
                  <Visible text={lineOf(text)} />
                </bdi>
              </summary>
              <p dir="auto" tabIndex={0}>
                <Visible text={`${text}${rest}`} />
              </p>
            </details>
          )
        )}
        {others.length > 0 && <p className="quiet">[{others.join(", ")}: not kept here]</p>}
        {tool_calls.length > 0 && <Calls calls={tool_calls} />}
      </div>
    </div>
  );
}

function Calls({ calls }: { readonly calls: readonly ToolCall[] }): ReactNode {
  return (
    <details>
      <summary>calls {calls.map(({ name }) => name).join(", ")}</summary>
      <p tabIndex={0}>
        {calls.map(({ name, arguments: given }, index) => (
          <code key={`${index} ${name}`}>
            <Visible text={`${name} ${given}\n`} />
          </code>
        ))}
      </p>
    </details>
  );
}

function lineOf(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST_LINE)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > LONGEST_LINE || text.length > 4 * LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line;
}
