namespace Federated.Verifier;

/// <summary>Something that a person must mend before anything can be checked.</summary>
/// <param name="message">What, and where.</param>
/// <param name="hint">What to do.</param>
/// <param name="cause">What the system said; null for none.</param>
internal sealed class UnusableException(string message, string hint, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;
}
