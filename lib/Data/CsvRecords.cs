using System.Text;
using CsvHelper;

namespace Federated.Data;

/// <summary>One line of a delimited file.</summary>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Fields">Its fields without white space around them.</param>
internal readonly record struct CsvRecord(int Line, string[] Fields);

/// <summary>Splits a delimited file into records (RFC 4180 quoting), leaving out blank lines. Broken quoting is a fault, never a guess.</summary>
internal static class CsvRecords
{
    // No clinical row is near this long: a longer one is some other kind of file.
    private const int LongestLineBytes = 1 << 20;

    /// <summary>The sound records, lazily; each broken one is noted instead.</summary>
    public static IEnumerable<CsvRecord> Read(TextReader csv, char delimiter, FaultList faults)
    {
        var isBroken = false;
        var options = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false, // the caller knows what the first line is
            AllowLineBreaksInQuotes = false, // else one open quote swallows the patients after it
            TrimWhitespace = true,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false, // values are patients
            MaxRecordSize = LongestLineBytes,
            OnMalformedRecord = m =>
            {
                isBroken = true;
                faults.Add(
                    (int)m.LineNumber,
                    "",
                    Describe(m.Reason),
                    "close each quote in its own line; a quote inside quotes is written twice"
                );
            },
        };
        using var reader = CsvReader.Create(csv, options, leaveOpen: true);
        while (TryRead(reader, faults))
        {
            if (!isBroken)
            {
                yield return new CsvRecord((int)reader.LineNumber, Fields(reader));
            }

            isBroken = false;
        }
    }

    private static bool TryRead(CsvReader reader, FaultList faults)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException)
        {
            faults.Add(
                0,
                "",
                FormattableString.Invariant($"a line is longer than {LongestLineBytes} bytes; this is not a table of patients")
            );
            return false;
        }
        catch (DecoderFallbackException) // from a reader that refuses what is not UTF-8
        {
            faults.Add(0, "", NotUtf8.Message, NotUtf8.Hint);
            return false;
        }
    }

    private static string[] Fields(CsvReader reader)
    {
        var fields = new string[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            // Trimmed again: the library knows blanks and tabs, spreadsheets also write no-break spaces.
            fields[i] = reader.GetString(i).Trim();
        }

        return fields;
    }

    private static string Describe(CsvMalformedReason reason) =>
        reason switch
        {
            CsvMalformedReason.StrayQuote => "a quote stands inside a field that does not begin with one",
            CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote",
            CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "a quote is not closed before the line ends",
            _ => $"the line cannot be split into fields ({reason})",
        };
}
