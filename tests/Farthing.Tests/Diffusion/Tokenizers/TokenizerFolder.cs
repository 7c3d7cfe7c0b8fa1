using System.Text;
using Farthing.Diffusion.Tokenizers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers;

/// <summary>A tokenizer's directory made from the reference data, to load as it is or after spoiling a file.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    private TokenizerFolder() => Path = Directory.CreateTempSubdirectory("farthing-tokenizer-").FullName;

    public string Path { get; }

    public static TokenizerFolder Clip(string configuration = "tokenizer") =>
        new TokenizerFolder().With("clip-tokenizer", "vocab.json", "merges.txt")
            .With($"clip-tokenizer/{configuration}", "tokenizer_config.json", "special_tokens_map.json");

    public static TokenizerFolder T5() => new TokenizerFolder().With("t5-tokenizer", "spiece.model", "tokenizer_config.json");

    /// <summary>A copy of a directory of the demo model: small, so quick to load and spoil.</summary>
    public static TokenizerFolder Demo(string name)
    {
        var folder = new TokenizerFolder();
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(Golden.DemoModel, name)))
        {
            System.IO.File.Copy(file, folder.File(System.IO.Path.GetFileName(file)));
        }

        return folder;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public TokenizerFolder Write(string name, string content)
    {
        System.IO.File.WriteAllText(File(name), content, new UTF8Encoding(false));
        return this;
    }

    public TokenizerFolder Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return this;
    }

    public TokenizerFolder Edit(string name, Func<string, string> edit) =>
        Write(name, edit(System.IO.File.ReadAllText(File(name))));

    public TokenizerFolder Without(string name)
    {
        System.IO.File.Delete(File(name));
        return this;
    }

    public ITextTokenizer Load() => TokenizerDirectory.Load(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private TokenizerFolder With(string golden, params string[] names)
    {
        foreach (string name in names)
        {
            System.IO.File.Copy(Golden.PathOf(golden, name), File(name));
        }

        return this;
    }
}
