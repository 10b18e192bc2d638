import { expect, test } from "vitest";
import { askedFor } from "./asked-for.ts";
import { testDeployment } from "../targets/deployment.fixture.ts";

const apiOf = (model: string, mode: string | null = null, more: object = {}): string =>
  askedFor(testDeployment({ mode, ...more }), "openai", model).api;

test.each([
  ["chat", "chat"],
  ["completion", "chat"],
  ["embedding", "embeddings"],
  ["image_generation", "image"],
  ["image_edit", "image"],
  ["audio_speech", "audio"],
  ["audio_transcription", "audio"],
  ["rerank", "rerank"],
  ["moderation", "moderation"],
  ["video_generation", "video"],
  ["realtime", "realtime"],
  ["batch", "batch"],
  ["ocr", "ocr"],
  ["vector_store", "search"],
  ["responses", "responses"],
])("mode %s: %s", (mode, api) => {
  expect(apiOf("some-model", mode)).toBe(api);
});

test.each([
  ["dall-e-3", "image"],
  ["gpt-image-1", "image"],
  ["stable-diffusion-xl", "image"],
  ["whisper-1", "audio"],
  ["gpt-4o-mini-transcribe", "audio"],
  ["tts-1-hd", "audio"],
  ["gpt-4o-mini-tts", "audio"],
  ["rerank-v3.5", "rerank"],
  ["jina-reranker-v2", "rerank"],
  ["omni-moderation-latest", "moderation"],
  ["gpt-4o-realtime-preview", "realtime"],
  ["sora-2", "video"],
  ["text-embedding-3-small", "embeddings"],
  ["BAAI/bge-m3", "embeddings"],
  ["o1-pro", "responses"],
  ["gpt-5-codex", "responses"],
  ["responses/gpt-4o", "responses"],
  ["gpt-4o-audio-preview", "chat"],
  ["gpt-4o", "chat"],
  ["gpt-5.1", "chat"],
  ["o3", "chat"],
])("the name %s: %s", (model, api) => {
  expect(apiOf(model)).toBe(api);
});

test("a mode that is written is believed before any name, but for the Responses API's own prefix", () => {
  expect(apiOf("whisper-chat", "chat")).toBe("chat");
  expect(apiOf("responses/gpt-4o", "chat")).toBe("responses");
});

test("a group's name counts where the model's says nothing, as on Azure", () => {
  expect(apiOf("my-deployment", null, { modelGroup: "dall-e-3" })).toBe("image");
  expect(apiOf("gpt-4o", null, { modelGroup: "*" })).toBe("chat");
});

test("what OpenAI serves by the Responses API alone may be a chat at another address", () => {
  expect(apiOf("o1-pro", null, { apiBase: "http://127.0.0.1:8000/v1" })).toBe("chat");
});
