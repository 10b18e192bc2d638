import type {
  AgreementRule,
  AnswerKind,
  CostFigures,
  FlagFigures,
  JsonFigures,
  Likeness,
  NotComparable,
  Reason,
  Skippable,
  TextFigures,
  ToolFigures,
  VectorFigures,
} from "./figures.ts";
import type { MeasureFigures } from "./measures.ts";

/**
 * A pair in figures, as it is stored and as the API gives it. Null: one side has nothing to take the figure from.
 * Differences are silent minus primary, ratios silent over primary.
 */
export type Comparison = MeasureFigures &
  TextFigures &
  FlagFigures &
  JsonFigures &
  ToolFigures &
  Partial<VectorFigures> &
  CostFigures & {
    /** Version of the rules behind the figures; pairs of different versions are not to be added up. */
    readonly normaliser: 3;
    readonly comparable: boolean;
    readonly not_comparable: readonly NotComparable[];
    /** Of pairs stored before version 3: absent, as are `reason`, `likeness`, `tool_choice_kept`, `tools_offered`. */
    readonly kind: AnswerKind | null;
    /**
     * Whether the silent answer says what the primary's says, by the strictest rule that fits the kind of answer. Null is
     * unclear. It is likeness, not quality: the control says how much differs by chance.
     */
    readonly agrees: boolean | null;
    readonly agreement_rule: AgreementRule | null;
    readonly reason: Reason | null;
    readonly likeness: Likeness;
    readonly skipped: readonly Skippable[];
  };
