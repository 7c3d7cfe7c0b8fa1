using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Farthing.Serving.Usage;

/// <summary>Reads a body up to a limit, unpacked where it is packed. What is beyond the limit is read past and kept nowhere.</summary>
internal static class BoundedBody
{
    // A sender that is still writing would not read why it is refused, so it may go on for so many times the limit.
    private const int Patience = 16;

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageFormatException">It is too long, or packed in a way that is not known.</exception>
    /// <exception cref="BadHttpRequestException">It is far too long, too slow, or ends too early.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxMiB, CancellationToken stop)
    {
        int max = maxMiB * 1024 * 1024;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = (long)max * Patience;
        }

        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
        {
            await using var tail = new GzipTail(request.Body);
            await using var unpacked = new GZipStream(tail, CompressionMode.Decompress);
            try
            {
                var body = await ReadAsync(unpacked, request.Body, max, maxMiB, stop);
                return tail.IsEndOf(body.Length) ? body : throw Broken();
            }
            catch (InvalidDataException)
            {
                throw Broken();
            }
        }

        return encoding.Length is 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? await ReadAsync(request.Body, request.Body, max, maxMiB, stop)
            : throw new UsageFormatException("bad_media_type", $"The content-encoding '{EventData.Short(encoding)}' is not taken: send gzip, or the body as it is.");
    }

    private static UsageFormatException Broken() =>
        new("bad_encoding", "The body is no gzip, or was damaged or cut off on its way. Send it again, in one gzip member; nothing of it was booked.");

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, Stream sent, int max, int maxMiB, CancellationToken stop)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var kept = new ArrayBufferWriter<byte>(block.Length);
            int read;
            while ((read = await stream.ReadAsync(block, stop)) > 0)
            {
                if (kept.WrittenCount + read > max)
                {
                    kept = null;
                    while (await sent.ReadAsync(block, stop) > 0)
                    {
                        // Read past.
                    }

                    throw new UsageFormatException("too_large", $"The body is larger than {maxMiB} MiB (usage.max_body_mb). Send it in parts; nothing of it was booked.");
                }

                kept.Write(block.AsSpan(0, read));
            }

            return kept.WrittenMemory;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
