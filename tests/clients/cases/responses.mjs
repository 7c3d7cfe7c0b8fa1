import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { define, keys, text, textTokens, thrown, url } from "../harness.mjs";

const open = (path) => new OpenAI({ baseURL: url + path, apiKey: keys.good, maxRetries: 0 });
const weather = { type: "function", name: "weather", description: "The weather of a city.", strict: true, parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false } };
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const Caption = z.object({ title: z.string(), price: z.number() });

const ways = [
  ["v1", "/v1", "openai/gpt-4o-mini"],
  ["route", "/openai", "gpt-4o-mini"],
  ["anthropic", "/v1", "anthropic/claude-haiku-4-5"],
  ["bedrock", "/v1", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0"],
  ["gemini", "/v1", "gemini/gpt-4o-mini"],
  ["local", "/v1", "local/gpt-4o-mini"],
  ["chain", "/v1", "captions"],
];

// An event of these has its part, and comes where it may.
function follow(events) {
  assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, at) => at));
  assert.equal(events[0].type, "response.created");
  const open = new Set();
  for (const event of events) {
    if (event.type === "response.output_item.added") open.add(event.item.id);
    else if (event.type === "response.output_item.done") assert.ok(open.delete(event.item.id), event.item.id);
    else if (event.item_id) assert.ok(open.has(event.item_id), event.type);
  }

  assert.equal(open.size, 0);
  return events.at(-1);
}

for (const [way, path, model] of ways) {
  const client = open(path);

  define(`responses.${way}.chat`, async () => {
    const { data: made, response } = await client.responses.create({ model, input: "Describe a red mug.", instructions: "You write captions.", temperature: 0.2, metadata: { team: "a" } }).withResponse();
    assert.equal(made.object, "response");
    assert.equal(made.status, "completed");
    assert.equal(made.output_text, text);
    assert.equal(made.output[0].role, "assistant");
    assert.equal(made.usage.output_tokens, textTokens);
    assert.ok(made.usage.input_tokens > 0 && made.usage.input_tokens_details.cached_tokens > 0);
    assert.equal(made.usage.total_tokens, made.usage.input_tokens + made.usage.output_tokens);
    assert.equal(response.headers.get("x-farthing-attempts"), way === "chain" ? "2" : "1");
    assert.equal(response.headers.get("x-farthing-dropped"), null);
  });

  define(`responses.${way}.limit`, async () => {
    const made = await client.responses.create({ model, input: "Describe a red mug.", max_output_tokens: 2 });
    assert.equal(made.status, "incomplete");
    assert.equal(made.incomplete_details.reason, "max_output_tokens");
  });

  define(`responses.${way}.image`, async () => {
    const input = [{ role: "user", content: [{ type: "input_text", text: "What is this?" }, { type: "input_image", image_url: pixel, detail: "low" }] }];
    const made = await client.responses.create({ model, input });
    assert.equal(made.output_text, text);
    assert.ok(made.usage.input_tokens > 80, `a picture counts: ${made.usage.input_tokens}`);
  });

  define(`responses.${way}.stream`, async () => {
    const events = [];
    for await (const event of await client.responses.create({ model, input: "Describe a red mug.", stream: true })) events.push(event);
    const said = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta);
    assert.equal(said.join(""), text);
    assert.ok(said.length > 1, "it comes in pieces");
    const last = follow(events);
    assert.equal(last.type, "response.completed");
    assert.equal(last.response.usage.output_tokens, textTokens);
    assert.ok(last.response.usage.input_tokens_details.cached_tokens > 0);
  });

  define(`responses.${way}.stream-limit`, async () => {
    const made = await client.responses.stream({ model, input: "Describe a red mug.", max_output_tokens: 2 }).finalResponse();
    assert.equal(made.status, "incomplete");
    assert.equal(made.incomplete_details.reason, "max_output_tokens");
  });

  define(`responses.${way}.stream-helper`, async () => {
    const made = await client.responses.stream({ model, input: "Describe a red mug." }).finalResponse();
    assert.equal(made.output_text, text);
  });

  define(`responses.${way}.tools`, async () => {
    const input = [{ role: "user", content: "What is the weather in Bern?" }];
    const first = await client.responses.create({ model, input, tools: [weather] });
    const call = first.output.find((item) => item.type === "function_call");
    assert.equal(call.name, "weather");
    assert.deepEqual(JSON.parse(call.arguments), { city: "text" });
    input.push(...first.output, { type: "function_call_output", call_id: call.call_id, output: "Sunny." });
    assert.equal((await client.responses.create({ model, input, tools: [weather] })).output_text, text);
  });

  define(`responses.${way}.tools-stream`, async () => {
    const events = [];
    for await (const event of await client.responses.create({ model, input: "x", tools: [weather], tool_choice: { type: "function", name: "weather" }, stream: true })) events.push(event);
    const call = follow(events).response.output.find((item) => item.type === "function_call");
    const said = events.filter((event) => event.type === "response.function_call_arguments.delta").map((event) => event.delta).join("");
    assert.equal(said, call.arguments);
    assert.deepEqual(JSON.parse(said), { city: "text" });
    assert.equal(events.find((event) => event.type === "response.function_call_arguments.done").arguments, said);
  });

  define(`responses.${way}.structured`, async () => {
    const made = await client.responses.parse({ model, input: "Describe a red mug.", text: { format: zodTextFormat(Caption, "caption") } });
    assert.deepEqual(made.output_parsed, { title: "text", price: 1.5 });
    const streamed = await client.responses.stream({ model, input: "Describe a red mug.", text: { format: zodTextFormat(Caption, "caption") } }).finalResponse();
    assert.deepEqual(streamed.output_parsed, { title: "text", price: 1.5 });
  });
}

for (const provider of ["openai", "anthropic", "gemini"]) {
  for (const [kind, name, type, status] of [
    ["failing", "status-400", OpenAI.BadRequestError, 400],
    ["failing", "no-such-model", OpenAI.NotFoundError, 404],
    ["limited", "status-429", OpenAI.RateLimitError, 429],
    ["failing", "status-500", OpenAI.InternalServerError, 500],
    ["failing", "drop", OpenAI.InternalServerError, 502],
  ]) {
    define(`responses.errors.${provider}.${name}`, async () => {
      for (const stream of [false, true]) {
        const error = await thrown(() => open("/v1").responses.create({ model: `${kind}-${provider}/${name}`, input: "x", stream }));
        assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
        assert.equal(error.status, status);
        assert.ok(error.message.length > 0);
      }
    });
  }

  for (const name of ["cut", "malformed"]) {
    define(`responses.errors.${provider}.${name}-in-stream`, async () => {
      let said = "";
      const types = [];
      const error = await thrown(async () => {
        for await (const event of await open("/v1").responses.create({ model: `failing-${provider}/${name}`, input: "x", stream: true })) {
          types.push(event.type);
          if (event.type === "response.output_text.delta") said += event.delta;
        }
      });
      assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
      assert.match(error.message, /broke off/);
      assert.equal(error.code, "stream_interrupted");
      assert.ok(said.length > 0 && said !== text);
      assert.ok(!types.includes("response.completed"));
      assert.ok(provider === "openai" || types.at(-1) === "response.failed", types.at(-1));
      const helper = await thrown(() => open("/v1").responses.stream({ model: `failing-${provider}/${name}`, input: "x" }).finalResponse());
      assert.ok(helper instanceof OpenAI.APIError, helper.constructor.name);
    });
  }
}

define("responses.errors.elsewhere", async () => {
  for (const model of ["anthropic/claude-haiku-4-5", "gemini/gpt-4o-mini"]) {
    for (const [fields, param] of [
      [{ previous_response_id: "resp_1" }, "previous_response_id"],
      [{ conversation: "conv_1" }, "conversation"],
      [{ background: true }, "background"],
      [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
      [{ input: [{ role: "user", content: [{ type: "input_image", file_id: "file_1" }] }] }, "input[0].content[0].file_id"],
    ]) {
      const error = await thrown(() => open("/v1").responses.create({ model, input: "x", ...fields }));
      assert.ok(error instanceof OpenAI.BadRequestError, error.constructor.name);
      assert.equal(error.param, param);
    }
  }
});

define("responses.dropped", async () => {
  const { response } = await open("/v1").responses.create({ model: "anthropic/claude-haiku-4-5", input: "x", store: true, service_tier: "flex", truncation: "auto" }).withResponse();
  assert.deepEqual(response.headers.get("x-farthing-dropped").split(", ").sort(), ["service_tier", "store", "truncation"]);
});
