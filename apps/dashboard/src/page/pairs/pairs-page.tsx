import type { ExperimentSummary, PairPage } from "@understudy/store";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useApi, useApiOf } from "../frame/api.ts";
import { useKey } from "../frame/keys.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading, Stale } from "../frame/states.tsx";
import { DeleteData } from "./delete-dialog.tsx";
import { exportPath, FILTERS, type Filter, pairsPath, withFilter } from "./filters.ts";
import { PairRows } from "./pair-rows.tsx";
import "./pairs.css";
import { isSort, type Sort, SortSwitch } from "./sorts.tsx";

/** Pairs, newest first or worst first. Filters and order are in the address, so that a link shows the same. */
export function PairsPage(): ReactNode {
  const search = useSearch();
  const { data, error } = useApiOf<PairPage>(pairsPath(search));
  usePageTitle("Pairs");
  const query = new URLSearchParams(search);
  const sort = sortOf(query.get("sort"));
  return (
    <>
      <div className="head">
        <h1>Pairs</h1>
        <a className="btn" href={exportPath(search, "csv")} download>
          CSV
        </a>
        <a className="btn" href={exportPath(search, "jsonl")} download>
          JSON lines
        </a>
        <DeleteData />
      </div>
      <Tools search={search} sort={sort} />
      <OfOnePrompt search={search} />
      {error !== null && data === undefined && <Fault error={error} />}
      {data !== undefined && <Stale error={error} />}
      {error === null && data === undefined && <Loading />}
      {data?.data.length === 0 && <NoMatch search={search} sort={sort} />}
      {data !== undefined && data.data.length > 0 && (
        <PairRows
          pairs={data.data}
          href={({ id }) => `/pairs/${encodeURIComponent(id)}`}
          figures
          experiment={new Set(data.data.map(({ experiment }) => experiment)).size > 1}
        />
      )}
      {sort !== "newest" && data !== undefined && (
        <p className="quiet">Of the newest 20,000 pairs; those that are no worse than the primary’s are left out.</p>
      )}
      <Pager search={search} next={data?.next_cursor ?? null} />
    </>
  );
}

/** What is listed, where it is the pairs of one prompt. */
function OfOnePrompt({ search }: { readonly search: string }): ReactNode {
  if (!new URLSearchParams(search).has("alike")) return null;
  return (
    <p className="quiet">
      Pairs of one prompt: one conversation, or several that begin alike.{" "}
      <Link className="link" href={`/pairs?${withFilter(search, "alike", "")}`}>
        All prompts
      </Link>
    </p>
  );
}

function sortOf(name: string | null): Sort {
  return isSort(name) ? name : "newest";
}

function Tools({ search, sort }: { readonly search: string; readonly sort: Sort }): ReactNode {
  const [, navigate] = useLocation();
  const query = new URLSearchParams(search);
  const change = (name: string) => (value: string) => navigate(`/pairs?${withFilter(search, name, value)}`);
  const field = useRef<HTMLInputElement>(null);
  useKey("/", () => field.current?.focus());
  return (
    <div className="pairs-tools">
      <TypedField
        filter={{ name: "text", label: "Search prompts and answers" }}
        value={query.get("text") ?? ""}
        change={change("text")}
        field={field}
      />
      <SortSwitch sort={sort} change={change("sort")} />
      <Filters search={search} />
    </div>
  );
}

function Filters({ search }: { readonly search: string }): ReactNode {
  const [, navigate] = useLocation();
  const experiments = useApi<{ readonly data: readonly ExperimentSummary[] }>("/api/experiments").data?.data ?? [];
  const query = new URLSearchParams(search);
  const set = FILTERS.filter(({ name }) => (query.get(name) ?? "") !== "").length;
  const ids = Object.fromEntries(experiments.map(({ id }) => [id, id]));
  return (
    <details className="fold pairs-filters" open={set > 0}>
      <summary>
        Filters <span className="quiet">{set > 0 ? `${set} set` : "experiment, kind, outcome, time …"}</span>
      </summary>
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
      {set > 0 && (
        <Link className="link" href="/pairs">
          Clear all filters
        </Link>
      )}
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

interface TypedProps extends FieldProps {
  /** A field of its own, outside the form, that is named by its placeholder. */
  readonly field?: React.RefObject<HTMLInputElement | null>;
}

/** What is typed counts once the field is left, or with Enter. */
function TypedField({ filter, value, change, field }: TypedProps): ReactNode {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (): void => {
    if (draft !== value) change(draft);
  };
  const alone = field === undefined ? {} : { ref: field, placeholder: filter.label, "aria-label": filter.label };
  return (
    <input
      name={filter.name}
      type={filter.type ?? "text"}
      step="any"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
      {...alone}
    />
  );
}

function NoMatch({ search, sort }: { readonly search: string; readonly sort: Sort }): ReactNode {
  const text = new URLSearchParams(search).get("text") ?? "";
  const what =
    text === ""
      ? sort === "newest"
        ? "No pair is like that."
        : "No pair is worse like that."
      : `Nothing matches “${text}”.`;
  return (
    <p className="fault">
      {what}{" "}
      {search !== "" && (
        <Link className="link" href="/pairs">
          Clear
        </Link>
      )}
    </p>
  );
}

function Pager({ search, next }: { readonly search: string; readonly next: string | null }): ReactNode {
  const first = withFilter(search, "", "");
  const further = new URLSearchParams(search).has("cursor");
  if (next === null && !further) return null;
  return (
    <nav className="links" aria-label="Pages of pairs">
      {further && (
        <Link className="btn" href={`/pairs?${first}`}>
          First page
        </Link>
      )}
      {next !== null && (
        <Link className="btn" href={`/pairs?${first}&cursor=${encodeURIComponent(next)}`}>
          Further pairs
        </Link>
      )}
    </nav>
  );
}
