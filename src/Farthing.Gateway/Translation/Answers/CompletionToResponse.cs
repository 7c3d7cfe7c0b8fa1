using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>An OpenAI chat completion as a response of OpenAI's Responses; of several choices the first.</summary>
public static class CompletionToResponse
{
    /// <summary>Translates.</summary>
    /// <param name="body">The answer, UTF-8 JSON.</param>
    /// <param name="context">What came with the translated request.</param>
    /// <exception cref="AnswerUnreadableException">It is no chat completion.</exception>
    public static TranslatedAnswer Translate(ReadOnlyMemory<byte> body, AnswerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return AnswerReading.Read(body, completion => Translate(completion, context));
    }

    private static TranslatedAnswer Translate(JsonElement completion, AnswerContext context)
    {
        JsonElement choice = completion.Field("choices").Items().FirstOrDefault();
        JsonElement message = choice.Field("message");
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new AnswerUnreadableException("The provider's answer is no chat completion: it has no choice with a message.");
        }

        var form = new ResponseForm(context);
        form.Begin(completion);
        List<ResponseItem> items = [];
        var content = ChatContent.Of(message);
        AddThinking(items, content.Thought, message, form);
        AddMessage(items, content.Text, message, choice.Field("logprobs"), form);
        foreach (JsonElement call in message.Field("tool_calls").Items())
        {
            if (form.WantsSealed && CallSignature.Of(call) is { } signature)
            {
                items.Add(new ResponseItem(ResponseItemKind.Reasoning, form.OwnPart, items.Count) { Sealed = CallSignature.Seal(signature) });
            }

            JsonElement function = call.Field("function");
            var item = new ResponseItem(ResponseItemKind.Call, form.OwnPart, items.Count)
            {
                CallId = call.TextField("id") is { Length: > 0 } id ? id : $"call_{form.OwnPart}_{items.Count}",
                Name = function.TextField("name") ?? "",
            };
            item.Arguments.Append(function.TextField("arguments"));
            items.Add(item);
        }

        TokenUsage? usage = UsageJson.ReadOpenAi(completion.Field("usage"));
        (string status, string? reason) = ResponseForm.Ending(choice.TextField("finish_reason"));
        return new TranslatedAnswer(JsonForms.Write(json => form.Write(json, status, reason, items, usage)), usage);
    }

    private static void AddThinking(List<ResponseItem> items, string? thought, JsonElement message, ResponseForm form)
    {
        JsonElement blocks = message.Field("thinking_blocks");
        if (!form.TellsThinking || (string.IsNullOrEmpty(thought) && !blocks.Items().Any()))
        {
            return;
        }

        var item = new ResponseItem(ResponseItemKind.Reasoning, form.OwnPart, items.Count)
        {
            Sealed = !form.WantsSealed ? null
                : blocks.Items().Any() ? SealedThinking.Seal(JsonForms.Write(blocks.WriteTo))
                : SealedThinking.SealUnsigned(thought!),
        };
        if (form.WantsSummary && !string.IsNullOrEmpty(thought))
        {
            AddPart(item, "summary_text", thought);
        }

        items.Add(item);
    }

    /// <summary>An answer that says nothing and calls nothing is a message with an empty text.</summary>
    private static void AddMessage(List<ResponseItem> items, string? text, JsonElement message, JsonElement logprobs, ResponseForm form)
    {
        string? refusal = message.TextField("refusal");
        var item = new ResponseItem(ResponseItemKind.Message, form.OwnPart, items.Count);
        bool isAll = string.IsNullOrEmpty(refusal) && !message.Field("tool_calls").Items().Any();
        if (!string.IsNullOrEmpty(text) || isAll)
        {
            AddPart(item, "output_text", text ?? "").Take(logprobs);
        }

        if (!string.IsNullOrEmpty(refusal))
        {
            AddPart(item, "refusal", refusal);
        }

        if (item.Parts.Count > 0)
        {
            items.Add(item);
        }
    }

    private static ResponsePart AddPart(ResponseItem item, string type, string text)
    {
        var part = new ResponsePart(type);
        part.Text.Append(text);
        item.Parts.Add(part);
        return part;
    }
}
