import type { ShownConversation, ToolCall } from "@understudy/contracts";
import { type ReactNode, useMemo } from "react";
import { Visible } from "./prose.tsx";
import type { Names } from "./side-heads.tsx";
import { type ArgumentRow, type CallRows, toolRows } from "./tool-rows.ts";

interface ToolAnswersProps {
  readonly left: readonly ToolCall[];
  readonly right: readonly ToolCall[];
  readonly tools: ShownConversation["tools"];
  readonly names: Names;
}

/** The calls of both answers: a block a call, a row an argument. */
export function ToolAnswers({ left, right, tools, names }: ToolAnswersProps): ReactNode {
  const calls = useMemo(() => toolRows(left, right, tools), [left, right, tools]);
  let place = 0;
  return (
    <div className="tools">
      <table>
        <caption className="unseen">Tool calls of both answers</caption>
        <colgroup>
          <col />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <td />
            <th scope="col" id="head-left">
              {names.left}
            </th>
            <th scope="col" id="head-right">
              {names.right}
            </th>
          </tr>
        </thead>
        {calls.map((call, index) => {
          const from = place;
          place += call.differences;
          return <CallBlock key={`${index} ${call.name}`} call={call} from={from} />;
        })}
      </table>
    </div>
  );
}

/** `from`: number of its first difference. */
function CallBlock({ call, from }: { readonly call: CallRows; readonly from: number }): ReactNode {
  let place = from;
  return (
    <tbody>
      <tr className="call">
        <th scope="rowgroup" colSpan={3}>
          <code>
            <Visible text={call.name} />
          </code>{" "}
          {call.calls === "both" ? (
            <span className="quiet">{differencesInWords(call)}</span>
          ) : (
            <mark data-place={from}>only the {call.calls === "left" ? "first" : "second"} calls it</mark>
          )}
        </th>
      </tr>
      {call.rows.map((row) => {
        const own = row.differs ? place : null;
        if (row.differs) place += 1;
        return (
          <tr key={row.name} className={row.differs ? "d" : undefined}>
            <th scope="row">
              <code>{row.name === "" ? "as written" : <Visible text={row.name} />}</code>
              {row.differs && <span className="unseen"> differs</span>}
            </th>
            <Value row={row} call={call} side="left" place={own} />
            <Value row={row} call={call} side="right" place={own} />
          </tr>
        );
      })}
    </tbody>
  );
}

function differencesInWords({ differences, rows }: CallRows): string {
  if (differences === 0) return rows.length === 0 ? "without arguments" : "the same";
  return differences === 1 ? "1 argument differs" : `${differences} arguments differ`;
}

interface ValueProps {
  readonly row: ArgumentRow;
  readonly call: CallRows;
  readonly side: "left" | "right";
  readonly place: number | null;
}

function Value({ row, call, side, place }: ValueProps): ReactNode {
  const value = row[side];
  if (value === null) {
    if (call.calls !== "both" && call.calls !== side) return <td />;
    return (
      <td className="dim">
        <Marked place={place}>not given</Marked>
        {row.standard !== null && (
          <>
            ; the default is <code>{row.standard}</code>
          </>
        )}
      </td>
    );
  }
  return (
    <td>
      <Marked place={place}>
        <code>
          <Visible text={value} />
        </code>
      </Marked>
    </td>
  );
}

function Marked({ place, children }: { readonly place: number | null; readonly children: ReactNode }): ReactNode {
  return place === null ? children : <mark data-place={place}>{children}</mark>;
}
