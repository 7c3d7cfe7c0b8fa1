using System.Text.Json.Nodes;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

/// <summary>
/// The rules of a response's stream, followed as a client follows it: numbers without gaps, items and parts that begin before they go on and
/// end once, pieces that add up to what their ends say, and ends that add up to the last event.
/// </summary>
internal static class ResponseGrammar
{
    public static void Check(IReadOnlyList<(string Type, string Data)> events)
    {
        List<JsonObject> all = [.. events.Select(static one => JsonNode.Parse(one.Data)!.AsObject())];
        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(static data => data["sequence_number"]!.GetValue<int>()));
        Assert.Equal(events.Select(static one => one.Type), all.Select(static data => data["type"]!.GetValue<string>()));
        Assert.Equal(["response.created", "response.in_progress"], events.Take(2).Select(static one => one.Type));
        Assert.Contains(events[^1].Type, (string[])["response.completed", "response.incomplete"]);

        List<JsonNode> done = [];
        JsonObject? item = null;
        string said = "";
        int parts = 0;
        bool isPartOpen = false;
        foreach (JsonObject data in all.Skip(2).SkipLast(1))
        {
            string type = data["type"]!.GetValue<string>();
            Assert.Equal(done.Count, data["output_index"]!.GetValue<int>());
            if (type == "response.output_item.added")
            {
                Assert.Null(item);
                (item, said, parts) = (data["item"]!.AsObject(), "", 0);
                Assert.Equal("in_progress", item["status"]?.GetValue<string>() ?? "in_progress");
                continue;
            }

            Assert.NotNull(item);
            if (type == "response.output_item.done")
            {
                Assert.False(isPartOpen);
                Assert.Equal(item["id"]!.GetValue<string>(), data["item"]!["id"]!.GetValue<string>());
                done.Add(data["item"]!);
                item = null;
                continue;
            }

            Assert.Equal(item["id"]!.GetValue<string>(), data["item_id"]!.GetValue<string>());
            int? part = (data["content_index"] ?? data["summary_index"])?.GetValue<int>();
            if (type.EndsWith("part.added", StringComparison.Ordinal))
            {
                Assert.False(isPartOpen);
                (isPartOpen, said) = (true, "");
                Assert.Equal(parts, part);
            }
            else if (type.EndsWith("part.done", StringComparison.Ordinal))
            {
                Assert.True(isPartOpen);
                (isPartOpen, parts) = (false, parts + 1);
            }
            else if (type.EndsWith(".delta", StringComparison.Ordinal))
            {
                said += data["delta"]!.GetValue<string>();
            }
            else
            {
                Assert.EndsWith(".done", type, StringComparison.Ordinal);
                string whole = (data["text"] ?? data["refusal"] ?? data["arguments"])!.GetValue<string>();
                Assert.Equal(string.IsNullOrWhiteSpace(said) && data["arguments"] is not null ? "{}" : said, whole);
            }
        }

        Assert.Null(item);
        Equal(new JsonArray([.. done.Select(static one => one.DeepClone())]).ToJsonString(), Utf8(all[^1]["response"]!["output"]!.ToJsonString()));
    }
}
