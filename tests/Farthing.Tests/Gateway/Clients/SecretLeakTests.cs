using System.Net.Http.Headers;
using System.Text;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>No secret shows in anything that the gateway says, writes or keeps. The rig looks once more when all tests here are done.</summary>
[Collection(ClientsGroup.Name)]
public sealed class SecretLeakTests(ClientsRig rig)
{
    private static readonly (string Path, string Body)[] Calls =
    [
        .. Models("openai").Concat(Models("anthropic")).Concat(Models("bedrock")).SelectMany(static model => new[] { Chat(model), Chat(model, ",\"stream\":true"), Message(model), Message(model, ",\"stream\":true") }),
        Chat("captions"), Chat("never-fails"), Chat("farthing/template"), Chat("captions", ",\"stream\":true"), Message("messages"), Chat("nobody/nothing"), Chat("openai/gpt-4o-mini", ",\"fallbacks\":[\"nobody/x\"]"),
        ("/v1/embeddings", """{"model":"openai/text-embedding-3-small","input":"a red mug"}"""),
        ("/v1/responses", """{"model":"openai/gpt-4o-mini","input":"a red mug"}"""),
        ("/v1/chat/completions", "no JSON"),
        ("/openai/nothing", "{}"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_a_header_a_body_a_log_the_journal_or_the_ledger()
    {
        var secrets = ClientsRig.Secrets;
        using var http = new HttpClient { BaseAddress = rig.Address };
        int seen = 0;
        foreach (var (path, body) in Calls)
        {
            foreach (string key in (string[])[secrets["FARTHING_KEY"], secrets["FARTHING_NARROW_KEY"], "fk-unknown-8c7b6a", secrets["SIM_OPENAI_KEY"]])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                request.Headers.Add("x-farthing-tags", "team=a");
                seen += await SearchAsync(http, request, $"{path} {body}");
            }
        }

        foreach (string path in (string[])["/health", "/ready", "/metrics", "/v1/models", "/v1/models/captions", "/anthropic/v1/models", "/"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("x-api-key", secrets["FARTHING_KEY"]);
            seen += await SearchAsync(http, request, path);
        }

        Assert.True(seen > 100_000, $"{seen} bytes of answers are too few to say something");
        await BookedAsync();
        SecretSearch.AssertNone(secrets.Values, "the log", Encoding.UTF8.GetBytes(rig.Said));
        SecretSearch.AssertNoneIn(secrets.Values, rig.Data);
        Assert.Contains("client 'team-a'", rig.Said, StringComparison.Ordinal);
        Assert.True(SecretSearch.AnyIn(rig.Data, "team-a"), "a search of the files finds what they hold");
    }

    private static async Task<int> SearchAsync(HttpClient http, HttpRequestMessage request, string what)
    {
        using HttpResponseMessage response = await http.SendAsync(request, Stop);
        string said = $"{response}\n{await response.Content.ReadAsStringAsync(Stop)}";
        SecretSearch.AssertNone(ClientsRig.Secrets.Values, $"the answer to {what}", Encoding.UTF8.GetBytes(said));
        return said.Length;
    }

    /// <summary>Attempts are posted behind the calls; waits until the ledger has one.</summary>
    private async Task BookedAsync()
    {
        for (int i = 0; i < 200 && !SecretSearch.AnyIn(rig.Data, "team=a"); i++)
        {
            await Task.Delay(50, Stop);
        }
    }

    private static string[] Models(string provider) =>
    [
        provider switch { "openai" => "openai/gpt-4o-mini", "anthropic" => "anthropic/claude-haiku-4-5", _ => "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0" },
        .. ((string[])["status-400", "status-500", "cut", "drop", "malformed", "no-such-model"]).Select(model => $"failing-{provider}/{model}"),
        $"limited-{provider}/status-429",
        $"refused-{provider}/gpt-4o-mini",
    ];

    private static (string, string) Chat(string model, string more = "") =>
        ("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Describe a red mug."}]{{more}}}""");

    private static (string, string) Message(string model, string more = "") =>
        ("/v1/messages", $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Describe a red mug."}]{{more}}}""");
}
