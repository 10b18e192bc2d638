import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiFault } from "./frame/api.ts";
import { App } from "./frame/app.tsx";
import { pollMs } from "./frame/live.ts";
import { applyTheme } from "./frame/theme.tsx";
import "./frame/tokens.css";
import "./frame/elements.css";
import "./frame/frame.css";
import "./figures/figures.css";
import "./list/list.css";
import "./charts/charts.css";
import "./experiment/experiment.css";
import "./rollout/rollout.css";
import "./queues/queues.css";
import "./frame/style.css";
import "./frame/verdict.css";

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchInterval: pollMs,
      // What the gateway has refused it refuses again.
      retry: (count, error) => !(error instanceof ApiFault) && count < 2,
    },
  },
});

const root = document.querySelector("#root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
