import type { ExperimentSummary, Pair, PairPage as Page } from "@understudy/store";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useApi, useApiOf } from "../frame/api.ts";
import { DataTable } from "../frame/data-table.tsx";
import { FILTERS, type Filter, pairsPath, withFilter } from "./filters.ts";
import { ms, usd, words } from "../frame/format.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading, Stale } from "../frame/states.tsx";
import { When } from "../frame/when.tsx";

/** Pairs, newest first. The filters are in the address, so that a link shows the same. */
export function PairsPage(): ReactNode {
  const search = useSearch();
  const { data, error } = useApiOf<Page>(pairsPath(search));
  usePageTitle("Pairs");
  return (
    <>
      <h1>Pairs</h1>
      <Filters search={search} />
      {error !== null && data === undefined && <Fault error={error} />}
      {data !== undefined && <Stale error={error} />}
      {error === null && data === undefined && <Loading />}
      {data?.data.length === 0 && <p className="card">No pair is like that.</p>}
      {data !== undefined && data.data.length > 0 && <PairTable pairs={data.data} />}
      <Pager search={search} next={data?.next_cursor ?? null} />
    </>
  );
}

function Filters({ search }: { readonly search: string }): ReactNode {
  const [, navigate] = useLocation();
  const experiments = useApi<{ readonly data: readonly ExperimentSummary[] }>("/api/experiments").data?.data ?? [];
  const query = new URLSearchParams(search);
  const set = FILTERS.filter(({ name }) => (query.get(name) ?? "") !== "").length;
  const ids = Object.fromEntries(experiments.map(({ id }) => [id, id]));
  return (
    // On a telephone the filters would fill the screen before any pair is seen.
    <details className="card" open={set > 0 || matchMedia("(min-width: 700px)").matches}>
      <summary>Filters{set > 0 && ` (${set} set)`}</summary>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        {FILTERS.map((filter) => (
          <FilterField
            key={filter.name}
            filter={filter.name === "experiment" ? { ...filter, choices: ids } : filter}
            value={query.get(filter.name) ?? ""}
            change={(value) => navigate(`/pairs?${withFilter(search, filter.name, value)}`)}
          />
        ))}
      </form>
      {set > 0 && <Link href="/pairs">Clear all filters</Link>}
    </details>
  );
}

interface FieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly change: (value: string) => void;
}

function FilterField({ filter, value, change }: FieldProps): ReactNode {
  const { name, label, choices } = filter;
  return (
    <label>
      <span>{label}</span>
      {choices === undefined ? (
        <TypedField filter={filter} value={value} change={change} />
      ) : (
        <select name={name} value={value} onChange={(event) => change(event.target.value)}>
          <option value="">any</option>
          {Object.entries(value in choices || value === "" ? choices : { ...choices, [value]: value }).map(
            ([choice, text]) => (
              <option key={choice} value={choice}>
                {text}
              </option>
            ),
          )}
        </select>
      )}
    </label>
  );
}

/** What is typed counts once the field is left, or with Enter. */
function TypedField({ filter, value, change }: FieldProps): ReactNode {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (): void => {
    if (draft !== value) change(draft);
  };
  return (
    <input
      name={filter.name}
      type={filter.type ?? "text"}
      step="any"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}

const COLUMNS = [
  { name: "pair" },
  { name: "time" },
  { name: "experiment" },
  { name: "outcome" },
  { name: "answers" },
  { name: "latency, primary → silent", number: true },
  { name: "cost, primary → silent", number: true },
];

function PairTable({ pairs }: { readonly pairs: readonly Pair[] }): ReactNode {
  return (
    <section className="card">
      <DataTable
        label="Pairs"
        columns={COLUMNS}
        rows={pairs.map((pair) => ({
          key: pair.id,
          name: <Link href={`/pairs/${encodeURIComponent(pair.id)}`}>{pair.id.slice(0, 18)}…</Link>,
          cells: [
            { content: <When at={pair.created_at} /> },
            { content: pair.experiment },
            { content: outcomeWords(pair) },
            { content: agreementWords(pair) },
            { content: `${ms(pair.primary.timing.model_ms)} → ${ms(pair.silent?.timing.model_ms ?? null)}` },
            { content: `${usd(pair.primary.cost_usd)} → ${usd(pair.silent?.cost_usd ?? null)}` },
          ],
        }))}
      />
    </section>
  );
}

function Pager({ search, next }: { readonly search: string; readonly next: string | null }): ReactNode {
  const first = withFilter(search, "", "");
  const further = new URLSearchParams(search).has("cursor");
  if (next === null && !further) return null;
  return (
    <nav className="links" aria-label="Pages of pairs">
      {further && <Link href={`/pairs?${first}`}>Newest pairs</Link>}
      {next !== null && <Link href={`/pairs?${first}&cursor=${encodeURIComponent(next)}`}>Older pairs</Link>}
    </nav>
  );
}

export function outcomeWords({ outcome, reason }: Pair): string {
  return reason === null ? outcome : `${outcome}: ${words(reason)}`;
}

export function agreementWords({ comparison, silent }: Pair): string {
  // A silent call that is not compared took more than a comparison may.
  if (comparison === null) return silent === null ? "–" : "not comparable: too expensive";
  if (comparison.comparable !== true)
    return `not comparable: ${(comparison.not_comparable ?? []).map(words).join(", ")}`;
  const why = comparison.reason === null || comparison.reason === undefined ? "" : `: ${words(comparison.reason)}`;
  if (comparison.agrees === true) return `✓ agree${why}`;
  return comparison.agrees === false ? `≠ disagree${why}` : why === "" ? "–" : `? unclear${why}`;
}
