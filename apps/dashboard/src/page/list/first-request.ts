/** For a shell: what it takes to have this gateway answer. */
export function firstRequest(origin: string, model: string, needsKey: boolean): string {
  const messages = [{ role: "user", content: "What is the capital of France?" }];
  const key = needsKey ? [`-H "authorization: Bearer $UNDERSTUDY_KEY"`] : [];
  // A shell ends its text at an apostrophe; JSON may write one as a number.
  const body = JSON.stringify({ model, messages }).replaceAll("'", String.raw`\u0027`);
  const parts = [`curl ${origin}/v1/chat/completions`, ...key, "-H 'content-type: application/json'", `-d '${body}'`];
  return parts.join(" \\\n  ");
}
