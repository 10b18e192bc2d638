import type { Account } from "@understudy/contracts";
import type { ReactNode } from "react";
import { count, percent, total } from "../frame/format.ts";

/** What became of all that was admitted, as one thin bar; each part is seen, however small. */
export function AccountBar({ account }: { readonly account: Account }): ReactNode {
  const parts = {
    paired: account.paired,
    failed: account.failed,
    expired: account.expired,
    dropped: total(account.dropped),
    lost: account.lost,
    pending: account.pending,
  };
  return (
    <div className="account-bar" aria-hidden="true">
      {Object.entries(parts).map(
        ([name, number]) => number > 0 && <i key={name} className={name} style={{ flexGrow: number }} />,
      )}
    </div>
  );
}

/** `4,238 admitted = 4,200 paired + 21 failed + …`: the whole sum, without what is nothing but the pairs. */
export function accountSum({ admitted, paired, failed, expired, dropped, lost, pending }: Account): string {
  const rest = { failed, expired, dropped: total(dropped), lost, pending };
  const parts = Object.entries(rest).flatMap(([name, number]) => (number === 0 ? [] : [`${count(number)} ${name}`]));
  return [`${count(admitted)} admitted = ${count(paired)} paired`, ...parts].join(" + ");
}

/** `4,238 · 99.1% measured`. */
export function accountWords({ admitted }: Account, measured: number | null): string {
  return measured === null ? count(admitted) : `${count(admitted)} · ${percent(measured)} measured`;
}
