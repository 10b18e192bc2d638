import type { LanguageModelV4Content, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import { signatureIn } from "../asked/thought-signature.ts";

/** A piece of an answer, in all APIs the same three. */
export type Block = TextBlock | ThoughtBlock | CallBlock;

export interface TextBlock {
  readonly kind: "text";
  readonly text: string;
}

export interface ThoughtBlock {
  readonly kind: "thought";
  readonly text: string;
  /** Anthropic's proof that it was its model's; null where there is none. */
  readonly signature: string | null;
  /** A thought that only Anthropic can read, in place of its text. */
  readonly sealed: string | null;
}

export interface CallBlock {
  readonly kind: "call";
  readonly id: string;
  /** As the model knows the tool. */
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly input: string;
  /** What Gemini wants to see again with the call; null for other models. */
  readonly signature: string | null;
}

/** An answer's blocks as they come: one after the other, each begun, told in pieces, and ended with the whole of it. */
export type BlockEvent =
  | { readonly type: "begin"; readonly block: Block }
  | { readonly type: "piece"; readonly block: Block; readonly text: string }
  | { readonly type: "end"; readonly block: Block };

/** The blocks of a whole answer. What a provider ran by itself is no part of what its client knows. */
export function blocksOf(content: readonly LanguageModelV4Content[]): readonly Block[] {
  return content.flatMap((part): readonly Block[] => {
    if (part.type === "text") return [{ kind: "text", text: part.text }];
    if (part.type === "reasoning") return [{ kind: "thought", text: part.text, ...sealOf(part.providerMetadata) }];
    if (part.type !== "tool-call" || part.providerExecuted === true) return [];
    const { toolCallId: id, toolName: name, input } = part;
    return [{ kind: "call", id, name, input, signature: signatureIn(part.providerMetadata) }];
  });
}

function sealOf(metadata: SharedV4ProviderMetadata | undefined): Pick<ThoughtBlock, "signature" | "sealed"> {
  const { anthropic, amazonBedrock } = metadata ?? {};
  const { signature, redactedData = amazonBedrock?.["redactedContent"] } = anthropic ?? amazonBedrock ?? {};
  return {
    signature: typeof signature === "string" ? signature : null,
    sealed: typeof redactedData === "string" ? redactedData : null,
  };
}

/**
 * Puts the parts of a stream in such an order: a text or thought ends where another block begins, and a call that begins
 * while another is open waits for its end. Chat's parallel calls come interleaved, and no other API may say them so.
 */
export class BlockOrder {
  #open: Open | null = null;
  /** Calls that wait, by their ids, in the order in which they began. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #told = new Set<string>();
  /** Texts that came while a call was open. */
  readonly #late: TextDelta[] = [];

  push(part: LanguageModelV4StreamPart): readonly BlockEvent[] {
    const { type } = part;
    if (type === "text-start" || type === "reasoning-start") return this.#beginText(part);
    if (type === "text-delta" || type === "reasoning-delta") return this.#textPiece(part);
    if (type === "text-end" || type === "reasoning-end") return this.#endText(part);
    if (type === "tool-input-delta") return this.#callPiece(part.id, part.delta);
    // What the provider runs itself is no call of the client's.
    if ("providerExecuted" in part && part.providerExecuted) return [];
    if (type === "tool-input-start") return this.#beginCall(namedIn(part.id, part));
    return type === "tool-call" ? this.#wholeCall(namedIn(part.toolCallId, part), part.input) : [];
  }

  /** What is still open ends, and so does what waits. */
  end(): readonly BlockEvent[] {
    const events = [...this.#close(), ...this.#lateTexts()];
    for (const id of this.#waiting.keys()) events.push(...this.#close(), ...this.#next(id));
    return [...events, ...this.#close()];
  }

  #beginText({ type, id, providerMetadata }: TextStart): readonly BlockEvent[] {
    const isText = type === "text-start";
    const block: Block = isText
      ? { kind: "text", text: "" }
      : { kind: "thought", text: "", ...sealOf(providerMetadata) };
    if (this.#open?.block.kind === "call") return [];
    return [...this.#close(), ...this.#begin(id, block)];
  }

  #textPiece(part: TextDelta): readonly BlockEvent[] {
    const { type, id, delta, providerMetadata } = part;
    if (this.#open?.block.kind === "call") {
      this.#late.push(part);
      return [];
    }
    const kind = type === "text-delta" ? "text" : "thought";
    const begun =
      this.#open?.id === id && this.#open.block.kind === kind
        ? []
        : [
            ...this.#close(),
            ...this.#begin(id, kind === "text" ? { kind, text: "" } : { kind, text: "", ...UNSIGNED }),
          ];
    const open = this.#open;
    if (open === null || open.block.kind === "call") return begun;
    if (open.block.kind === "thought") {
      const { signature } = sealOf(providerMetadata);
      open.block = { ...open.block, text: open.block.text + delta, signature: signature ?? open.block.signature };
    } else open.block = { ...open.block, text: open.block.text + delta };
    return delta === "" ? begun : [...begun, { type: "piece", block: open.block, text: delta }];
  }

  #endText({ id, providerMetadata }: TextEnd): readonly BlockEvent[] {
    const open = this.#open;
    if (open?.id !== id || open.block.kind === "call") return [];
    if (open.block.kind === "thought") {
      open.block = { ...open.block, signature: sealOf(providerMetadata).signature ?? open.block.signature };
    }
    return this.#close();
  }

  #beginCall(call: Named): readonly BlockEvent[] {
    if (this.#open?.block.kind === "call") {
      this.#waiting.set(call.id, { ...call, input: "", isWhole: false });
      return [];
    }
    return [...this.#close(), ...this.#begin(call.id, { kind: "call", ...call, input: "" })];
  }

  #callPiece(id: string, text: string): readonly BlockEvent[] {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.input += text;
    const open = this.#open;
    if (open?.block.kind !== "call" || open.id !== id || text === "") return [];
    open.block = { ...open.block, input: open.block.input + text };
    return [{ type: "piece", block: open.block, text }];
  }

  /** All that a call says is in this part, whether it came in pieces before or not. */
  #wholeCall(call: Named, input: string): readonly BlockEvent[] {
    const { id } = call;
    if (this.#told.has(id)) return [];
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) {
      this.#waiting.set(id, { ...call, input: waiting.input === "" ? input : waiting.input, isWhole: true });
      return [];
    }
    const begun = this.#open?.id === id ? [] : this.#beginCall(call);
    if (this.#open?.id !== id) {
      this.#waiting.set(id, { ...call, input, isWhole: true });
      return begun;
    }
    const said = this.#open.block.kind === "call" ? this.#open.block.input : "";
    const events = [...begun, ...(said === "" ? this.#callPiece(id, input) : []), ...this.#close()];
    for (const [next, { isWhole }] of this.#waiting) {
      events.push(...this.#next(next));
      if (!isWhole) break;
      events.push(...this.#close());
    }
    if (this.#open === null) events.push(...this.#lateTexts());
    return events;
  }

  #lateTexts(): readonly BlockEvent[] {
    return this.#late.splice(0).flatMap((part) => this.#textPiece(part));
  }

  /** A call that waited begins with all that has come of it. */
  #next(id: string): readonly BlockEvent[] {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return [];
    this.#waiting.delete(id);
    const { name, signature } = waiting;
    return [
      ...this.#begin(id, { kind: "call", id, name, input: "", signature }),
      ...this.#callPiece(id, waiting.input),
    ];
  }

  #begin(id: string, block: Block): readonly BlockEvent[] {
    this.#open = { id, block };
    return [{ type: "begin", block }];
  }

  #close(): readonly BlockEvent[] {
    const open = this.#open;
    this.#open = null;
    if (open === null) return [];
    if (open.block.kind === "call") this.#told.add(open.id);
    return [{ type: "end", block: open.block }];
  }
}

const UNSIGNED = { signature: null, sealed: null } as const;

interface Open {
  readonly id: string;
  block: Block;
}

/** What is known of a call when it begins. */
type Named = Pick<CallBlock, "id" | "name" | "signature">;

function namedIn(id: string, { toolName: name, providerMetadata }: CallStart): Named {
  return { id, name, signature: signatureIn(providerMetadata) };
}

interface Waiting extends Named {
  input: string;
  readonly isWhole: boolean;
}

type TextStart = Extract<LanguageModelV4StreamPart, { type: "text-start" | "reasoning-start" }>;
type CallStart = Extract<LanguageModelV4StreamPart, { type: "tool-input-start" | "tool-call" }>;
type TextEnd = Extract<LanguageModelV4StreamPart, { type: "text-end" | "reasoning-end" }>;
type TextDelta = Extract<LanguageModelV4StreamPart, { type: "text-delta" | "reasoning-delta" }>;
