using System.Diagnostics.CodeAnalysis;

namespace Federated.Federation.Policies;

/// <summary>
/// Why a site decided as it did, as one word of a closed list. A public log may hold it; what people write in their own words stays at the site, because it can name patients.
/// </summary>
public readonly record struct DecisionCode
{
    private readonly string? _word;

    private DecisionCode(string word) => _word = word;

    /// <summary>A person read the plan and agreed. What <c>approve</c> says where nothing else is said.</summary>
    public static DecisionCode Reviewed { get; } = new("reviewed");

    /// <summary>An ethics committee or a data protection officer agreed, outside this system.</summary>
    public static DecisionCode EthicsApproval { get; } = new("ethics-approval");

    /// <summary>Nobody was asked: the policy approves by itself what it allows.</summary>
    public static DecisionCode WithinPolicy { get; } = new("within-policy");

    /// <summary>No reason that others need to know. What <c>reject</c> and <c>withdraw</c> say where nothing else is said.</summary>
    public static DecisionCode Unspecified { get; } = new("unspecified");

    /// <summary>The study's purpose is not wanted here.</summary>
    public static DecisionCode Purpose { get; } = new("purpose");

    /// <summary>What the study promises its patients is too little, or costs too much of their budget.</summary>
    public static DecisionCode Privacy { get; } = new("privacy");

    /// <summary>This site's data cannot, or should not, serve the study.</summary>
    public static DecisionCode Data { get; } = new("data");

    /// <summary>A legal ground fell away: a contract ended, an authority decided, a consent was taken back.</summary>
    public static DecisionCode Legal { get; } = new("legal");

    /// <summary>Something happened, or may have, that has to be looked into first.</summary>
    public static DecisionCode Incident { get; } = new("incident");

    /// <summary>The plan contradicts this site's policy.</summary>
    public static DecisionCode Policy { get; } = new("policy");

    /// <summary>Every word, in the order of this list.</summary>
    public static IReadOnlyList<DecisionCode> All { get; } =
    [Reviewed, EthicsApproval, WithinPolicy, Unspecified, Purpose, Privacy, Data, Legal, Incident, Policy];

    /// <summary>Words with which a person approves.</summary>
    public static IReadOnlyList<DecisionCode> OfApproval { get; } = [Reviewed, EthicsApproval];

    /// <summary>Words with which a person rejects or withdraws.</summary>
    public static IReadOnlyList<DecisionCode> OfRefusal { get; } = [Unspecified, Purpose, Privacy, Data, Legal, Incident, Policy];

    /// <summary>The word: a-z and '-'.</summary>
    /// <exception cref="InvalidOperationException">A default value, which says nothing.</exception>
    public string Word => _word ?? throw new InvalidOperationException("A default DecisionCode says nothing.");

    /// <summary>Reads a word; false for any that is not of the list.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DecisionCode code)
    {
        code = All.FirstOrDefault(known => known._word == text);
        return code._word is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => _word ?? "";
}
