import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { signIn } from "./api.ts";
import { usePageTitle } from "./page-title.ts";

export function SignIn(): ReactNode {
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  usePageTitle("Sign in");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    signIn(key).then(
      () => client.invalidateQueries(),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <main className="sign-in">
      <h1>Understudy</h1>
      <h2>Sign in</h2>
      <form onSubmit={submit}>
        <label htmlFor="key">Master key of the gateway</label>
        <input
          id="key"
          autoFocus
          type="password"
          autoComplete="current-password"
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit">Sign in</button>
        {problem !== null && (
          <p className="fault" role="alert">
            {problem}
          </p>
        )}
      </form>
    </main>
  );
}
