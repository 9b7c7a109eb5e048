namespace Federated.Node.Diagnosis;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The node works; somebody should look.</summary>
    Warn,

    /// <summary>The node does not work, or must not.</summary>
    Fail,
}

/// <summary>What one check came to.</summary>
/// <param name="Check">What was checked, in a word or two.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do; null only where nothing is to be done.</param>
internal sealed record Finding(string Check, Severity Severity, string Text, string? Fix)
{
    internal static Finding Ok(string check, string text) => new(check, Severity.Ok, text, null);

    internal static Finding Warn(string check, string text, string fix) => new(check, Severity.Warn, text, fix);

    internal static Finding Fail(string check, string text, string fix) => new(check, Severity.Fail, text, fix);
}
