import { type ReactNode, useSyncExternalStore } from "react";

type Theme = "light" | "dark";
const KEY = "understudy-theme";
const listeners = new Set<() => void>();
const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => tell());

/** To be called before anything is drawn: what was chosen in this browser, or else what its owner likes everywhere. */
export function applyTheme(): void {
  const chosen = stored();
  if (chosen !== null) document.documentElement.dataset["theme"] = chosen;
}

/** Light or dark. Nothing is kept until somebody chooses. */
export function ThemeSwitch(): ReactNode {
  const theme = useSyncExternalStore(subscribe, current);
  return (
    <div className="theme" role="group" aria-label="Theme">
      {(["light", "dark"] as const).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={theme === name}
          aria-label={name === "light" ? "Light" : "Dark"}
          onClick={() => choose(name)}
        >
          {name === "light" ? <Sun /> : <Moon />}
        </button>
      ))}
    </div>
  );
}

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}

function choose(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing has its theme for as long as the page is open.
  }
  tell();
}

function stored(): Theme | null {
  try {
    const text = localStorage.getItem(KEY);
    return text === "light" || text === "dark" ? text : null;
  } catch {
    return null;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function Sun(): ReactNode {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor">
      <circle cx="7" cy="7" r="2.6" strokeWidth="1.3" />
      <path
        d="M7 .6v1.6m0 9.6v1.6M.6 7h1.6m9.6 0h1.6M2.5 2.5l1.1 1.1m6.8 6.8 1.1 1.1m0-9-1.1 1.1m-6.8 6.8-1.1 1.1"
        strokeWidth="1.3"
        strokeLinecap="round"
      />
    </svg>
  );
}

function Moon(): ReactNode {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor">
      <path d="M12.2 8.6A5.4 5.4 0 1 1 5.4 1.8a4.3 4.3 0 0 0 6.8 6.8z" strokeWidth="1.3" strokeLinejoin="round" />
    </svg>
  );
}
