namespace Federated.Federation.Policies;

/// <summary>Who at a site has to agree before a plan runs there.</summary>
public enum ApprovalMode
{
    /// <summary><c>human</c>: one person. What holds where nothing is written.</summary>
    Human,

    /// <summary><c>two-humans</c>: two persons, each under a user of their own.</summary>
    TwoHumans,

    /// <summary><c>automatic</c>: nobody, as long as nobody rejected the plan.</summary>
    Automatic,
}

/// <summary>The words that files use for <see cref="ApprovalMode"/>.</summary>
public static class ApprovalModes
{
    private static readonly Dictionary<string, ApprovalMode> ByWord = new()
    {
        ["human"] = ApprovalMode.Human,
        ["two-humans"] = ApprovalMode.TwoHumans,
        ["automatic"] = ApprovalMode.Automatic,
    };

    /// <summary>Every word.</summary>
    public static IReadOnlyCollection<string> Words => ByWord.Keys;

    /// <summary>The mode of a word; <see cref="ApprovalMode.Human"/>, which allows least without anybody, for any other text.</summary>
    public static ApprovalMode Of(string word) => ByWord.GetValueOrDefault(word, ApprovalMode.Human);

    /// <summary>Its word.</summary>
    public static string Word(this ApprovalMode mode) => ByWord.Single(pair => pair.Value == mode).Key;
}
