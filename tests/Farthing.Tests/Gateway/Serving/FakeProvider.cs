using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>A provider in this process: it answers what the test scripts, in order, then its usual answer, and keeps what it was sent.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ChatAnswer =
        """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"A mug."},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":27,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3}}}""";

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = [];

    private FakeProvider(WebApplication server) => _server = server;

    public ConcurrentQueue<Received> Requests { get; } = [];

    public string Url => _server.Urls.First() + "/v1";

    /// <summary>What it answers when the script is at its end.</summary>
    public Func<HttpContext, Task> Usual { get; set; } = Json(200, ChatAnswer);

    internal sealed record Received(string Path, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public string? Key => Headers.TryGetValue("Authorization", out string? bearer) ? bearer["Bearer ".Length..] : Headers.GetValueOrDefault("x-api-key");
    }

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication server = builder.Build();
        var provider = new FakeProvider(server);
        server.Run(provider.HandleAsync);
        await server.StartAsync();
        return provider;
    }

    public FakeProvider Then(Func<HttpContext, Task> answer, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _script.Enqueue(answer);
        }

        return this;
    }

    public static Func<HttpContext, Task> Json(int status, string body, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(body);
    };

    /// <summary>Events one by one; where it is cut, the connection breaks after them.</summary>
    public static Func<HttpContext, Task> Events(bool cut, params string[] events) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        await context.Response.StartAsync();
        foreach (string text in events)
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
        }

        if (cut)
        {
            context.Abort();
        }
    };

    /// <summary>Events, then silence until the caller goes away.</summary>
    public static Func<HttpContext, Task> Hang(TaskCompletionSource left, params string[] events) => async context =>
    {
        if (events.Length > 0)
        {
            await Events(cut: false, events)(context);
        }

        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            left.TrySetResult();
        }
    };

    public static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        Requests.Enqueue(new Received(
            context.Request.Path,
            body,
            context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        await (_script.TryDequeue(out var answer) ? answer : Usual)(context);
    }
}
