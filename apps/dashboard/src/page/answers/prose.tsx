import { Fragment, type ReactNode } from "react";
import { shownParts } from "../frame/shown-parts.ts";
import { type FoldedText, type Mark, piecesOf } from "./folds.ts";
import { type Block, markdownBlocks, type Run } from "./markdown.ts";

interface ProseProps {
  readonly text: string;
  readonly folded: FoldedText;
  readonly open: ReadonlySet<string>;
  readonly unfold: (id: string) => void;
}

/** An answer as it was meant to be read, with what differs marked in it and what is the same folded. */
export function Prose({ text, folded, open, unfold }: ProseProps): ReactNode {
  return (
    <div className="prose" dir="auto">
      {piecesOf(text, folded, open).map((piece) =>
        piece.kind === "fold" ? (
          <button key={piece.from} type="button" className="same" onClick={() => unfold(piece.id)}>
            {piece.label}
          </button>
        ) : (
          <Framed key={piece.from} long={piece.long}>
            <Blocks blocks={markdownBlocks(text, piece.from, piece.to)} text={text} marks={folded.marks} />
          </Framed>
        ),
      )}
    </div>
  );
}

/** What was opened and is very long scrolls in a frame of its own. */
function Framed({ long, children }: { readonly long: boolean; readonly children: ReactNode }): ReactNode {
  return long ? (
    <div className="opened" tabIndex={0} role="group" aria-label="What was folded">
      {children}
    </div>
  ) : (
    children
  );
}

interface Source {
  readonly text: string;
  readonly marks: readonly Mark[];
}

function Blocks({ blocks, ...source }: Source & { readonly blocks: readonly Block[] }): ReactNode {
  const groups: (readonly Block[])[] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block.kind === "item" && last?.[0]?.kind === "item") groups[groups.length - 1] = [...last, block];
    else groups.push([block]);
  }
  return groups.map((group, index) => {
    const [first] = group;
    const key = first !== undefined && "runs" in first ? (first.runs[0]?.from ?? `at ${index}`) : `at ${index}`;
    if (first?.kind !== "item") return first && <OneBlock key={key} block={first} {...source} />;
    return (
      <ul key={key}>
        {group.map((block, at) => (
          <OneBlock key={`${key} ${at}`} block={block} {...source} />
        ))}
      </ul>
    );
  });
}

function OneBlock({ block, ...source }: Source & { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return <p dir="auto">{runs(block.runs, source)}</p>;
    case "heading":
      return (
        <p className="heading" dir="auto">
          {runs(block.runs, source)}
        </p>
      );
    case "quote":
      return <blockquote dir="auto">{runs(block.runs, source)}</blockquote>;
    case "code":
      return (
        <pre>
          <code>{runs(block.runs, source)}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "item":
      return (
        <li className={`depth-${block.depth}`} dir="auto">
          <span className="marker">{block.marker}</span>
          <span>{runs(block.runs, source)}</span>
        </li>
      );
    case "table":
      return <Table rows={block.rows} {...source} />;
  }
}

function Table({ rows, ...source }: Source & { readonly rows: readonly (readonly (readonly Run[])[])[] }): ReactNode {
  const [head = [], ...body] = rows;
  const keyed = (cells: readonly (readonly Run[])[]) =>
    cells.map((cell, index) => ({ key: `${index} ${cell[0]?.from ?? ""}`, content: runs(cell, source) }));
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Table of the answer">
      <table>
        <thead>
          <tr>
            {keyed(head).map(({ key, content }) => (
              <th key={key} scope="col">
                {content}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={`${index} ${row[0]?.[0]?.from ?? ""}`}>
              {keyed(row).map(({ key, content }) => (
                <td key={key}>{content}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function runs(all: readonly Run[], { text, marks }: Source): ReactNode {
  return all.map((run) => (
    <Styled key={run.from} run={run}>
      {marked(run, marks).map(({ from, to, place }) => {
        const said = <Visible text={text.slice(from, to)} />;
        return place === null ? (
          <Fragment key={from}>{said}</Fragment>
        ) : (
          <mark key={from} data-place={place}>
            {said}
          </mark>
        );
      })}
    </Styled>
  ));
}

function Styled({ run, children }: { readonly run: Run; readonly children: ReactNode }): ReactNode {
  if (run.image === true) return <span className="quiet">[image: {children}]</span>;
  if (run.code === true) return <code>{children}</code>;
  const inner = run.strong === true ? <strong>{children}</strong> : run.em === true ? <em>{children}</em> : children;
  if (run.href === undefined) return inner;
  return (
    <a className="link" href={run.href} title={run.href} rel="noopener noreferrer nofollow" target="_blank">
      {inner}
    </a>
  );
}

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly place: number | null;
}

/** A run cut where marks begin and end. */
function marked({ from, to }: Run, marks: readonly Mark[]): readonly Cut[] {
  const cuts: Cut[] = [];
  let at = from;
  for (const mark of marks) {
    if (mark.to <= at || mark.from >= to) continue;
    if (mark.from > at) cuts.push({ from: at, to: mark.from, place: null });
    cuts.push({ from: Math.max(at, mark.from), to: Math.min(to, mark.to), place: mark.place });
    at = Math.min(to, mark.to);
  }
  if (at < to) cuts.push({ from: at, to, place: null });
  return cuts;
}

/** Text with what would turn it, or hide in it, written out. */
export function Visible({ text }: { readonly text: string }): ReactNode {
  return shownParts(text).map((part, index) => (
    <Fragment key={`${index} ${part.text.length}`}>
      {part.control ? <span className="control-mark">{part.text}</span> : part.text}
    </Fragment>
  ));
}
