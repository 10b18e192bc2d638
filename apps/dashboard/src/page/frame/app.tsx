import { type ReactNode, useEffect, useRef } from "react";
import { Link, Route, Router, Switch } from "wouter";
import { useSession } from "./api.ts";
import { Header } from "./header.tsx";
import { ExperimentPage } from "../experiment/experiment-page.tsx";
import { ExperimentsPage } from "../list/experiments-page.tsx";
import { PairPage } from "../pairs/pair-page.tsx";
import { PairsPage } from "../pairs/pairs-page.tsx";
import { ReviewPage } from "../review/review-page.tsx";
import { QueuesPage } from "../queues/queues-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { Fault, Loading } from "./states.tsx";

export function App(): ReactNode {
  const session = useSession();
  if (session.data === undefined) return session.error === null ? <Loading /> : <Fault error={session.error} />;
  if (!session.data.signed_in) return <SignIn />;
  return (
    <Router base="/ui">
      <a className="skip" href="#main">
        Skip to content
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
    <main id="main" className="wrap" tabIndex={-1} ref={main}>
      <Switch>
        <Route path="/" component={ExperimentsPage} />
        <Route path="/experiments/:id">{({ id }) => <ExperimentPage id={decodeURIComponent(id)} />}</Route>
        <Route path="/review" component={ReviewPage} />
        <Route path="/pairs" component={PairsPage} />
        <Route path="/pairs/:id">{({ id }) => <PairPage id={decodeURIComponent(id)} />}</Route>
        <Route path="/queues" component={QueuesPage} />
        <Route>
          <div className="head">
            <h1>There is no such page</h1>
          </div>
          <Link href="/" className="link">
            To the experiments
          </Link>
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
