/** A request in the form of OpenAI's Responses; further parameters go to the provider as they are. */
export interface ResponsesRequest {
  readonly model: string;
  readonly input?: string | readonly ResponseItem[] | undefined;
  readonly instructions?: string | null | undefined;
  readonly stream?: boolean | undefined;
  readonly [param: string]: unknown;
}

export interface ModelResponse {
  readonly id: string;
  readonly object: "response";
  readonly status: string;
  readonly model: string;
  readonly output: readonly ResponseItem[];
  readonly error: { readonly code: string; readonly message: string; readonly [key: string]: unknown } | null;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly usage?: ResponseUsage | null;
  readonly [key: string]: unknown;
}

/** A message, a call of a tool and its output, a piece of reasoning, …: by its `type`. */
export interface ResponseItem {
  readonly type?: string;
  readonly id?: string;
  readonly role?: string;
  readonly content?: string | readonly ResponsePart[];
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly [key: string]: unknown;
}

export interface ResponsePart {
  readonly type: string;
  readonly text?: string;
  readonly refusal?: string;
  readonly [key: string]: unknown;
}

export interface ResponseUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly [key: string]: unknown;
}

interface Place {
  readonly sequence_number: number;
  readonly item_id: string;
  readonly output_index: number;
  readonly [key: string]: unknown;
}

/** What a stream of Responses consists of. Providers may send kinds that are newer than this list. */
export type ResponseEvent =
  | {
      readonly type:
        | "response.created"
        | "response.queued"
        | "response.in_progress"
        | "response.completed"
        | "response.incomplete"
        | "response.failed";
      readonly sequence_number: number;
      readonly response: ModelResponse;
    }
  | {
      readonly type: "response.output_item.added" | "response.output_item.done";
      readonly sequence_number: number;
      readonly output_index: number;
      readonly item: ResponseItem;
    }
  | (Place & {
      readonly type:
        | "response.content_part.added"
        | "response.content_part.done"
        | "response.reasoning_summary_part.added"
        | "response.reasoning_summary_part.done";
      readonly part: ResponsePart;
    })
  | (Place & {
      readonly type:
        | "response.output_text.delta"
        | "response.refusal.delta"
        | "response.reasoning_text.delta"
        | "response.reasoning_summary_text.delta"
        | "response.function_call_arguments.delta"
        | "response.custom_tool_call_input.delta";
      readonly delta: string;
    })
  | (Place & {
      readonly type:
        | "response.output_text.done"
        | "response.reasoning_text.done"
        | "response.reasoning_summary_text.done";
      readonly text: string;
    })
  | (Place & { readonly type: "response.refusal.done"; readonly refusal: string })
  | (Place & { readonly type: "response.function_call_arguments.done"; readonly arguments: string })
  | (Place & { readonly type: "response.custom_tool_call_input.done"; readonly input: string });
