import { type ReactNode, useState } from "react";

interface CopyButtonProps {
  /** A text, or what makes it when it is asked for. */
  readonly text: string | (() => string | Promise<string>);
  readonly label?: string;
  readonly className?: string;
}

/** Says for a moment that it has copied; where the browser lets no page copy, it says so. */
export function CopyButton({ text, label = "Copy", className = "btn" }: CopyButtonProps): ReactNode {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setSaid("Copied");
    } catch {
      // Only pages over TLS, or of this machine, have a clipboard.
      setSaid("Not allowed here");
    }
  };
  return (
    <button type="button" className={className} onClick={() => void copy()} onBlur={() => setSaid("")}>
      <span aria-live="polite">{said === "" ? label : said}</span>
    </button>
  );
}
