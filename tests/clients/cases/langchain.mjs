import assert from "node:assert/strict";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { define, keys, text, textTokens, thrown, url } from "../harness.mjs";

const open = (path, model, more = {}) => new ChatOpenAI({ model, apiKey: keys.good, maxRetries: 0, configuration: { baseURL: url + path }, ...more });
const ask = [new SystemMessage("You write captions."), new HumanMessage("Describe a red mug.")];
const Caption = z.object({ title: z.string(), price: z.number() });
const weather = tool(({ city }) => `Sunny in ${city}.`, { name: "weather", description: "The weather of a city.", schema: z.object({ city: z.string() }) });

const ways = [
  ["v1.openai", "/v1", "openai/gpt-4o-mini", {}],
  ["v1.anthropic", "/v1", "anthropic/claude-haiku-4-5", {}],
  ["route.openai", "/langchain", "gpt-4o-mini", {}],
  ["route-v1.openai", "/langchain/v1", "gpt-4o-mini", {}],
  ["route.anthropic", "/langchain", "anthropic/claude-haiku-4-5", {}],
  ["route.chain", "/langchain", "captions", {}],
  ["route.responses", "/langchain", "gpt-4o-mini", { useResponsesApi: true }],
  ["route.responses.anthropic", "/langchain", "anthropic/claude-haiku-4-5", { useResponsesApi: true }],
  ["route.responses.bedrock", "/langchain", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", { useResponsesApi: true }],
  ["route.responses.gemini", "/langchain", "gemini/gpt-4o-mini", { useResponsesApi: true }],
  ["route.responses.chain", "/langchain", "captions", { useResponsesApi: true }],
];

for (const [way, path, model, more] of ways) {
  define(`langchain.${way}.chat`, async () => {
    const made = await open(path, model, more).invoke(ask);
    assert.equal(made.text, text);
    assert.equal(made.usage_metadata.output_tokens, textTokens);
    assert.ok(made.usage_metadata.input_tokens > 0);
  });

  define(`langchain.${way}.stream`, async () => {
    let whole;
    for await (const chunk of await open(path, model, more).stream(ask)) whole = whole ? whole.concat(chunk) : chunk;
    assert.equal(whole.text, text);
    assert.equal(whole.usage_metadata.output_tokens, textTokens);
  });

  define(`langchain.${way}.tools`, async () => {
    const llm = open(path, model, more).bindTools([weather]);
    const messages = [new HumanMessage("What is the weather in Bern?")];
    const first = await llm.invoke(messages);
    assert.equal(first.tool_calls.length, 1);
    assert.deepEqual(first.tool_calls[0].args, { city: "text" });
    const result = await weather.invoke(first.tool_calls[0]);
    assert.ok(result instanceof ToolMessage);
    const second = await llm.invoke([...messages, first, result]);
    assert.equal(second.text, text);
  });

  for (const method of ["jsonSchema", "functionCalling"]) {
    define(`langchain.${way}.structured.${method}`, async () => {
      const made = await open(path, model, more).withStructuredOutput(Caption, { name: "caption", method }).invoke(ask);
      assert.deepEqual(made, { title: "text", price: 1.5 });
    });
  }
}

define("langchain.embeddings", async () => {
  for (const path of ["/v1", "/langchain"]) {
    const embeddings = new OpenAIEmbeddings({ model: "text-embedding-3-small", dimensions: 32, apiKey: keys.good, maxRetries: 0, configuration: { baseURL: url + path } });
    assert.equal((await embeddings.embedQuery("red mug")).length, 32);
    assert.equal((await embeddings.embedDocuments(["red mug", "blue mug"])).length, 2);
  }
});

for (const provider of ["openai", "anthropic"]) {
  for (const [name, status] of [["400", 400], ["500", 500], ["429", 429]]) {
    define(`langchain.errors.${provider}.${name}`, async () => {
      const error = await thrown(() => open("/langchain", `${name === "429" ? "limited" : "failing"}-${provider}/status-${name}`).invoke(ask));
      assert.equal(error.status ?? error.cause?.status, status, `${error.constructor.name}: ${error.message}`);
    });
  }

  define(`langchain.errors.${provider}.cut-in-stream`, async () => {
    let said = "";
    await thrown(async () => {
      for await (const chunk of await open("/langchain", `failing-${provider}/cut`).stream(ask)) said += chunk.text;
    });
    assert.ok(said.length > 0 && said !== text, said);
  });

  define(`langchain.errors.${provider}.responses`, async () => {
    const error = await thrown(() => open("/langchain", `failing-${provider}/status-500`, { useResponsesApi: true }).invoke(ask));
    assert.equal(error.status ?? error.cause?.status, 500, `${error.constructor.name}: ${error.message}`);
    let said = "";
    const cut = await thrown(async () => {
      for await (const chunk of await open("/langchain", `failing-${provider}/cut`, { useResponsesApi: true }).stream(ask)) said += chunk.text;
    });
    assert.match(cut.message, /broke off/);
    assert.ok(said.length > 0 && said !== text, said);
  });
}

define("langchain.errors.key", async () => {
  const error = await thrown(() => open("/langchain", "gpt-4o-mini", { apiKey: keys.unknown }).invoke(ask));
  assert.equal(error.status, 401);
});
