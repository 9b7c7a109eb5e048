namespace Federated.Coordinator.Log;

/// <summary>
/// How many plans each researcher may have the log register: log and database keep them for ever, so that one who submits and cancels without end would fill everybody's disk. Thread-safe.
/// </summary>
/// <remarks>Kept in memory: a restart, which no researcher can bring about, gives everybody a full measure again.</remarks>
internal sealed class SubmissionQuota(TimeProvider time)
{
    /// <summary>Plans at once: a grid of variants, or a day of trying.</summary>
    internal const int Burst = 32;

    /// <summary>Plans for each hour that passes.</summary>
    internal const int PerHour = 8;

    private readonly TokenBuckets<string> _researchers = new(Burst, PerHour / TimeSpan.FromHours(1).TotalSeconds, time);

    /// <summary>Takes one plan from what a researcher may submit, or nothing.</summary>
    /// <param name="researcher">By the certificate that signed the plan.</param>
    /// <returns>Null; or how long until the next one may be submitted, above zero.</returns>
    internal TimeSpan? Take(string researcher) => _researchers.Take(researcher, 1);
}
