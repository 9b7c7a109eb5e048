namespace Federated.Hosting;

/// <summary>Where a member's protocol keys lie.</summary>
/// <param name="Key">The private halves, mode 0600.</param>
/// <param name="Credential">The root's word that the public halves are this member's.</param>
public sealed record ProtocolFiles(string Key, string Credential)
{
    /// <summary>Where <c>fed pki</c> puts them: beside the certificate, under its name.</summary>
    /// <param name="certificate">Path of the certificate.</param>
    public static ProtocolFiles Beside(string certificate) =>
        new(Path.ChangeExtension(certificate, ".protocol.key"), Path.ChangeExtension(certificate, ".credential.json"));
}

/// <summary>The <c>protocol</c> part of a configuration. Relative paths are relative to the configuration file.</summary>
public sealed class ProtocolOptions
{
    /// <summary>The protocol keys, mode 0600; by default beside the certificate, its extension replaced by <c>.protocol.key</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>The credential over them; by default beside the certificate, its extension replaced by <c>.credential.json</c>.</summary>
    public string Credential { get; set; } = "";

    /// <summary>The files, made absolute.</summary>
    /// <param name="folder">Folder of the configuration file.</param>
    /// <param name="tls">Whose certificate they lie beside where nothing else is said.</param>
    public ProtocolFiles In(string folder, TlsFiles tls)
    {
        var beside = ProtocolFiles.Beside(tls.Certificate);
        return new ProtocolFiles(
            Key.Length == 0 ? beside.Key : Path.GetFullPath(Key, folder),
            Credential.Length == 0 ? beside.Credential : Path.GetFullPath(Credential, folder)
        );
    }
}
