import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod/v4";
import { define, keys, text, textTokens, thrown, url } from "../harness.mjs";

const open = (path, apiKey = keys.good) => new Anthropic({ baseURL: url + path, apiKey, maxRetries: 0 });
const ask = [{ role: "user", content: "Describe a red mug." }];
const weather = { name: "weather", description: "The weather of a city.", input_schema: { type: "object", properties: { city: { type: "string" }, days: { type: "integer" } }, required: ["city", "days"] } };
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const Caption = z.object({ title: z.string(), tags: z.array(z.string()), price: z.number() });

const ways = [
  ["v1.anthropic", "", "anthropic/claude-haiku-4-5"],
  ["v1.openai", "", "openai/gpt-4o-mini"],
  ["v1.bedrock", "", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0"],
  ["v1.chain", "", "messages"],
  ["route.anthropic", "/anthropic", "claude-haiku-4-5"],
  ["route.openai", "/anthropic", "openai/gpt-4o-mini"],
];

for (const [way, path, model] of ways) {
  const client = open(path);

  define(`anthropic.${way}.chat`, async () => {
    const { data, response } = await client.messages.create({ model, max_tokens: 100, system: "You write captions.", messages: ask, temperature: 0.2 }).withResponse();
    assert.equal(data.type, "message");
    assert.equal(data.role, "assistant");
    assert.deepEqual(data.content.map(({ type, text }) => ({ type, text })), [{ type: "text", text }]);
    assert.equal(data.stop_reason, "end_turn");
    assert.equal(data.usage.output_tokens, textTokens);
    assert.ok(data.usage.input_tokens > 0 && data.usage.cache_read_input_tokens > 0, JSON.stringify(data.usage));
    assert.ok(response.headers.get("x-farthing-request-id"));
    assert.match(response.headers.get("x-farthing-cost-usd"), way.endsWith("bedrock") ? /^unpriced$/ : /^0\.\d+$/);
  });

  define(`anthropic.${way}.limit`, async () => {
    const data = await client.messages.create({ model, max_tokens: 2, messages: ask });
    assert.equal(data.stop_reason, "max_tokens");
    assert.equal(data.usage.output_tokens, 2);
  });

  define(`anthropic.${way}.image`, async () => {
    const parts = [{ type: "image", source: { type: "base64", media_type: "image/png", data: pixel } }, { type: "text", text: "What is this?" }];
    const data = await client.messages.create({ model, max_tokens: 100, messages: [{ role: "user", content: parts }] });
    assert.equal(data.content[0].text, text);
    assert.ok(data.usage.input_tokens + data.usage.cache_read_input_tokens > 80, JSON.stringify(data.usage));
  });

  define(`anthropic.${way}.stream`, async () => {
    const types = [];
    let said = "", output;
    for await (const event of await client.messages.create({ model, max_tokens: 100, messages: ask, stream: true })) {
      types.push(event.type);
      if (event.type === "content_block_delta") said += event.delta.text;
      if (event.type === "message_delta") output = event.usage.output_tokens;
    }

    assert.equal(said, text);
    assert.equal(output, textTokens);
    assert.equal(types[0], "message_start");
    assert.equal(types.at(-1), "message_stop");
    assert.ok(types.filter((type) => type === "content_block_delta").length > 1);
  });

  define(`anthropic.${way}.stream-helper`, async () => {
    const stream = client.messages.stream({ model, max_tokens: 100, messages: ask });
    const pieces = [];
    stream.on("text", (piece) => pieces.push(piece));
    const final = await stream.finalMessage();
    assert.equal(pieces.join(""), text);
    assert.equal(final.content[0].text, text);
    assert.equal(final.stop_reason, "end_turn");
    assert.equal(final.usage.output_tokens, textTokens);
    assert.ok(final.usage.input_tokens > 0, JSON.stringify(final.usage));
  });

  define(`anthropic.${way}.tools`, async () => {
    const messages = [{ role: "user", content: "What is the weather in Bern?" }];
    const first = await client.messages.create({ model, max_tokens: 100, messages, tools: [weather] });
    assert.equal(first.stop_reason, "tool_use");
    const call = first.content.find((block) => block.type === "tool_use");
    assert.equal(call.name, "weather");
    assert.deepEqual(call.input, { city: "text", days: 1 });
    messages.push({ role: "assistant", content: first.content }, { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: [{ type: "text", text: "Sunny." }] }] });
    const second = await client.messages.create({ model, max_tokens: 100, messages, tools: [weather] });
    assert.equal(second.content[0].text, text);
    assert.equal(second.stop_reason, "end_turn");
  });

  define(`anthropic.${way}.tools-choice`, async () => {
    const other = { name: "other", input_schema: { type: "object", properties: {} } };
    const named = await client.messages.create({ model, max_tokens: 100, messages: ask, tools: [other, weather], tool_choice: { type: "tool", name: "weather" } });
    assert.equal(named.content.at(-1).name, "weather");
    const none = await client.messages.create({ model, max_tokens: 100, messages: ask, tools: [other, weather], tool_choice: { type: "none" } });
    assert.equal(none.content[0].text, text);
  });

  define(`anthropic.${way}.tools-stream`, async () => {
    const final = await client.messages.stream({ model, max_tokens: 100, messages: ask, tools: [weather], tool_choice: { type: "any" } }).finalMessage();
    assert.equal(final.stop_reason, "tool_use");
    assert.deepEqual(final.content.map(({ type, name, input }) => ({ type, name, input })), [{ type: "tool_use", name: "weather", input: { city: "text", days: 1 } }]);
  });

  define(`anthropic.${way}.structured`, async () => {
    const data = await client.messages.parse({ model, max_tokens: 100, messages: ask, output_config: { format: zodOutputFormat(Caption) } });
    assert.deepEqual(data.parsed_output, { title: "text", tags: ["text"], price: 1.5 });
  });
}

define("anthropic.v1.models", async () => {
  const found = [];
  for await (const model of open("").models.list()) found.push(model.id);
  assert.ok(found.includes("anthropic/claude-haiku-4-5"), found.join());
  assert.equal((await open("/anthropic").models.retrieve("messages")).id, "messages");
});

const errors = [
  ["400", "status-400", Anthropic.BadRequestError, 400, "invalid_request_error"],
  ["404", "no-such-model", Anthropic.NotFoundError, 404, "not_found_error"],
  ["409", "status-409", Anthropic.ConflictError, 409, undefined],
  ["413", "status-413", Anthropic.APIError, 413, "request_too_large"],
  ["422", "status-422", Anthropic.UnprocessableEntityError, 422, "invalid_request_error"],
  ["500", "status-500", Anthropic.InternalServerError, 500, "api_error"],
  ["529", "status-529", Anthropic.InternalServerError, 529, "overloaded_error"],
  ["503", "status-503", Anthropic.InternalServerError, undefined, undefined],
  ["drop", "drop", Anthropic.InternalServerError, 502, "api_error"],
  ["cut", "cut-early", Anthropic.InternalServerError, 502, "api_error"],
];

// AWS has no words for some.
const elsewhere = ["409", "413", "422", "529"];

for (const provider of ["anthropic", "openai", "bedrock"]) {
  for (const [name, model, type, status, kind] of errors.filter(([name]) => provider !== "bedrock" || !elsewhere.includes(name))) {
    for (const stream of [false, true]) {
      define(`anthropic.errors.${provider}.${name}${stream ? "-stream" : ""}`, async () => {
        const error = await thrown(() => open("").messages.create({ model: `failing-${provider}/${model}`, max_tokens: 100, messages: ask, stream }));
        assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
        if (status) assert.equal(error.status, status);
        if (kind) assert.equal(error.type, kind);
        assert.equal(error.error.type, "error");
        assert.ok(error.error.error.message);
      });
    }
  }

  define(`anthropic.errors.${provider}.429`, async () => {
    for (let call = 0; call < 2; call++) {
      const error = await thrown(() => open("").messages.create({ model: `limited-${provider}/status-429`, max_tokens: 100, messages: ask }));
      assert.ok(error instanceof Anthropic.RateLimitError, `call ${call}: ${error.constructor.name}: ${error.message}`);
      assert.equal(error.type, "rate_limit_error");
      assert.ok(Number(error.headers.get("retry-after")) > 0, "it says when to come again");
    }
  });

  define(`anthropic.errors.${provider}.refused-key`, async () => {
    for (let call = 0; call < 2; call++) {
      const error = await thrown(() => open("").messages.create({ model: `refused-${provider}/claude-haiku-4-5`, max_tokens: 100, messages: ask }));
      assert.ok(error instanceof Anthropic.InternalServerError, `call ${call}: ${error.constructor.name}: ${error.message}`);
    }
  });

  for (const fault of ["cut", "malformed"]) {
    define(`anthropic.errors.${provider}.${fault}-in-stream`, async () => {
      let said = "";
      const error = await thrown(async () => {
        for await (const event of await open("").messages.create({ model: `failing-${provider}/${fault}`, max_tokens: 100, messages: ask, stream: true })) {
          if (event.type === "content_block_delta") said += event.delta.text;
        }
      });
      assert.ok(error instanceof Anthropic.APIError, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.type, "api_error");
      assert.ok(said.length > 0 && text.startsWith(said) && said !== text, said);
    });
  }

  define(`anthropic.errors.${provider}.abort`, async () => {
    const error = await thrown(() => open("").messages.create({ model: `failing-${provider}/hang`, max_tokens: 100, messages: ask }, { signal: AbortSignal.timeout(150) }));
    assert.ok(error instanceof Anthropic.APIUserAbortError, error.constructor.name);
  });
}

define("anthropic.errors.own.key", async () => {
  for (const path of ["", "/anthropic"]) {
    const error = await thrown(() => open(path, keys.unknown).messages.create({ model: "claude-haiku-4-5", max_tokens: 100, messages: ask }));
    assert.ok(error instanceof Anthropic.AuthenticationError, error.constructor.name);
    assert.equal(error.type, "authentication_error");
  }
});

define("anthropic.errors.own.permission", async () => {
  const error = await thrown(() => open("", keys.narrow).messages.create({ model: "anthropic/claude-haiku-4-5", max_tokens: 100, messages: ask }));
  assert.ok(error instanceof Anthropic.PermissionDeniedError, error.constructor.name);
});

define("anthropic.errors.own.model", async () => {
  const error = await thrown(() => open("").messages.create({ model: "nobody/nothing", max_tokens: 100, messages: ask }));
  assert.ok(error instanceof Anthropic.NotFoundError, error.constructor.name);
  assert.equal(error.type, "not_found_error");
});

define("anthropic.errors.own.untranslatable", async () => {
  const error = await thrown(() => open("").messages.create({ model: "openai/gpt-4o-mini", max_tokens: 100, messages: ask, container: "c" }));
  assert.ok(error instanceof Anthropic.BadRequestError, error.constructor.name);
});

define("anthropic.errors.own.path", async () => {
  const error = await thrown(() => open("/anthropic").messages.batches.list());
  assert.ok(error instanceof Anthropic.NotFoundError, error.constructor.name);
});
