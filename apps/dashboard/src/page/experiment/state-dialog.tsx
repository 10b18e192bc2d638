import type { ExperimentChange } from "@understudy/contracts";
import type { ReactNode } from "react";
import { sendJson } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { experimentPath } from "../frame/links.ts";

export type StateChange = "pause" | "resume" | "stop";

interface Words {
  readonly title: string;
  readonly will: readonly string[];
  readonly label: string;
  readonly doing: string;
  readonly state: NonNullable<ExperimentChange["state"]>;
}

const WORDS: Readonly<Record<StateChange, Words>> = {
  pause: {
    title: "Pause the experiment?",
    will: ["No further request is mirrored for it, within two seconds.", "What is under way is finished and counted."],
    label: "Pause",
    doing: "Pausing…",
    state: "paused",
  },
  resume: {
    title: "Go on with the experiment?",
    will: ["Requests are mirrored for it again at its sample rate, within two seconds."],
    label: "Go on",
    doing: "Going on…",
    state: "running",
  },
  stop: {
    title: "Stop the experiment?",
    will: [
      "No further request is mirrored for it, within two seconds.",
      "Its pairs and its verdict stay, and clients notice nothing.",
      "It can be started again.",
    ],
    label: "Stop the experiment",
    doing: "Stopping…",
    state: "ended",
  },
};

interface StateDialogProps {
  readonly id: string;
  readonly change: StateChange;
  readonly close: () => void;
}

export function StateDialog({ id, change, close }: StateDialogProps): ReactNode {
  const { title, will, label, doing, state } = WORDS[change];
  const act = (reason: string): Promise<unknown> =>
    sendJson("PATCH", experimentPath(id), { state, ...(reason === "" ? {} : { reason }) } satisfies ExperimentChange);
  return (
    <Confirm
      title={title}
      will={will}
      label={label}
      doing={doing}
      takesAway={change === "stop"}
      reason="may"
      act={act}
      close={close}
    />
  );
}
