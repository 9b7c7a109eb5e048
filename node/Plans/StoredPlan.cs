using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Node.Plans;

/// <summary>A plan whose hash and signature were checked when it was read.</summary>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Plan">What it says.</param>
/// <param name="Researcher">Who signed it.</param>
internal sealed record StoredPlan(Digest Hash, StudyPlan Plan, SiteName Researcher);

/// <summary>A plan as a coordinator hands it out, not yet checked.</summary>
/// <param name="Bytes">Canonical bytes.</param>
/// <param name="Certificate">Of the signer, DER.</param>
/// <param name="Signature">The signer's, 64 bytes.</param>
internal sealed record SignedPlan(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Signature);
