import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Link, Route, Router, Switch } from "wouter";
import { useSession } from "./api.ts";
import { useLive } from "./live.ts";
import { Header } from "./header.tsx";
import { ExperimentPage } from "../experiment/experiment-page.tsx";
import { ExperimentsPage } from "../list/experiments-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { Fault, Loading } from "./states.tsx";

// What stands before the first verdict is loaded at once; the rest when one goes there.
const RolloutsPage = lazy(async () => ({ default: (await import("../rollout/rollouts-page.tsx")).RolloutsPage }));
const RolloutPage = lazy(async () => ({ default: (await import("../rollout/rollout-page.tsx")).RolloutPage }));
const ReviewPage = lazy(async () => ({ default: (await import("../review/review-page.tsx")).ReviewPage }));
const PairsPage = lazy(async () => ({ default: (await import("../pairs/pairs-page.tsx")).PairsPage }));
const PairPage = lazy(async () => ({ default: (await import("../pairs/pair-page.tsx")).PairPage }));
const QueuesPage = lazy(async () => ({ default: (await import("../queues/queues-page.tsx")).QueuesPage }));

export function App(): ReactNode {
  const session = useSession();
  useLive(session.data?.signed_in === true);
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
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/" component={ExperimentsPage} />
          <Route path="/experiments/:id">{({ id }) => <ExperimentPage id={decodeURIComponent(id)} />}</Route>
          <Route path="/rollouts" component={RolloutsPage} />
          <Route path="/rollouts/:id">{({ id }) => <RolloutPage id={decodeURIComponent(id)} />}</Route>
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
      </Suspense>
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
