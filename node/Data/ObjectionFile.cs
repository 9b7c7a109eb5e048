using System.Collections.Frozen;
using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Node.Data;

/// <summary>
/// The hospital's list of patients who object, looked at before every attempt and every scoring. While it cannot be read nothing may be done with any
/// patient. Thread-safe.
/// </summary>
/// <param name="path">The file, absolute; null where the hospital keeps no list: then nobody objects.</param>
/// <param name="table">Among whom they are looked for.</param>
internal sealed class ObjectionFile(string? path, CohortTable table)
{
    /// <summary>More than a million keys.</summary>
    private const int MostBytes = 32 << 20;

    private readonly Lock _lock = new();
    private readonly List<string> _warnings = []; // guarded by _lock; of lists that nobody was told about yet
    private Digest? _content; // guarded by _lock; of the list that _patients is from
    private FrozenSet<PatientDigest> _patients = []; // guarded by _lock

    /// <summary>The file, or null.</summary>
    internal string? Path => path;

    /// <summary>Who objects now. The same set, by reference, while the file stays as it is.</summary>
    /// <exception cref="OperatorException">The list cannot be read, or has faults.</exception>
    internal FrozenSet<PatientDigest> Current()
    {
        if (path is null)
        {
            return FrozenSet<PatientDigest>.Empty;
        }

        lock (_lock)
        {
            // By content: copies keep a file's time, and a list of one more and one less its length. What is costly is to understand it.
            var bytes = TextFiles.ReadBytes(path, MostBytes);
            if (Digest.Of(bytes) is var content && content != _content)
            {
                (_patients, _content) = (UnderstandUnderLock(bytes), content);
            }

            return _patients;
        }
    }

    /// <summary>What an operator should look at in the lists that were read since the last call.</summary>
    internal IReadOnlyList<string> TakeWarnings()
    {
        lock (_lock)
        {
            string[] warnings = [.. _warnings];
            _warnings.Clear();
            return warnings;
        }
    }

    private FrozenSet<PatientDigest> UnderstandUnderLock(byte[] bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
        switch (ObjectionList.Read(text, path!, table))
        {
            case ObjectionResult.Read read:
                _warnings.AddRange(read.Warnings.Select(warning => warning.ToString()));
                return read.Patients;
            case ObjectionResult.Rejected rejected:
                throw new OperatorException(
                    $"Objection list {path} cannot be used:\n{rejected.Faults}",
                    "mend it: until then no patient is used at all"
                );
            default:
                throw new InvalidOperationException("A list is read or rejected.");
        }
    }
}
