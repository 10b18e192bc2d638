import { type ReactNode, useMemo, useState } from "react";
import { type JsonLine, jsonLines, type JsonPiece, jsonPieces } from "./json-lines.ts";
import { Visible } from "./prose.tsx";
import { AnswerHead, type Names } from "./side-heads.tsx";

interface JsonAnswersProps {
  readonly left: unknown;
  readonly right: unknown;
  readonly names: Names;
}

/** Two documents side by side, the same key on the same line; what is the same folds on both sides together. */
export function JsonAnswers({ left, right, names }: JsonAnswersProps): ReactNode {
  const { lines, cut } = useMemo(() => jsonLines(left, right), [left, right]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const pieces = jsonPieces(lines, open);
  const places = useMemo(() => placesOf(lines), [lines]);
  const unfold = (id: number): void => setOpen((before) => new Set(before).add(id));
  return (
    <div className="both">
      {(["left", "right"] as const).map((side) => (
        <section key={side} className="one" aria-labelledby={`head-${side}`}>
          <AnswerHead side={side} name={names[side]} aside={null} />
          {pieces.map((piece) => (
            <JsonPart key={piece.lines[0]?.path} piece={piece} side={side} unfold={unfold} places={places} />
          ))}
          {cut && <p className="quiet">It goes on: no more lines are shown here.</p>}
        </section>
      ))}
    </div>
  );
}

/** Each line that differs, by number. */
function placesOf(lines: readonly JsonLine[]): ReadonlyMap<JsonLine, number> {
  return new Map(lines.filter(({ differs }) => differs).map((line, index) => [line, index]));
}

interface PartProps {
  readonly piece: JsonPiece;
  readonly side: "left" | "right";
  readonly places: ReadonlyMap<JsonLine, number>;
  readonly unfold: (id: number) => void;
}

function JsonPart({ piece, side, places, unfold }: PartProps): ReactNode {
  if (piece.kind === "same") {
    return (
      <button type="button" className="same" onClick={() => unfold(piece.id)}>
        {piece.lines.length} lines the same
      </button>
    );
  }
  return (
    <ul className="json">
      {piece.lines.map((line, index) => (
        <li key={`${index} ${line.path}`} className={line.differs ? "d" : undefined}>
          <i>
            {line.differs && "≠"}
            {line.differs && <span className="unseen"> differs: </span>}
          </i>
          <code>
            {"  ".repeat(line.depth)}
            <JsonValue line={line} written={line[side]} place={places.get(line)} />
          </code>
        </li>
      ))}
    </ul>
  );
}

function JsonValue({
  line,
  written,
  place,
}: {
  readonly line: JsonLine;
  readonly written: string | null;
  readonly place: number | undefined;
}): ReactNode {
  const key = line.key === null ? null : <span className="k">{<Visible text={line.key} />}: </span>;
  if (written === null) {
    return (
      <mark data-place={place} className="absent">
        not there
      </mark>
    );
  }
  if (place === undefined) {
    return (
      <>
        {key}
        <Visible text={written} />
      </>
    );
  }
  const comma = written.endsWith(",") ? "," : "";
  return (
    <>
      {key}
      <mark data-place={place}>
        <Visible text={comma === "" ? written : written.slice(0, -1)} />
      </mark>
      {comma}
    </>
  );
}
