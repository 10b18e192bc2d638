import type { ExperimentAdded } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { sendJson } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { count, usd } from "../frame/format.ts";
import { Said } from "../frame/said.tsx";
import type { Group } from "./groups.ts";
import { useGroups } from "./use-groups.ts";

/** Another silent model for a group, while all runs; not there where every group of the config is one already. */
export function AddCandidate({ group }: { readonly group: Group }): ReactNode {
  const [open, setOpen] = useState(false);
  const groups = useGroups();
  const names = groups.map(({ name }) => name);
  const free = names.filter((name) => name !== group.primary && !group.taken.includes(name));
  if (!names.includes(group.primary) || free.length === 0) return null;
  return (
    <>
      <button type="button" className="btn bare add-candidate" onClick={() => setOpen(true)}>
        Add a candidate…<span className="unseen"> for {group.primary}</span>
      </button>
      {open && <CandidateDialog group={group} free={free} close={() => setOpen(false)} />}
    </>
  );
}

interface CandidateDialogProps {
  readonly group: Group;
  /** Model groups that it has no experiment with. */
  readonly free: readonly string[];
  readonly close: () => void;
}

interface Asked {
  readonly silent: string;
  readonly share: string;
  readonly budget: string;
}

function CandidateDialog({ group, free, close }: CandidateDialogProps): ReactNode {
  const { primary, traffic } = group;
  const [asked, setAsked] = useState<Asked>({ silent: free[0] ?? "", share: "", budget: "" });
  const { silent, share, budget } = asked;
  return (
    <Confirm
      title={
        <>
          Mirror <Said text={primary} /> to another model
        </>
      }
      will={[
        <>
          {shareText(share, traffic.requests_a_day)} of <Said text={primary} /> are copied to <Said text={silent} /> as
          well, within two seconds. Its own answers stay as they are, and no client waits.
        </>,
        budget === ""
          ? "Its calls are paid for, without a limit of this experiment’s own."
          : `Its calls are paid for, up to ${usd(Number(budget))} a day; what would go beyond that is dropped, and counted.`,
        "It is kept in the database, not in config.yaml. It can be paused, changed and stopped like any other.",
      ]}
      label="Add the candidate"
      doing="Adding…"
      reason="may"
      act={(reason) => sendJson("POST", "/api/experiments", addedOf(primary, asked, reason))}
      close={close}
    >
      <CandidateFields free={free} asked={asked} change={setAsked} />
    </Confirm>
  );
}

interface CandidateFieldsProps {
  readonly free: readonly string[];
  readonly asked: Asked;
  readonly change: (asked: Asked) => void;
}

function CandidateFields({ free, asked, change }: CandidateFieldsProps): ReactNode {
  const number = (label: string, name: "share" | "budget", max?: number) => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        min={0}
        max={max}
        step="any"
        placeholder="as configured"
        value={asked[name]}
        onChange={(event) => change({ ...asked, [name]: event.target.value })}
      />
    </label>
  );
  return (
    <div className="fields">
      <label>
        <span>Silent model</span>
        <select autoFocus value={asked.silent} onChange={(event) => change({ ...asked, silent: event.target.value })}>
          {free.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {number("Per cent of the requests", "share", 100)}
      {number("USD a day (UTC)", "budget")}
    </div>
  );
}

/** An empty field leaves it to the config. */
function addedOf(primary: string, { silent, share, budget }: Asked, reason: string): ExperimentAdded {
  return {
    primary,
    silent,
    ...(share === "" ? {} : { sample_rate: Number(share) / 100 }),
    ...(budget === "" ? {} : { max_usd_per_day: Number(budget) }),
    ...(reason === "" ? {} : { reason }),
  };
}

function shareText(share: string, requestsADay: number | null): string {
  if (share === "") return "The requests that the configuration samples";
  const part = Number(share) / 100;
  const about = requestsADay === null ? "" : `, about ${count(Math.round(requestsADay * part))} a day,`;
  return `${Number(share)}% of the requests${about}`;
}
