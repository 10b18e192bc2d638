import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { signIn } from "./api.ts";
import { Mark } from "./header.tsx";
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
      <p className="brand">
        <Mark />
        Understudy
      </p>
      <h1>Sign in</h1>
      <form onSubmit={submit}>
        <label htmlFor="key">
          <span>Master key of the gateway</span>
        </label>
        <input
          id="key"
          autoFocus
          type="password"
          autoComplete="current-password"
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit" className="btn first">
          Sign in
        </button>
        {problem !== null && (
          <p className="bad" role="alert">
            {problem}
          </p>
        )}
      </form>
    </main>
  );
}
