using System.Collections.Immutable;

namespace Federated.Federation.Plans;

/// <summary>A format of plans that an earlier release wrote: recognized, so that its refusal says what to do.</summary>
/// <param name="Name">What its first line says.</param>
/// <param name="Difference">What was different, as the end of a sentence about the release.</param>
/// <param name="NewSections">The sections of a draft that have new keys since.</param>
public sealed record EarlierFormat(string Name, string Difference, string NewSections)
{
    /// <summary>All of them, oldest first.</summary>
    public static ImmutableArray<EarlierFormat> All { get; } =
    [
        new("federated-plan/1", "whose sums were not masked", "aggregation, server and privacy"),
        new("federated-plan/2", "whose sums had no noise and whose server had one optimizer", "server and privacy"),
    ];
}
