import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { define, keys, thrown, url } from "../harness.mjs";

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: keys.good, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey: keys.good, maxRetries: 0 });
const ask = [{ role: "user", content: "red ceramic mug on a wooden table" }];

for (const model of ["farthing/template", "never-fails"]) {
  define(`template.${model}.chat`, async () => {
    const { data, response } = await openai.chat.completions.create({ model, messages: ask, n: 2 }).withResponse();
    assert.equal(data.choices.length, 2);
    assert.match(data.choices[0].message.content, /mug/);
    assert.ok(data.usage.completion_tokens > 0 && data.usage.prompt_tokens > 0);
    assert.equal(response.headers.get("x-farthing-provider"), "farthing");
    assert.equal(Number(response.headers.get("x-farthing-cost-usd")), 0);
  });

  define(`template.${model}.stream`, async () => {
    const whole = (await openai.chat.completions.create({ model, messages: ask })).choices[0].message.content;
    let said = "", finish, usage;
    for await (const chunk of await openai.chat.completions.create({ model, messages: ask, stream: true, stream_options: { include_usage: true } })) {
      said += chunk.choices[0]?.delta?.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }

    assert.equal(said, whole);
    assert.equal(finish, "stop");
    assert.ok(usage.completion_tokens > 0);
  });

  define(`template.${model}.json`, async () => {
    const Caption = z.object({ caption: z.string(), scene: z.string() });
    const made = await openai.chat.completions.parse({ model, messages: ask, response_format: zodResponseFormat(Caption, "caption") });
    assert.match(made.choices[0].message.parsed.caption, /mug/);
    assert.doesNotMatch(made.choices[0].message.parsed.scene, /mug/);
  });

  define(`template.${model}.responses`, async () => {
    const wanted = model === "never-fails" ? "farthing/template" : model;
    const whole = await openai.responses.create({ model: wanted, input: ask[0].content });
    assert.match(whole.output_text, /mug/);
    const streamed = await openai.responses.stream({ model: wanted, input: ask }).finalResponse();
    assert.equal(streamed.output_text, whole.output_text);
  });

  define(`template.${model}.messages`, async () => {
    const whole = await anthropic.messages.create({ model, max_tokens: 200, messages: ask });
    assert.match(whole.content[0].text, /mug/);
    assert.equal(whole.stop_reason, "end_turn");
    const streamed = await anthropic.messages.stream({ model, max_tokens: 200, messages: ask }).finalMessage();
    assert.equal(streamed.content[0].text, whole.content[0].text);
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
    const short = await anthropic.messages.create({ model, max_tokens: 3, messages: ask });
    assert.equal(short.stop_reason, "max_tokens");
  });
}

define("template.errors", async () => {
  assert.ok(await thrown(() => openai.chat.completions.create({ model: "farthing/other", messages: ask })) instanceof OpenAI.NotFoundError);
  assert.ok(await thrown(() => openai.chat.completions.create({ model: "farthing/template", messages: [] })) instanceof OpenAI.BadRequestError);
  const schema = z.object({ price: z.number() });
  assert.ok(await thrown(() => openai.chat.completions.create({ model: "farthing/template", messages: ask, response_format: zodResponseFormat(schema, "x") })) instanceof OpenAI.BadRequestError);
});
