using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Farthing.Bench.Gateway;

/// <summary>The least that passes a call on with Kestrel and HttpClient: no key, no books, no look at the body.</summary>
internal static class PlainPassThrough
{
    public static async Task RunAsync(string listen, string upstream)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        var target = new Uri(new Uri(upstream), "v1/chat/completions");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(listen)));
        await using WebApplication application = builder.Build();
        application.Run(async context =>
        {
            using var body = new StreamContent(context.Request.Body);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            body.Headers.ContentLength = context.Request.ContentLength;
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = body };
            using HttpResponseMessage response = await http.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = response.Content.Headers.ContentLength;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await application.RunAsync();
    }
}
