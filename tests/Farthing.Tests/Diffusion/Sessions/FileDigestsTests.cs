using System.Security.Cryptography;
using Farthing.Diffusion.Sessions;

namespace Farthing.Tests.Diffusion.Sessions;

public sealed class FileDigestsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-digests-").FullName;

    [Fact]
    public void Reads_a_file_once_by_whichever_path_it_is_named()
    {
        string file = Path.Combine(_folder, "model.onnx");
        File.WriteAllText(file, "first");
        var digests = new FileDigests();

        Assert.Equal(SHA256.HashData("first"u8), digests.Of(file));

        File.WriteAllText(file, "second");
        Assert.Equal(SHA256.HashData("first"u8), digests.Of(Path.Combine(_folder, ".", "model.onnx")));
        Assert.Equal(SHA256.HashData("second"u8), new FileDigests().Of(file));
    }

    [Fact]
    public void A_hash_over_known_files_is_the_hash_over_read_ones()
    {
        File.WriteAllText(Path.Combine(_folder, "model.onnx"), "a");
        File.WriteAllText(Path.Combine(_folder, "weights.bin"), "b");
        var digests = new FileDigests();

        string first = ModelHash.Compute(_folder, digests);

        Assert.Equal(first, ModelHash.Compute(_folder, digests));
        Assert.Equal(first, ModelHash.Compute(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
