import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { define, keys, text, textTokens, thrown, url } from "../harness.mjs";

const open = (path, apiKey = keys.good) => new OpenAI({ baseURL: url + path, apiKey, maxRetries: 0 });
const ask = [{ role: "system", content: "You write captions." }, { role: "user", content: "Describe a red mug." }];
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const weather = {
  type: "function",
  function: { name: "weather", description: "The weather of a city.", parameters: { type: "object", properties: { city: { type: "string" }, days: { type: "integer" } }, required: ["city", "days"], additionalProperties: false } },
};
const Caption = z.object({ title: z.string(), tags: z.array(z.string()), price: z.number() });

const ways = [
  ["v1.openai", "/v1", "openai/gpt-4o-mini"],
  ["v1.anthropic", "/v1", "anthropic/claude-haiku-4-5"],
  ["v1.chain", "/v1", "captions"],
  ["v1.bedrock", "/v1", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0"],
  ["route.openai", "/openai", "gpt-4o-mini"],
  ["route-v1.openai", "/openai/v1", "gpt-4o-mini"],
  ["route.anthropic", "/openai", "anthropic/claude-haiku-4-5"],
];

for (const [way, path, model] of ways) {
  const client = open(path);

  define(`openai.${way}.chat`, async () => {
    const { data, response } = await client.chat.completions.create({ model, messages: ask, temperature: 0.2, max_tokens: 100 }).withResponse();
    assert.equal(data.object, "chat.completion");
    assert.equal(data.choices[0].message.role, "assistant");
    assert.equal(data.choices[0].message.content, text);
    assert.equal(data.choices[0].finish_reason, "stop");
    assert.equal(data.usage.completion_tokens, textTokens);
    assert.ok(data.usage.prompt_tokens > 0 && data.usage.prompt_tokens_details.cached_tokens > 0);
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    assert.ok(response.headers.get("x-farthing-request-id"));
    assert.equal(response.headers.get("x-farthing-attempts"), way.endsWith("chain") ? "2" : "1");
    assert.match(response.headers.get("x-farthing-cost-usd"), way.endsWith("bedrock") ? /^unpriced$/ : /^0\.\d+$/);
  });

  define(`openai.${way}.limit`, async () => {
    const data = await client.chat.completions.create({ model, messages: ask, max_completion_tokens: 2 });
    assert.equal(data.choices[0].finish_reason, "length");
    assert.equal(data.usage.completion_tokens, 2);
  });

  define(`openai.${way}.image`, async () => {
    const parts = [{ type: "text", text: "What is this?" }, { type: "image_url", image_url: { url: pixel, detail: "low" } }];
    const data = await client.chat.completions.create({ model, messages: [{ role: "user", content: parts }] });
    assert.equal(data.choices[0].message.content, text);
    assert.ok(data.usage.prompt_tokens > 80, `a picture counts: ${data.usage.prompt_tokens}`);
  });

  define(`openai.${way}.stream`, async () => {
    const stream = await client.chat.completions.create({ model, messages: ask, stream: true, stream_options: { include_usage: true } });
    let said = "", finish, usage, chunks = 0;
    for await (const chunk of stream) {
      chunks++;
      assert.equal(chunk.object, "chat.completion.chunk");
      said += chunk.choices[0]?.delta?.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }

    assert.equal(said, text);
    assert.equal(finish, "stop");
    assert.ok(chunks > textTokens, `it comes in pieces: ${chunks}`);
    assert.equal(usage.completion_tokens, textTokens);
  });

  define(`openai.${way}.stream-helper`, async () => {
    const runner = client.chat.completions.stream({ model, messages: ask });
    const pieces = [];
    runner.on("content", (piece) => pieces.push(piece));
    const final = await runner.finalChatCompletion();
    assert.equal(pieces.join(""), text);
    assert.equal(final.choices[0].message.content, text);
    assert.equal(final.usage ?? null, null, "a client that asks for no usage sees none");
  });

  define(`openai.${way}.tools`, async () => {
    const messages = [{ role: "user", content: "What is the weather in Bern?" }];
    const first = await client.chat.completions.create({ model, messages, tools: [weather], parallel_tool_calls: false });
    assert.equal(first.choices[0].finish_reason, "tool_calls");
    const call = first.choices[0].message.tool_calls[0];
    assert.equal(call.type, "function");
    assert.equal(call.function.name, "weather");
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "text", days: 1 });
    messages.push(first.choices[0].message, { role: "tool", tool_call_id: call.id, content: "Sunny, 20 degrees." });
    const second = await client.chat.completions.create({ model, messages, tools: [weather] });
    assert.equal(second.choices[0].message.content, text);
    assert.equal(second.choices[0].finish_reason, "stop");
  });

  define(`openai.${way}.tools-choice`, async () => {
    const other = { type: "function", function: { name: "other", parameters: { type: "object", properties: {} } } };
    const named = await client.chat.completions.create({ model, messages: ask, tools: [other, weather], tool_choice: { type: "function", function: { name: "weather" } } });
    assert.equal(named.choices[0].message.tool_calls[0].function.name, "weather");
    const none = await client.chat.completions.create({ model, messages: ask, tools: [other, weather], tool_choice: "none" });
    assert.equal(none.choices[0].message.content, text);
  });

  define(`openai.${way}.tools-stream`, async () => {
    const stream = await client.chat.completions.create({ model, messages: ask, tools: [weather], tool_choice: "required", stream: true });
    let id, name = "", args = "", finish;
    for await (const chunk of stream) {
      for (const call of chunk.choices[0]?.delta?.tool_calls ?? []) {
        id ??= call.id;
        name += call.function?.name ?? "";
        args += call.function?.arguments ?? "";
      }

      finish = chunk.choices[0]?.finish_reason ?? finish;
    }

    assert.ok(id);
    assert.equal(name, "weather");
    assert.deepEqual(JSON.parse(args), { city: "text", days: 1 });
    assert.equal(finish, "tool_calls");
  });

  define(`openai.${way}.run-tools`, async () => {
    const asked = [];
    const runner = client.chat.completions.runTools({
      model, messages: [{ role: "user", content: "What is the weather in Bern?" }],
      tools: [{ type: "function", function: { ...weather.function, function: ({ city }) => (asked.push(city), "Sunny."), parse: JSON.parse } }],
    });
    assert.equal(await runner.finalContent(), text);
    assert.deepEqual(asked, ["text"]);
  });

  define(`openai.${way}.structured`, async () => {
    const done = await client.chat.completions.parse({ model, messages: ask, response_format: zodResponseFormat(Caption, "caption") });
    assert.deepEqual(done.choices[0].message.parsed, { title: "text", tags: ["text"], price: 1.5 });
    assert.equal(done.choices[0].finish_reason, "stop");
  });

  define(`openai.${way}.structured-stream`, async () => {
    const runner = client.chat.completions.stream({ model, messages: ask, response_format: zodResponseFormat(Caption, "caption") });
    const done = await runner.finalChatCompletion();
    assert.deepEqual(done.choices[0].message.parsed, { title: "text", tags: ["text"], price: 1.5 });
  });
}

define("openai.v1.openai.choices", async () => {
  const data = await open("/v1").chat.completions.create({ model: "openai/gpt-4o-mini", messages: ask, n: 3, seed: 7 });
  assert.equal(data.choices.length, 3);
});

define("openai.v1.embeddings", async () => {
  for (const path of ["/v1", "/openai"]) {
    const data = await open(path).embeddings.create({ model: "openai/text-embedding-3-small", input: ["red mug", "blue mug"], dimensions: 64 });
    assert.equal(data.data.length, 2);
    assert.equal(data.data[0].embedding.length, 64);
    assert.ok(data.usage.prompt_tokens > 0);
  }
});

define("openai.v1.embeddings-elsewhere", async () => {
  const error = await thrown(() => open("/v1").embeddings.create({ model: "anthropic/claude-haiku-4-5", input: "red mug" }));
  assert.ok(error instanceof OpenAI.BadRequestError, String(error));
  assert.equal(error.code, "shape_not_available");
});

define("openai.v1.models", async () => {
  const found = [];
  for await (const model of open("/v1").models.list()) found.push(model.id);
  assert.ok(found.includes("openai/gpt-4o-mini") && found.includes("captions"), found.join());
  assert.equal((await open("/v1").models.retrieve("captions")).id, "captions");
  assert.ok(await thrown(() => open("/v1").models.retrieve("nothing")) instanceof OpenAI.NotFoundError);
});

define("openai.v1.fallbacks-in-body", async () => {
  const { data, response } = await open("/v1").chat.completions
    .create({ model: "failing-openai/status-503", messages: ask, fallbacks: ["anthropic/claude-haiku-4-5"] }).withResponse();
  assert.equal(data.choices[0].message.content, text);
  assert.equal(response.headers.get("x-farthing-provider"), "anthropic");
});

const errors = [
  ["400", "status-400", OpenAI.BadRequestError, 400],
  ["404", "no-such-model", OpenAI.NotFoundError, 404],
  ["409", "status-409", OpenAI.ConflictError, 409],
  ["413", "status-413", OpenAI.APIError, 413],
  ["422", "status-422", OpenAI.UnprocessableEntityError, 422],
  ["500", "status-500", OpenAI.InternalServerError, 500],
  ["503", "status-503", OpenAI.InternalServerError, 503],
  ["drop", "drop", OpenAI.InternalServerError, 502],
  ["cut", "cut-early", OpenAI.InternalServerError, 502],
];

// AWS has no words for some.
const elsewhere = ["409", "413", "422"];

for (const provider of ["openai", "anthropic", "bedrock"]) {
  for (const [name, model, type, status] of errors.filter(([name]) => provider !== "bedrock" || !elsewhere.includes(name))) {
    for (const stream of [false, true]) {
      define(`openai.errors.${provider}.${name}${stream ? "-stream" : ""}`, async () => {
        const error = await thrown(() => open("/v1").chat.completions.create({ model: `failing-${provider}/${model}`, messages: ask, stream }));
        assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
        assert.equal(error.status, status);
        assert.ok(error.error.message && error.type, JSON.stringify(error.error));
      });
    }
  }

  define(`openai.errors.${provider}.429`, async () => {
    for (let call = 0; call < 2; call++) {
      const error = await thrown(() => open("/v1").chat.completions.create({ model: `limited-${provider}/status-429`, messages: ask }));
      assert.ok(error instanceof OpenAI.RateLimitError, `call ${call}: ${error.constructor.name}: ${error.message}`);
      assert.ok(Number(error.headers.get("retry-after")) > 0, "it says when to come again");
    }
  });

  define(`openai.errors.${provider}.refused-key`, async () => {
    for (let call = 0; call < 2; call++) {
      const error = await thrown(() => open("/v1").chat.completions.create({ model: `refused-${provider}/gpt-4o-mini`, messages: ask }));
      assert.ok(error instanceof OpenAI.InternalServerError, `call ${call}: ${error.constructor.name}: ${error.message}`);
    }
  });

  for (const fault of ["cut", "malformed"]) {
    define(`openai.errors.${provider}.${fault}-in-stream`, async () => {
      let said = "";
      const error = await thrown(async () => {
        const stream = await open("/v1").chat.completions.create({ model: `failing-${provider}/${fault}`, messages: ask, stream: true });
        for await (const chunk of stream) said += chunk.choices[0]?.delta?.content ?? "";
      });
      assert.ok(error instanceof OpenAI.APIError, `${error.constructor.name}: ${error.message}`);
      assert.ok(said.length > 0 && text.startsWith(said) && said !== text, said);
    });
  }

  define(`openai.errors.${provider}.abort`, async () => {
    const error = await thrown(() => open("/v1").chat.completions.create({ model: `failing-${provider}/hang`, messages: ask }, { signal: AbortSignal.timeout(150) }));
    assert.ok(error instanceof OpenAI.APIUserAbortError, error.constructor.name);
  });

  define(`openai.errors.${provider}.timeout`, async () => {
    const error = await thrown(() => open("/v1").chat.completions.create({ model: `failing-${provider}/hang`, messages: ask }, { timeout: 150 }));
    assert.ok(error instanceof OpenAI.APIConnectionTimeoutError, error.constructor.name);
  });
}

define("openai.errors.own.key", async () => {
  for (const path of ["/v1", "/openai"]) {
    const error = await thrown(() => open(path, keys.unknown).chat.completions.create({ model: "gpt-4o-mini", messages: ask }));
    assert.ok(error instanceof OpenAI.AuthenticationError, error.constructor.name);
    assert.equal(error.code, "invalid_api_key");
  }
});

define("openai.errors.own.permission", async () => {
  const error = await thrown(() => open("/v1", keys.narrow).chat.completions.create({ model: "anthropic/claude-haiku-4-5", messages: ask }));
  assert.ok(error instanceof OpenAI.PermissionDeniedError, error.constructor.name);
});

define("openai.errors.own.rate", async () => {
  const client = open("/v1", keys.slow);
  const error = await thrown(async () => {
    for (let call = 0; call < 2; call++) await client.chat.completions.create({ model: "openai/gpt-4o-mini", messages: ask });
  });
  assert.ok(error instanceof OpenAI.RateLimitError, error.constructor.name);
  assert.ok(Number(error.headers.get("retry-after")) > 0);
});

define("openai.errors.own.model", async () => {
  const error = await thrown(() => open("/v1").chat.completions.create({ model: "nobody/nothing", messages: ask }));
  assert.ok(error instanceof OpenAI.NotFoundError, error.constructor.name);
  assert.equal(error.code, "model_not_found");
  assert.equal(error.param, "model");
});

define("openai.errors.own.untranslatable", async () => {
  const error = await thrown(() => open("/v1").chat.completions.create({ model: "anthropic/claude-haiku-4-5", messages: ask, n: 2 }));
  assert.ok(error instanceof OpenAI.BadRequestError, error.constructor.name);
  assert.equal(error.param, "n");
});

define("openai.errors.own.path", async () => {
  const error = await thrown(() => open("/v1").moderations.create({ input: "x" }));
  assert.ok(error instanceof OpenAI.NotFoundError, error.constructor.name);
});
