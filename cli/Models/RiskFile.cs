using System.Globalization;
using System.Text;
using Federated.Data;
using Federated.Hosting;

namespace Federated.Cli.Models;

/// <summary>The risks of a file's patients: <c>line,risk</c>, with <c>patient_key</c> between them where the mapping names its column.</summary>
internal static class RiskFile
{
    private static readonly char[] NeedQuotes = [',', '"', '\r', '\n'];

    /// <summary>Writes the file, mode 0600: it is about patients.</summary>
    /// <exception cref="OperatorException">The model gives no number for a patient, or the file cannot be written.</exception>
    internal static void Write(string path, PredictionRows rows, ReadOnlySpan<float> risks, bool hasKeys)
    {
        if (risks.Length != rows.Count)
        {
            throw new ArgumentException($"{risks.Length} risks are not those of {rows.Count} patients.", nameof(risks));
        }

        var text = new StringBuilder(hasKeys ? "line,patient_key,risk\n" : "line,risk\n");
        for (var i = 0; i < risks.Length; i++)
        {
            if (!float.IsFinite(risks[i]))
            {
                throw new OperatorException(
                    $"The model gives no number for the patient on line {rows.Lines[i]}; no risk was written.",
                    "the study's training ran away; do not use this model"
                );
            }

            var key = hasKeys ? $"{Quoted(rows.Keys[i])}," : "";
            text.Append(CultureInfo.InvariantCulture, $"{rows.Lines[i]},{key}{risks[i]:R}\n");
        }

        PrivateFiles.WriteSecret(path, text.ToString());
    }

    /// <summary>As RFC 4180 quotes.</summary>
    private static string Quoted(string field) => field.IndexOfAny(NeedQuotes) < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
