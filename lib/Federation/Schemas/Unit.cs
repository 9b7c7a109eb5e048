namespace Federated.Federation.Schemas;

/// <summary>A unit in which a site may record a variable.</summary>
/// <param name="Name">As written in a mapping, for example <c>mg/dL</c>.</param>
/// <param name="CanonicalPerUnit">
/// How many canonical units one of these is; 1 for the canonical unit itself. Decimal, so that 2.33 g/L is 233 mg/dL and not 233.00000000000003.
/// </param>
public sealed record Unit(string Name, decimal CanonicalPerUnit);
