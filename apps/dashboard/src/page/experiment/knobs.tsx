import type { ExperimentRun } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { SettingDialog } from "./settings-dialog.tsx";
import { type Setting, SETTINGS } from "./settings.ts";
import { StateDialog, type StateChange } from "./state-dialog.tsx";

interface KnobsProps {
  readonly id: string;
  readonly run: ExperimentRun;
}

/** What can be changed beside any verdict: how much, how long, how dear; and a pause. */
export function Knobs({ id, run }: KnobsProps): ReactNode {
  const [setting, setSetting] = useState<Setting | null>(null);
  const [change, setChange] = useState<StateChange | null>(null);
  const running = run.state === "running" || run.state === "rolled_back";
  return (
    <div className="knobs">
      {SETTINGS.map((one) => (
        <button key={one.name} type="button" className="knob" onClick={() => setSetting(one)}>
          {one.label} <b>{one.show(run.settings[one.name])}</b>
          {run.changed?.includes(one.name) && <span className="changed">changed</span>}
        </button>
      ))}
      {running && (
        <button type="button" className="btn bare" onClick={() => setChange("pause")}>
          Pause
        </button>
      )}
      {(run.state === "paused" || run.state === "ended") && (
        <button type="button" className="btn" onClick={() => setChange("resume")}>
          {run.state === "paused" ? "Resume" : "Start again"}
        </button>
      )}
      {setting !== null && <SettingDialog id={id} run={run} setting={setting} close={() => setSetting(null)} />}
      {change !== null && <StateDialog id={id} change={change} close={() => setChange(null)} />}
    </div>
  );
}
