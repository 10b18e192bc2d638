export type { Answer, Change, ReadAnswer, ToolCall, Usage } from "./answer.ts";
