import type { Pair, PairPage as Page } from "@understudy/store";
import type { ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useApi } from "./api.ts";
import { FILTERS, type Filter, pairsPath, withFilter } from "./filters.ts";
import { ms, usd, when } from "./format.ts";
import { Fault, Loading } from "./states.tsx";

/** Pairs, newest first. The filters are in the address, so that a link shows the same. */
export function PairsPage(): ReactNode {
  const search = useSearch();
  const [, navigate] = useLocation();
  const { data, error } = useApi<Page>(pairsPath(search));
  const change = (name: string, value: string): void => navigate(`/pairs?${withFilter(search, name, value)}`);
  return (
    <>
      <h1>Pairs</h1>
      <form className="filters card" onSubmit={(event) => event.preventDefault()}>
        {FILTERS.map((filter) => (
          <FilterField
            key={`${filter.name} ${new URLSearchParams(search).get(filter.name) ?? ""}`}
            filter={filter}
            value={new URLSearchParams(search).get(filter.name) ?? ""}
            change={(value) => change(filter.name, value)}
          />
        ))}
      </form>
      {error !== null && <Fault error={error} />}
      {error === null && data === undefined && <Loading />}
      {data?.data.length === 0 && <p className="card">No pair is like that.</p>}
      {data !== undefined && data.data.length > 0 && <PairTable pairs={data.data} />}
      {data?.next_cursor !== null && data?.next_cursor !== undefined && (
        <p>
          <Link href={`/pairs?${withFilter(search, "", "")}&cursor=${data.next_cursor}`}>Older pairs</Link>
        </p>
      )}
    </>
  );
}

interface FieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly change: (value: string) => void;
}

function FilterField({ filter, value, change }: FieldProps): ReactNode {
  const { name, label, choices, type = "text" } = filter;
  return (
    <label>
      <span>{label}</span>
      {choices === undefined ? (
        <input
          name={name}
          type={type}
          step="any"
          defaultValue={value}
          onBlur={(event) => event.target.value !== value && change(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && change(event.currentTarget.value)}
        />
      ) : (
        <select name={name} value={value} onChange={(event) => change(event.target.value)}>
          <option value="">any</option>
          {Object.entries(choices).map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      )}
    </label>
  );
}

function PairTable({ pairs }: { readonly pairs: readonly Pair[] }): ReactNode {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            {["pair", "time (UTC)", "outcome", "answers"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className="number">
              latency, primary → silent
            </th>
            <th scope="col" className="number">
              cost, primary → silent
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={pair.id}>
              <th scope="row">
                <Link href={`/pairs/${encodeURIComponent(pair.id)}`}>{pair.id.slice(0, 18)}…</Link>
              </th>
              <td>{when(pair.created_at)}</td>
              <td>{pair.reason === null ? pair.outcome : `${pair.outcome}: ${pair.reason}`}</td>
              <td>{agreementWords(pair)}</td>
              <td className="number">
                {ms(pair.primary.timing.model_ms)} → {ms(pair.silent?.timing.model_ms ?? null)}
              </td>
              <td className="number">
                {usd(pair.primary.cost_usd)} → {usd(pair.silent?.cost_usd ?? null)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function agreementWords({ comparison }: Pair): string {
  if (comparison === null) return "–";
  if (comparison.comparable !== true) return `not comparable: ${(comparison.not_comparable ?? []).join(", ")}`;
  if (comparison.agrees === true) return "✓ agree";
  return comparison.agrees === false ? "≠ disagree" : "–";
}
