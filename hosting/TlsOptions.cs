namespace Federated.Hosting;

/// <summary>The <c>tls</c> part of a configuration. Relative paths are relative to the configuration file.</summary>
public sealed class TlsOptions
{
    /// <summary>The consortium's root certificate, PEM.</summary>
    public string Root { get; set; } = "";

    /// <summary>This process's certificate, PEM.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Its private key, PEM, mode 0600.</summary>
    public string Key { get; set; } = "";

    /// <summary>The consortium's revocation list; empty for none. Read again whenever the file changes.</summary>
    public string Revocations { get; set; } = "";

    /// <summary>Missing paths.</summary>
    public IEnumerable<string> Faults(string section)
    {
        foreach (var (name, value) in new[] { ("root", Root), ("certificate", Certificate), ("key", Key) })
        {
            if (value.Length == 0)
            {
                yield return $"{section}.tls.{name} is missing; it is the path of a PEM file.";
            }
        }
    }

    /// <summary>The files, made absolute.</summary>
    /// <param name="folder">Folder of the configuration file.</param>
    public TlsFiles In(string folder) =>
        new()
        {
            Root = Path.GetFullPath(Root, folder),
            Certificate = Path.GetFullPath(Certificate, folder),
            Key = Path.GetFullPath(Key, folder),
            Revocations = Revocations.Length == 0 ? null : Path.GetFullPath(Revocations, folder),
        };
}
