namespace Federated.Federation.Documents;

/// <summary>Finds the name that a misspelt one was probably meant to be.</summary>
public static class NearestName
{
    private const int MinSharedPrefix = 3;

    /// <summary>The candidate nearest to <paramref name="given"/>, or null where none is near enough to be worth suggesting.</summary>
    /// <remarks>
    /// Near means: equal but for case; or one begins with the other ("cholesterol", "chol"); or at most a third of the letters, and at least one,
    /// must be changed, added, dropped or swapped with a neighbour (optimal string alignment distance). Ties go to the earlier candidate.
    /// </remarks>
    public static string? Among(IEnumerable<string> candidates, string given)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var distance = Distance(candidate.ToUpperInvariant(), given.ToUpperInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return bestDistance == int.MaxValue ? null : best;
    }

    /// <summary>What to say after an unknown word: the nearest known one, or else all of them.</summary>
    public static string Hint(string unknown, IReadOnlyCollection<string> known) =>
        Among(known, unknown) is { } near ? $"did you mean '{near}'?" : $"known here: {string.Join(", ", known)}.";

    /// <summary>Edits between the two, or <see cref="int.MaxValue"/> if they are not near.</summary>
    private static int Distance(string candidate, string given)
    {
        var edits = Alignment(candidate, given);
        if (edits <= Math.Max(1, Math.Min(candidate.Length, given.Length) / 3))
        {
            return edits;
        }

        var isPrefix =
            Math.Min(candidate.Length, given.Length) >= MinSharedPrefix
            && (candidate.StartsWith(given, StringComparison.Ordinal) || given.StartsWith(candidate, StringComparison.Ordinal));
        return isPrefix ? edits : int.MaxValue;
    }

    private static int Alignment(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
