import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { define, keys, text, textTokens, thrown, url } from "../harness.mjs";

const open = (path) => new OpenAI({ baseURL: url + path, apiKey: keys.good, maxRetries: 0 });
const weather = { type: "function", name: "weather", description: "The weather of a city.", strict: true, parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false } };
const Caption = z.object({ title: z.string(), price: z.number() });

for (const [way, path, model] of [["v1", "/v1", "openai/gpt-4o-mini"], ["route", "/openai", "gpt-4o-mini"]]) {
  const client = open(path);

  define(`responses.${way}.chat`, async () => {
    const made = await client.responses.create({ model, input: "Describe a red mug.", instructions: "You write captions." });
    assert.equal(made.object, "response");
    assert.equal(made.status, "completed");
    assert.equal(made.output_text, text);
    assert.equal(made.usage.output_tokens, textTokens);
    assert.ok(made.usage.input_tokens > 0);
  });

  define(`responses.${way}.limit`, async () => {
    const made = await client.responses.create({ model, input: "Describe a red mug.", max_output_tokens: 2 });
    assert.equal(made.status, "incomplete");
    assert.equal(made.incomplete_details.reason, "max_output_tokens");
  });

  define(`responses.${way}.stream`, async () => {
    let said = "", last;
    for await (const event of await client.responses.create({ model, input: "Describe a red mug.", stream: true })) {
      if (event.type === "response.output_text.delta") said += event.delta;
      last = event;
    }

    assert.equal(said, text);
    assert.equal(last.type, "response.completed");
    assert.equal(last.response.usage.output_tokens, textTokens);
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

  define(`responses.${way}.structured`, async () => {
    const made = await client.responses.parse({ model, input: "Describe a red mug.", text: { format: zodTextFormat(Caption, "caption") } });
    assert.deepEqual(made.output_parsed, { title: "text", price: 1.5 });
  });
}

define("responses.errors", async () => {
  for (const [model, type] of [["status-400", OpenAI.BadRequestError], ["no-such-model", OpenAI.NotFoundError], ["status-500", OpenAI.InternalServerError]]) {
    const error = await thrown(() => open("/v1").responses.create({ model: `failing-openai/${model}`, input: "x" }));
    assert.ok(error instanceof type, `${model}: ${error.constructor.name}`);
  }
});

define("responses.errors.cut-in-stream", async () => {
  let said = "";
  const error = await thrown(async () => {
    for await (const event of await open("/v1").responses.create({ model: "failing-openai/cut", input: "x", stream: true })) {
      if (event.type === "error") throw new Error(event.message);
      if (event.type === "response.output_text.delta") said += event.delta;
    }
  });
  assert.match(error.message, /broke off/);
  assert.ok(said.length > 0 && said !== text);
});

define("responses.errors.elsewhere", async () => {
  const error = await thrown(() => open("/v1").responses.create({ model: "anthropic/claude-haiku-4-5", input: "x" }));
  assert.ok(error instanceof OpenAI.BadRequestError, error.constructor.name);
  assert.equal(error.code, "shape_not_available");
});
