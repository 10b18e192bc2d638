import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, Route, Router, Switch } from "wouter";
import { signOut, useApi } from "./api.ts";
import { ExperimentPage } from "./experiment-page.tsx";
import { ExperimentsPage } from "./experiments-page.tsx";
import { PairPage } from "./pair-page.tsx";
import { PairsPage } from "./pairs-page.tsx";
import { QueuesPage } from "./queues-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { Fault, Loading } from "./states.tsx";

interface Session {
  readonly needed: boolean;
  readonly signed_in: boolean;
}

export function App(): ReactNode {
  const session = useApi<Session>("/ui/session");
  if (session.data === undefined) return session.error === null ? <Loading /> : <Fault error={session.error} />;
  if (!session.data.signed_in) return <SignIn />;
  return (
    <Router base="/ui">
      <a className="skip" href="#main">
        Skip to the figures
      </a>
      <Header leave={session.data.needed} />
      <main id="main">
        <Switch>
          <Route path="/" component={ExperimentsPage} />
          <Route path="/experiments/:id">{({ id }) => <ExperimentPage id={decodeURIComponent(id)} />}</Route>
          <Route path="/pairs" component={PairsPage} />
          <Route path="/pairs/:id">{({ id }) => <PairPage id={decodeURIComponent(id)} />}</Route>
          <Route path="/queues" component={QueuesPage} />
          <Route>
            <h1>There is no such page</h1>
          </Route>
        </Switch>
      </main>
    </Router>
  );
}

function Header({ leave }: { readonly leave: boolean }): ReactNode {
  const client = useQueryClient();
  const onLeave = (): void => void signOut().then(() => client.resetQueries());
  return (
    <header className="top">
      <Link href="/" className="brand">
        Understudy
      </Link>
      <nav aria-label="Pages">
        <Link href="/">Experiments</Link>
        <Link href="/pairs">Pairs</Link>
        <Link href="/queues">Queues</Link>
      </nav>
      {leave && (
        <button type="button" className="quiet" onClick={onLeave}>
          Sign out
        </button>
      )}
    </header>
  );
}
