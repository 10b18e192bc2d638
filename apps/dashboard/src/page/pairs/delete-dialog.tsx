import type { Receipt } from "@understudy/contracts";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { sendJson } from "../frame/api.ts";
import { count } from "../frame/format.ts";
import { moment } from "../frame/moments.ts";

const KINDS = {
  user: { label: "User", hint: "as requests name it: user, safety_identifier, metadata.user_id" },
  session: { label: "Session", hint: "as requests name it: session_id, conversation_id, thread_id" },
  request_id: { label: "Request id", hint: "ours, or the client’s x-request-id" },
} as const;
type Kind = keyof typeof KINDS;

/** Asks whose texts are to be deleted, says what will happen, does it and shows the receipt. */
export function DeleteData(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [round, setRound] = useState(0);
  const open = (): void => {
    setRound((before) => before + 1);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className="btn stop" onClick={open}>
        Delete a person’s data
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="delete-title">
        <Deletion key={round} close={() => dialog.current?.close()} />
      </dialog>
    </>
  );
}

function Deletion({ close }: { readonly close: () => void }): ReactNode {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("user");
  const [name, setName] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  if (receipt !== null) return <Done receipt={receipt} close={close} />;
  const remove = async (): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      setReceipt(await sendJson<Receipt>("POST", "/api/deletions", { [kind]: name }));
      await client.invalidateQueries();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void remove();
      }}
    >
      <h2 id="delete-title">Delete a person’s data</h2>
      <Whose kind={kind} setKind={setKind} name={name} setName={setName} />
      <ul className="will">
        <li>
          Prompts, answers, excerpts, reviews and what people wrote of all its pairs are deleted, here and on the
          queues.
        </li>
        <li>Figures stay, so that no verdict changes.</li>
        <li>What comes late is looked for over 30 days. It cannot be taken back.</li>
      </ul>
      {fault !== null && (
        <p className="bad" role="alert">
          {fault}
        </p>
      )}
      <div className="acts">
        <button type="button" className="btn" onClick={close}>
          Keep it
        </button>
        <button type="submit" className="btn stop" disabled={busy || name.trim() === ""}>
          {busy ? "Deleting …" : "Delete all of it"}
        </button>
      </div>
    </form>
  );
}

interface WhoseProps {
  readonly kind: Kind;
  readonly setKind: (kind: Kind) => void;
  readonly name: string;
  readonly setName: (name: string) => void;
}

function Whose({ kind, setKind, name, setName }: WhoseProps): ReactNode {
  return (
    <>
      <fieldset className="whose">
        <legend className="unseen">Whose</legend>
        {(Object.keys(KINDS) as Kind[]).map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {KINDS[one].label}
          </label>
        ))}
      </fieldset>
      <label>
        <span>
          {KINDS[kind].label}, {KINDS[kind].hint}
        </span>
        <input
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={4096}
          autoComplete="off"
          dir="auto"
        />
      </label>
    </>
  );
}

function Done({ receipt, close }: { readonly receipt: Receipt; readonly close: () => void }): ReactNode {
  const { id, deleted, under_way, unread, looked_for_until, later, not_reached, kept } = receipt;
  const { waiting, delayed, failed } = deleted.queue;
  return (
    <div role="status">
      <h2 id="delete-title">Deleted</h2>
      <dl className="receipt">
        <dt>Pairs</dt>
        <dd>
          texts of {count(deleted.texts)} of {count(deleted.pairs)}, {count(deleted.reviews)} reviews
        </dd>
        <dt>Queues</dt>
        <dd>
          {count(waiting)} waiting, {count(delayed)} delayed, {count(failed)} failed, {count(deleted.review_jobs)} to be
          reviewed
        </dd>
        <dt>Under way</dt>
        <dd>
          {count(under_way)}; not readable here {count(unread)}
        </dd>
        <dt>Looked for until</dt>
        <dd>{moment(looked_for_until)}</dd>
        <dt>Receipt</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>Kept</dt>
        <dd>{kept}</dd>
      </dl>
      <h3>Goes by itself</h3>
      <Places places={later} />
      <h3>Not reached: do this there</h3>
      <Places places={not_reached} />
      <div className="acts">
        <button type="button" className="btn first" onClick={close}>
          Close
        </button>
      </div>
    </div>
  );
}

function Places({ places }: { readonly places: Receipt["later"] }): ReactNode {
  return (
    <ul className="will">
      {places.map(({ where, what }) => (
        <li key={where}>
          <b>{where}</b>: {what}
        </li>
      ))}
    </ul>
  );
}
