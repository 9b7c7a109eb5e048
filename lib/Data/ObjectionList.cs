using System.Collections.Frozen;
using System.Text;

namespace Federated.Data;

/// <summary>What came of reading an objection list.</summary>
public abstract record ObjectionResult
{
    private ObjectionResult() { }

    /// <summary>Every line was understood.</summary>
    /// <param name="Patients">Who of the data file objects.</param>
    /// <param name="Warnings">What the operator should look at; counts only, never a key.</param>
    public sealed record Read(FrozenSet<PatientDigest> Patients, IReadOnlyList<DataWarning> Warnings) : ObjectionResult;

    /// <summary>Nothing may be done with any patient: the line that cannot be read may be anybody's objection.</summary>
    public sealed record Rejected(DataFaults Faults) : ObjectionResult;
}

/// <summary>
/// The patients who object to the use of their data (GDPR, article 21): one patient key a line, as the data file writes it. Blank lines count for nothing,
/// nor does what follows a # at the beginning of a line or after white space; a key that has such a # stands in quotes, as in a CSV file.
/// </summary>
/// <remarks>
/// A key that is no patient's may be one that was typed differently. Where it looks like that of some patients they are left out: an objection too
/// many costs the study a patient, one too few costs the patient the objection.
/// </remarks>
public static class ObjectionList
{
    /// <summary>Reads a list.</summary>
    /// <param name="text">The list, decoded from UTF-8; read to its end, stays open.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="table">The patients among whom those on the list are looked for.</param>
    public static ObjectionResult Read(TextReader text, string name, CohortTable table)
    {
        var faults = new FaultList(name);
        var keys = Keys(text, faults);
        if (keys.Count > 0 && table.Mapping.PatientKey is null)
        {
            faults.Add(
                0,
                "",
                $"the mapping names no patient key, so that nobody on the list is found in {table.Source}",
                "set patient_key in the mapping to the column with the keys"
            );
        }

        return faults.Count > 0 ? new ObjectionResult.Rejected(faults.ToFaults()) : Match(keys, name, table);
    }

    private static ObjectionResult.Read Match(HashSet<string> keys, string name, CohortTable table)
    {
        var patients = table.Patients.ToArray().ToHashSet();
        var alike = new Dictionary<PatientDigest, List<PatientDigest>>();
        for (var i = 0; i < table.Looks.Length; i++)
        {
            if (!alike.TryGetValue(table.Looks[i], out var those))
            {
                alike.Add(table.Looks[i], those = []);
            }

            those.Add(table.Patients[i]);
        }

        var found = new HashSet<PatientDigest>();
        var (unknown, spelledOtherwise) = (0, 0);
        foreach (var key in keys)
        {
            var patient = PatientDigest.OfKey(key);
            if (patients.Contains(patient))
            {
                found.Add(patient);
            }
            else if (alike.TryGetValue(PatientDigest.OfLook(key), out var those))
            {
                found.UnionWith(those);
                spelledOtherwise++;
            }
            else
            {
                unknown++;
            }
        }

        return new ObjectionResult.Read(found.ToFrozenSet(), [.. Warnings(name, table.Source, unknown, spelledOtherwise)]);
    }

    private static IEnumerable<DataWarning> Warnings(string name, string source, int unknown, int spelledOtherwise)
    {
        if (unknown > 0)
        {
            yield return new DataWarning(
                name,
                0,
                FormattableString.Invariant($"keys that are no patient's of {source}: {unknown}; check that they are written as there")
            );
        }

        if (spelledOtherwise > 0)
        {
            yield return new DataWarning(
                name,
                0,
                FormattableString.Invariant(
                    $"keys that {source} writes differently (zeros, blanks, separators or accents): {spelledOtherwise}; all patients whose keys look like them are left out"
                )
            );
        }
    }

    /// <summary>The keys, normalised as the cohort's are.</summary>
    private static HashSet<string> Keys(TextReader text, FaultList faults)
    {
        var keys = new HashSet<string>();
        try
        {
            for (var line = 1; text.ReadLine() is { } raw; line++)
            {
                var written = KeyIn(raw.Trim());
                if (written is null)
                {
                    faults.Add(
                        line,
                        "",
                        "the quotes do not hold exactly one key",
                        "close them after the key; a quote inside quotes is written twice"
                    );
                }
                else if (!PatientKey.TryNormalise(written, out var key))
                {
                    faults.Add(
                        line,
                        "",
                        "the patient key holds a character that has several spellings",
                        "write it as the data file does, which has no such keys"
                    );
                }
                else if (key.Length > 0)
                {
                    keys.Add(key);
                }
            }
        }
        catch (DecoderFallbackException)
        {
            faults.Add(0, "", NotUtf8.Message, NotUtf8.Hint);
        }

        return keys;
    }

    /// <summary>The key that a trimmed line holds, empty for none, or null where its quotes are broken.</summary>
    private static string? KeyIn(string line)
    {
        if (!line.StartsWith('"'))
        {
            return WithoutComment(line);
        }

        var key = new StringBuilder();
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] != '"')
            {
                key.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '"')
            {
                key.Append(line[i++]);
            }
            else
            {
                return WithoutComment(line[(i + 1)..]).Length == 0 ? key.ToString() : null;
            }
        }

        return null;
    }

    private static string WithoutComment(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
            {
                return text[..i].TrimEnd();
            }
        }

        return text.Trim();
    }
}
