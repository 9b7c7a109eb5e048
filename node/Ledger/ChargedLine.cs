using Federated.Federation;

namespace Federated.Node.Ledger;

/// <summary>A charge as it stands in the ledger, on disk.</summary>
/// <param name="Ledger">Which ledger: SHA-256 of its first line, without line feed.</param>
/// <param name="Number">Number of the line, from 2.</param>
/// <param name="Hash">SHA-256 of it, without line feed.</param>
/// <param name="OfThisKind">Charges of this study for the same population, with this one.</param>
internal sealed record ChargedLine(Digest Ledger, int Number, Digest Hash, int OfThisKind);
