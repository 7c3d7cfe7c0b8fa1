using Farthing.Gateway.Bedrock;

namespace Farthing.Gateway.Configuration;

/// <summary><c>keys: [{value, secret, session_token, weight, name, models}]</c> of a provider.</summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="warnings">Gets what a person should change.</param>
internal sealed class ProviderKeysSection(Func<string, string?> variable, List<GatewayConfigurationError> warnings)
{
    /// <summary>Reads the keys of a provider.</summary>
    /// <param name="map">The provider.</param>
    /// <param name="provider">Its name.</param>
    /// <param name="isAws">Whether its requests are signed for AWS.</param>
    public List<KeyOptions> Read(YamlMap map, string provider, bool isAws)
    {
        List<KeyOptions> keys = [];
        foreach (var row in map.Maps("keys", "a key", "{value: env.KEY, weight: 1.0}"))
        {
            var before = row.Faults;
            var written = row.Required("value", "write value: env.NAME to read an environment variable.");
            var secret = ReadSecret(row, "value", written);
            var (part, token) = isAws ? (ReadOther(row, "secret"), ReadOther(row, "session_token")) : (null, null);
            var weight = row.Number("weight", 0, 1000, 1);
            if (weight <= 0)
            {
                row.Refuse("weight", "'weight' in a key must be above 0: remove the key instead.");
            }

            var name = row.Text("name") ?? (WrittenVariable.IsOne(written, out var named) && named.Length > 0 ? named : $"key-{keys.Count + 1}");
            if (name.Length > ProvidersSection.MaxName || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            {
                row.Refuse("name", $"'{name}' is no name of a key: write 1 to {ProvidersSection.MaxName} ASCII letters, digits, '-', '_' and '.'.");
            }

            if (keys.Exists(key => key.Id == name))
            {
                row.Refuse("name", $"the provider '{provider}' has two keys '{name}': give each its own 'name'.");
            }

            if (token is not null && part is null)
            {
                row.Refuse("session_token", "a 'session_token' needs the 'secret' of its key beside it.");
            }

            var models = row.Texts("models");
            row.RefuseOthers();
            if (row.Faults == before)
            {
                keys.Add(new KeyOptions(name, secret!) { Weight = weight, Models = models, Aws = part is null ? null : new AwsKey(secret!, part, token) });
            }
        }

        return keys;
    }

    private Secret? ReadOther(YamlMap row, string field) => row.Has(field) ? ReadSecret(row, field, row.Required(field, "write env.NAME to read an environment variable.")) : null;

    private Secret? ReadSecret(YamlMap row, string field, string written)
    {
        if (!WrittenVariable.IsOne(written, out var name))
        {
            if (WrittenVariable.Meant(written) is { } meant)
            {
                row.Refuse(field, $"'{written}' would be the key itself: write {meant} to read the environment variable.");
            }
            else if (written.Length > 0)
            {
                warnings.Add(new GatewayConfigurationError(row.Line, "a key stands in the file itself. Better write value: env.NAME, and keep the key in the environment."));
                return Checked(row, field, written, "the value");
            }

            return null;
        }

        var found = name.Length > 0 ? variable(name) : null;
        if (found is { Length: > 0 } text)
        {
            return Checked(row, field, text, $"the environment variable '{name}'");
        }

        row.Refuse(field, $"{WrittenVariable.Fault(name, found)}: set it to the key, or remove this key.");
        return null;
    }

    /// <summary>A key with a line break in it could add headers to a request.</summary>
    private static Secret? Checked(YamlMap row, string field, string text, string where)
    {
        if (text.All(static c => c is > ' ' and <= '~'))
        {
            return new Secret(text);
        }

        row.Refuse(field, $"{where} holds no key: it has a blank, a line break or a character outside ASCII.");
        return null;
    }
}
