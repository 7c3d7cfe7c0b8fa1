using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Farthing.Gateway.Keys;

namespace Farthing.Bench.Gateway;

/// <summary>What is loaded: a name, where it listens, and its process.</summary>
internal sealed record BenchSide(string Name, Uri Address, BenchProcess Process);

/// <summary>The folder of a run: the upstream's and the sides' configurations and data, and the request that all get.</summary>
internal sealed class BenchSite : IDisposable
{
    /// <summary>About 200 bytes.</summary>
    public const string Body =
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\"You write captions of product pictures.\"},{\"role\":\"user\",\"content\":\"A red ceramic mug on an oak table, soft light.\"}],\"max_tokens\":64}";

    private const string ClientKey = "fk-the-key-of-the-bench-0123456789";
    private const string Answer =
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1767225600,\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"A red ceramic mug stands on a pale oak table, lit softly from the left.\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":38,\"completion_tokens\":26,\"total_tokens\":64}}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("farthing-gateway-bench-");
    private readonly List<BenchProcess> _processes = [];
    private readonly HttpClient _http = new();

    /// <summary>Makes the folder and starts the upstream.</summary>
    public BenchSite()
    {
        Upstream = FreeAddress();
        Nginx("upstream", 1, $"server {{ listen {Upstream.Authority}; default_type application/json; location / {{ return 200 '{Answer}'; }} }}");
        Script = Path.Combine(_folder.FullName, "post.lua");
        File.WriteAllText(Script, $"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["Authorization"] = "Bearer {ClientKey}"
            wrk.headers["x-portkey-provider"] = "openai"
            wrk.headers["x-portkey-custom-host"] = "{Upstream.AbsoluteUri}v1"
            wrk.body = [[{Body}]]
            """);
    }

    /// <summary>nginx with a fixed answer.</summary>
    public Uri Upstream { get; }

    /// <summary>wrk's script with the request.</summary>
    public string Script { get; }

    /// <summary>nginx as a plain reverse proxy: the floor.</summary>
    public BenchSide NginxProxy()
    {
        Uri address = FreeAddress();
        BenchProcess process = Nginx("proxy", Environment.ProcessorCount, $$"""
            upstream up { server {{Upstream.Authority}}; keepalive 64; keepalive_requests 1000000000; }
            server { listen {{address.Authority}}; location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; } }
            """);
        return new BenchSide("nginx", address, process);
    }

    /// <summary>The least that Kestrel and HttpClient do.</summary>
    public BenchSide Plain()
    {
        Uri address = FreeAddress();
        ProcessStartInfo start = SelfProcess.Child(["gateway-plain", address.Authority, Upstream.AbsoluteUri]);
        return new BenchSide("Kestrel and HttpClient", address, Run(start));
    }

    /// <summary>Portkey's gateway.</summary>
    public BenchSide Portkey(string folder)
    {
        Uri address = FreeAddress();
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "build", "start-server.js"), $"--port={address.Port}", "--headless"]);
        return new BenchSide("Portkey", address, Run(start));
    }

    /// <summary><c>farthing serve</c>.</summary>
    /// <param name="setup">How it is set up.</param>
    /// <param name="executable">The program; null for the one that was built with the bench.</param>
    /// <param name="data">The data folder's name, so that a later start can have the same.</param>
    public BenchSide Farthing(FarthingSetup setup, string? executable, string data)
    {
        Uri address = FreeAddress();
        string folder = Path.Combine(_folder.FullName, data);
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "gateway.yaml");
        File.WriteAllText(configuration, setup.Yaml
            .Replace("UPSTREAM", Upstream.AbsoluteUri + "v1", StringComparison.Ordinal)
            .Replace("CLIENTHASH", "sha256:" + ClientKeys.HashOf(ClientKey), StringComparison.Ordinal));
        string[] arguments = ["serve", "--config", configuration, "--listen", address.Authority, "--data", folder];
        var start = executable is null
            ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "farthing.dll"), .. arguments])
            : new ProcessStartInfo(executable, arguments);
        start.Environment["BENCH_PROVIDER_KEY"] = "sk-of-the-bench";
        foreach (var (name, value) in setup.Environment)
        {
            start.Environment[name] = value;
        }

        return new BenchSide(setup.Name, address, Run(start));
    }

    /// <summary>Waits for the first good answer; how long it took.</summary>
    public async Task<TimeSpan> FirstAnswerAsync(BenchSide side)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1) && !side.Process.HasEnded)
        {
            try
            {
                using HttpResponseMessage answer = await AskAsync(side);
                if (answer.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(start);
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(2);
        }

        throw new InvalidOperationException($"{side.Name} does not answer: {side.Process.LastWords}");
    }

    /// <summary>Ends a side's process.</summary>
    public void End(BenchSide side)
    {
        side.Process.Dispose();
        _processes.Remove(side.Process);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _processes.ForEach(static process => process.Dispose());
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<HttpResponseMessage> AskAsync(BenchSide side)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(side)) { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ClientKey);
        request.Headers.TryAddWithoutValidation("x-portkey-provider", "openai");
        request.Headers.TryAddWithoutValidation("x-portkey-custom-host", Upstream.AbsoluteUri + "v1");
        return await _http.SendAsync(request);
    }

    /// <summary>What is loaded.</summary>
    public static Uri Address(BenchSide side) => new(side.Address, "/v1/chat/completions");

    private BenchProcess Nginx(string name, int workers, string http)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        string file = Path.Combine(folder, "nginx.conf");
        string temporary = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder}/{kind}; "));
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            worker_processes {{workers}};
            daemon off;
            pid {{folder}}/pid;
            error_log {{folder}}/errors;
            events { worker_connections 1024; }
            http { access_log off; keepalive_requests 1000000000; {{temporary}} {{http}} }
            """));
        return Run(new ProcessStartInfo("nginx", ["-c", file]));
    }

    private BenchProcess Run(ProcessStartInfo start)
    {
        BenchProcess process = BenchProcess.Start(start);
        _processes.Add(process);
        return process;
    }

    private static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://{probe.LocalEndpoint}");
    }
}
