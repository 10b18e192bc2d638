import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, Route, Router, Switch, useLocation } from "wouter";
import { signOut, useSession } from "./api.ts";
import { ExperimentPage } from "./experiment-page.tsx";
import { ExperimentsPage } from "./experiments-page.tsx";
import { PairPage } from "./pair-page.tsx";
import { PairsPage } from "./pairs-page.tsx";
import { QueuesPage } from "./queues-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { Fault, Loading } from "./states.tsx";

export function App(): ReactNode {
  const session = useSession();
  if (session.data === undefined) return session.error === null ? <Loading /> : <Fault error={session.error} />;
  if (!session.data.signed_in) return <SignIn />;
  return (
    <Router base="/ui">
      <a className="skip" href="#main">
        Skip to the figures
      </a>
      <Header leave={session.data.needed} />
      <Main />
    </Router>
  );
}

function Main(): ReactNode {
  const main = useRef<HTMLElement>(null);
  useArrival(main);
  return (
    <main id="main" tabIndex={-1} ref={main}>
      <Switch>
        <Route path="/" component={ExperimentsPage} />
        <Route path="/experiments/:id">{({ id }) => <ExperimentPage id={decodeURIComponent(id)} />}</Route>
        <Route path="/pairs" component={PairsPage} />
        <Route path="/pairs/:id">{({ id }) => <PairPage id={decodeURIComponent(id)} />}</Route>
        <Route path="/queues" component={QueuesPage} />
        <Route>
          <h1>There is no such page</h1>
          <Link href="/">To the experiments</Link>
        </Route>
      </Switch>
    </main>
  );
}

/** A page that was gone to by a link begins at its top, and the keyboard goes on from there; going back changes nothing. */
function useArrival(main: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    let path = location.pathname;
    const arrive = (): void => {
      if (location.pathname !== path) {
        scrollTo(0, 0);
        main.current?.focus({ preventScroll: true });
      }
      path = location.pathname;
    };
    const goneBack = (): void => void (path = location.pathname);
    // The router tells of each of its own steps so.
    addEventListener("pushState", arrive);
    addEventListener("popstate", goneBack);
    return () => {
      removeEventListener("pushState", arrive);
      removeEventListener("popstate", goneBack);
    };
  }, [main]);
}

const PAGES = { "/": "Experiments", "/pairs": "Pairs", "/queues": "Queues" } as const;

function Header({ leave }: { readonly leave: boolean }): ReactNode {
  const client = useQueryClient();
  const [path] = useLocation();
  const onLeave = (): void => void signOut().then(() => client.resetQueries());
  return (
    <header className="top">
      <Link href="/" className="brand">
        Understudy
      </Link>
      <nav aria-label="Pages">
        {Object.entries(PAGES).map(([href, name]) => (
          <Link key={href} href={href} aria-current={path === href ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      {leave && (
        <button type="button" className="quiet" onClick={onLeave}>
          Sign out
        </button>
      )}
    </header>
  );
}
