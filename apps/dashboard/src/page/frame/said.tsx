import { Fragment, type ReactNode } from "react";
import { shownParts } from "./shown-parts.ts";

/**
 * What a client or a model wrote, as text: it runs in its own direction, and what would turn the text around it, or hide in it, is
 * seen.
 */
export function Said({ text }: { readonly text: string }): ReactNode {
  return (
    <bdi dir="auto">
      {shownParts(text).map((part, index) => (
        <Fragment key={`${index} ${part.text}`}>
          {part.control ? <span className="control-mark">{part.text}</span> : part.text}
        </Fragment>
      ))}
    </bdi>
  );
}

/** A sentence of ours with names of models in it, which do not break at a hyphen. */
export function Sentence({ text }: { readonly text: string }): ReactNode {
  return text.split(/(\S*\w-\w\S*)/).map((part, index) =>
    index % 2 === 1 ? (
      <span key={`${index} ${part}`} className="name-of">
        <Said text={part} />
      </span>
    ) : (
      <Fragment key={`${index} ${part}`}>{visible(part)}</Fragment>
    ),
  );
}

function visible(text: string): string {
  return shownParts(text)
    .map((part) => part.text)
    .join("");
}
