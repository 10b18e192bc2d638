import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiFault } from "./api.ts";
import { App } from "./app.tsx";
import "./style.css";
import "./verdict.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchInterval: 3_000,
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
