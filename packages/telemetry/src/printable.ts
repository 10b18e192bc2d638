/** Control characters could forge lines or command the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (found) => String.raw`\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
