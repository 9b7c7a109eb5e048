using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Federation.Policies;

namespace Federated.SecureAggregation.Journals;

/// <summary>How a decision is written, in the journal's lines and in the operator's notes alike.</summary>
public static class DecisionFields
{
    /// <summary>Words for what was decided.</summary>
    public static string[] Words { get; } = ["approved", "rejected", "withdrawn"];

    /// <summary>Adds everything but the word and the plan.</summary>
    public static CanonicalJson Add(CanonicalJson json, JournalEntry.Decided entry)
    {
        json.Add("by", entry.By).Add("at", Timestamps.ToText(entry.At)).Add("reason", entry.Reason);
        if (entry.Code is { } code)
        {
            json.Add("code", code.Word);
        }

        if (entry.Policy is { } policy)
        {
            json.Add("policy", policy.ToString());
        }

        return entry.Until is { } until ? json.Add("until", Timestamps.ToText(until)) : json;
    }

    /// <summary>Reads it; what cannot be read is a fault of the fields.</summary>
    public static JournalEntry.Decided Read(DocumentReader fields, Digest plan, string word) =>
        new(plan, word == "approved", fields.Text("by"), Time(fields, "at"), fields.Text("reason"))
        {
            IsWithdrawal = word == "withdrawn",
            Code = fields.Has("code") ? Code(fields) : null,
            Policy = fields.Has("policy") ? Hash(fields) : null,
            Until = fields.Has("until") ? Time(fields, "until") : null,
        };

    private static DecisionCode Code(DocumentReader fields)
    {
        if (!DecisionCode.TryParse(fields.Text("code"), out var code))
        {
            fields.Fault("code", "is not known to this release.");
        }

        return code;
    }

    private static Digest Hash(DocumentReader fields)
    {
        if (!Digest.TryParse(fields.Text("policy"), out var hash))
        {
            fields.Fault("policy", "is no SHA-256.");
        }

        return hash;
    }

    private static DateTimeOffset Time(DocumentReader fields, string key)
    {
        if (!Timestamps.TryParse(fields.Text(key), out var time))
        {
            fields.Fault(key, "is no time.");
        }

        return time;
    }
}
