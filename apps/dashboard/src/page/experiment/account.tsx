import type { Account } from "@understudy/contracts";
import type { ReactNode } from "react";
import { count, total, words } from "../frame/format.ts";

/** The account, as the equation that it is. */
export function AccountLine({ account }: { readonly account: Account }): ReactNode {
  const { admitted, paired, failed, expired, dropped, lost, pending, skipped } = account;
  const reasons = Object.entries(dropped).map(([reason, number]) => `${count(number)} ${words(reason)}`);
  return (
    <p className="account">
      <strong>{count(admitted)}</strong> admitted = <strong>{count(paired)}</strong> paired + {count(failed)} failed +{" "}
      {count(expired)} expired + {count(total(dropped))} dropped
      {reasons.length > 0 && ` (${reasons.join(", ")})`}
      {lost > 0 && (
        <>
          {" "}
          + <strong className="bad">{count(lost)} lost</strong>
        </>
      )}{" "}
      + {count(pending)} pending
      {total(skipped) > 0 && <span className="dim">; {count(total(skipped))} requests not to be mirrored</span>}
    </p>
  );
}
