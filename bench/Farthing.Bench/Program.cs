using Farthing.Bench.Caches;
using Farthing.Bench.Embeddings;
using Farthing.Bench.Gateway;
using Farthing.Bench.Guard;
using Farthing.Bench.Int8;
using Farthing.Bench.Ledger;
using Farthing.Bench.Parts;
using Farthing.Bench.Precision;
using Farthing.Bench.Renders;

// Benchmarks are no tests: whatever they find, the exit code is 0.
switch (args)
{
    case ["renders", .. var rest]:
        if (RendersOptions.Parse(rest) is { } options)
        {
            new RendersBench(options, Console.Out).Run();
        }

        break;
    case ["precision", .. var rest]:
        if (PrecisionOptions.Parse(rest) is { } precision)
        {
            new PrecisionBench(precision, Console.Out).Run();
        }

        break;
    case ["child", var role, var folder, .. var rest]:
        await Child.RunAsync(role, folder, RendersOptions.Parse(rest)!);
        break;
    case ["guard", .. var rest]:
        GuardBench.Run(rest);
        break;
    case ["gateway", .. var rest]:
        if (GatewayBenchOptions.Parse(rest) is { } gateway)
        {
            await new GatewayBench(gateway, Console.Out).RunAsync();
        }

        break;
    case ["gateway-plain", var listen, var upstream]:
        await PlainPassThrough.RunAsync(listen, upstream);
        break;
    case ["caches", .. var rest]:
        await CachesBench.RunAsync(rest);
        break;
    case ["int8", "sdxl", .. var rest]:
        if (Int8Options.Parse(rest) is { } sdxl)
        {
            new SdxlBench(sdxl, Console.Out).Run();
        }

        break;
    case ["int8", "demo", .. var rest]:
        if (DemoOptions.Parse(rest) is { } demo)
        {
            new DemoBench(demo, Console.Out).Run();
        }

        break;
    case ["int8", "quantize-here", var folder]:
        new SdxlQuantizing(folder, Console.Out).QuantizeHere();
        break;
    case ["embeddings", .. var rest]:
        if (EmbeddingsOptions.Parse(rest) is { } embeddings)
        {
            await new EmbeddingsBench(embeddings, Console.Out).RunAsync();
        }

        break;
    case ["ledger", .. var rest]:
        if (LedgerOptions.Parse(rest) is { } ledger)
        {
            await new LedgerBench(ledger, Console.Out).RunAsync();
        }

        break;
    case ["parts", .. var rest]:
        PartsBench.Run(rest);
        break;
    default:
        Console.WriteLine(
            """
            renders [--rows N] [--rounds N] [--model DIR]   whole renders against a plain loop, and what they use
            guard [--pairs FILE] [--show N] [--kind KIND] [--lists bare|half|other|FILE] [--seed N]
                                                            the semantic cache's guard over labelled pairs: what it serves, its time
            guard --make FILE                               writes the pairs of a second shop (samples/caption-pairs/second.jsonl)
            gateway [--rounds N] [--seconds S] [--requests N] [--starts N] [--farthing FILE] [--portkey DIR]
                                                            farthing serve beside nginx, Portkey's gateway and bare Kestrel; bench/gateway.sh runs it
            caches                                          the gateway's caches: lookups, memory, hits through a server
            int8 sdxl [--latents 64,128] [--rounds N] [--profile] [--keep] [--whole] [--folder DIR]
                                                            the SDXL-sized UNet in int8 against float32
            int8 demo [--int8-model DIR] [--rounds N] [--profile]
                                                            the demo UNet in int8 against float32 and ONNX Runtime's quantizer
            precision [--rows N] [--rounds N] [--model DIR] [--int8-model DIR]
                                                            whole renders at int8 against fp32
            embeddings [--per-day N] [--exponent X] [--rows N]   the text-embedding cache
            ledger [--charges N] [--large N] [--batch N] [--events N] [--folder DIR] [--no-postgres] [--no-renders]
                                                            the ledger: ingest, single events, reports, size, against a plain table
            parts [BenchmarkDotNet's options]               single parts; '--filter *Text*' takes some of them
            """);
        break;
}
