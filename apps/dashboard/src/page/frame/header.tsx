import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { signOut } from "./api.ts";
import { clockTime } from "./moments.ts";
import { useSeen } from "./seen.ts";
import { ThemeSwitch } from "./theme.tsx";

const PAGES = {
  "/": "Experiments",
  "/rollouts": "Rollouts",
  "/review": "Review",
  "/pairs": "Pairs",
  "/queues": "Queues",
} as const;

/** `leave`: whether there is anything to sign out of. */
export function Header({ leave }: { readonly leave: boolean }): ReactNode {
  const client = useQueryClient();
  const [path] = useLocation();
  const onLeave = (): void => void signOut().then(() => client.resetQueries());
  return (
    <header className="top">
      <Link href="/" className="brand">
        <Mark />
        Understudy
      </Link>
      <nav aria-label="Pages">
        <ul>
          {Object.entries(PAGES).map(([href, name]) => (
            <li key={href}>
              <Link href={href} aria-current={isUnder(path, href) ? "page" : undefined}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="end">
        <Live />
        {leave && (
          <button type="button" className="btn bare small" onClick={onLeave}>
            Sign out
          </button>
        )}
        <ThemeSwitch />
      </div>
    </header>
  );
}

function isUnder(path: string, href: string): boolean {
  if (href === "/") return path === "/" || path.startsWith("/experiments");
  return path === href || path.startsWith(`${href}/`);
}

/** Whether what is shown is what is. */
function Live(): ReactNode {
  const { at, away } = useSeen();
  return (
    <span className={away ? "live stale" : "live"} role="status">
      <span>{away ? `last seen ${clockTime(at)}` : "Live"}</span>
    </span>
  );
}

/** The lead in front, and who could take its place behind. */
export function Mark(): ReactNode {
  return (
    <svg width="24" height="18" viewBox="0 0 24 18" aria-hidden="true">
      <circle cx="15.5" cy="9" r="7" fill="none" stroke="var(--edge)" strokeWidth="2" />
      <circle cx="8.5" cy="9" r="8" fill="var(--ink)" />
    </svg>
  );
}
