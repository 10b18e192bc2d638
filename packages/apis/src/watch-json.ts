/** Follows a JSON object as its text comes in pieces, for where it stands and no more. Linear in the text. */
export interface JsonWatch {
  push(text: string): void;
  /** Whether something has opened that has not closed. */
  isOpen(): boolean;
  /** Whether all that opened has closed again. */
  isWhole(): boolean;
  restart(): void;
}

export function watchJson(): JsonWatch {
  let depth = 0;
  let opened = false;
  let inString = false;
  let escaped = false;

  const take = (character: string): void => {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      opened = true;
    } else if (character === "}" || character === "]") depth -= 1;
  };

  return {
    push: (text) => {
      for (let at = 0; at < text.length; at += 1) take(text.charAt(at));
    },
    isOpen: () => opened && (depth > 0 || inString),
    isWhole: () => opened && depth <= 0 && !inString,
    restart: () => {
      depth = 0;
      opened = false;
      inString = false;
      escaped = false;
    },
  };
}
