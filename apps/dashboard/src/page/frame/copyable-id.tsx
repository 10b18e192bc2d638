import { type ReactNode, useRef, useState } from "react";

/** An id with a button that copies it; where the browser lets no page copy, it is selected to be copied by hand. */
export function CopyableId({ name, id }: { readonly name: string; readonly id: string }): ReactNode {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("Copy");
  const select = (): void => {
    if (code.current !== null) getSelection()?.selectAllChildren(code.current);
    setSaid("Selected");
  };
  const copy = (): void => {
    // Only pages over TLS, or of this machine, have a clipboard.
    if (navigator.clipboard === undefined) select();
    else navigator.clipboard.writeText(id).then(() => setSaid("Copied"), select);
  };
  return (
    <span>
      {name} <code ref={code}>{id}</code>{" "}
      <button
        type="button"
        className="btn bare small"
        onClick={copy}
        onBlur={() => setSaid("Copy")}
        aria-label={`Copy the ${name} id`}
      >
        {said}
      </button>
      <span role="status" className="unseen">
        {said === "Copy" ? "" : said}
      </span>
    </span>
  );
}
