import type { ExperimentChange, ExperimentRun } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { sendJson } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { experimentPath } from "../frame/links.ts";
import { configuredWords, type Setting } from "./settings.ts";

interface SettingDialogProps {
  readonly id: string;
  readonly run: ExperimentRun;
  readonly setting: Setting;
  readonly close: () => void;
}

/** Changes one setting of an experiment while it runs; an empty field goes back to the config's. */
export function SettingDialog({ id, run, setting, close }: SettingDialogProps): ReactNode {
  const { name, title, field, type, min, max, step = "any", write, read, will } = setting;
  const [text, setText] = useState(write(run.settings[name]));
  const change = (reason: string): ExperimentChange => ({
    [name]: read(text),
    ...(reason === "" ? {} : { reason }),
  });
  return (
    <Confirm
      title={title}
      will={[will, `${configuredWords(run, setting)} Leave the field empty to go back to that.`]}
      label="Change"
      doing="Changing…"
      reason="may"
      act={(reason) => sendJson("PATCH", experimentPath(id), change(reason))}
      close={close}
    >
      <label>
        <span>{field}</span>
        <input
          autoFocus
          type={type}
          min={min}
          max={max}
          step={step}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </Confirm>
  );
}
