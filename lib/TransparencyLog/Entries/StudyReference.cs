using Federated.Federation;

namespace Federated.TransparencyLog.Entries;

/// <summary>Of which study an entry is.</summary>
/// <param name="Name">The plan's name, 1 to 100 characters without control characters. For people: two plans may have one name.</param>
/// <param name="Plan">The plan's hash, which is the study.</param>
public sealed record StudyReference(string Name, Digest Plan)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MostLength = 100;

    /// <summary>Why this is no study's name, or null.</summary>
    internal static string? Fault(string name) =>
        name.Length is >= 1 and <= MostLength && !name.Any(char.IsControl) && StrictUtf8.TryCount(name, out _)
            ? null
            : $"expected 1 to {MostLength} characters without control characters.";
}
