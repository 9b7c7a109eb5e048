namespace Federated.Audit;

/// <summary>The files that are audited, from wherever they lie. What it gives is trusted in nothing; not changed while it is read.</summary>
/// <param name="names">Every file of the folder and of folders in it, with '/' between their parts. Asked once, at the end.</param>
/// <param name="read">A file's bytes by that name; null if there is none.</param>
public sealed class LogFolder(Func<IEnumerable<string>> names, Func<string, byte[]?> read)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A file's bytes; null if there is none. Whoever asks looks at every byte of it.</summary>
    internal byte[]? Read(string name)
    {
        _asked.Add(name);
        return read(name);
    }

    /// <summary>A file that nobody asked for, and so nobody vouches for; null if there is none.</summary>
    internal string? Unasked() => names().Order(StringComparer.Ordinal).FirstOrDefault(name => !_asked.Contains(name));
}
