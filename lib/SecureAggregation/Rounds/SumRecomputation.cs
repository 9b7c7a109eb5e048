using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Rounds;

/// <summary>
/// Computes the sum of a round again, from the masked inputs that its survivors signed (design section 2.9a): masks hide inputs from the coordinator, and nothing of the
/// proof keeps it from announcing another sum than theirs. This does: inputs and secrets are bound by what the quorum signed, so that there is one sum.
/// </summary>
/// <param name="study">The plan in that round.</param>
/// <param name="proof">The round's proof.</param>
/// <param name="proven">What the proof says, verified.</param>
public sealed class SumRecomputation(StudyTerms study, RoundProof proof, ProvenRound proven)
{
    private readonly Sharing _sharing = proven.Sharing;
    private readonly SiteSet _survivors = proof.Survivors.Survivors;

    /// <summary>The sum, shape [d], centred; null, with the fault, if inputs or opening are not those of the round.</summary>
    /// <param name="opening">What the coordinator opened it with.</param>
    /// <param name="inputOf">A survivor's masked input; null if it is not there. Asked once for each, in order; not kept.</param>
    /// <param name="parallelism">Threads that expand masks, at least 1.</param>
    /// <param name="fault">Null, or what is wrong; with the site whose input it is about, where it is one's.</param>
    public long[]? Sum(RoundOpening opening, Func<SiteName, byte[]?> inputOf, int parallelism, out (SiteName? Site, string Reason)? fault)
    {
        ArgumentNullException.ThrowIfNull(opening);
        ArgumentNullException.ThrowIfNull(inputOf);
        var masks = new List<MaskTerm>();
        try
        {
            if (MasksFault(opening, masks) is { } closed)
            {
                fault = (null, closed);
                return null;
            }

            if (MaskedSum(opening, inputOf, out fault) is not { } sum)
            {
                return null;
            }

            MaskStream.Apply(sum, study.Format, masks, parallelism);
            var lanes = new long[study.Dimension];
            LaneBuffers.DecodeCentred(sum, study.Format, lanes);
            return lanes;
        }
        finally
        {
            masks.ForEach(mask => mask.Key.Dispose());
        }
    }

    private string? MasksFault(RoundOpening opening, List<MaskTerm> masks)
    {
        if (opening.Dealers.Length != _sharing.Sharers.Count || opening.InputSignatures.Length != _survivors.Count)
        {
            return $"it is of {opening.Dealers.Length} sharers and {opening.InputSignatures.Length} inputs; the round has {_sharing.Sharers.Count} and {_survivors.Count}.";
        }

        var unmasking = new Unmasking(study, Transcript.H0(proof.Invitation.Body), _sharing, _survivors);
        foreach (var ((index, signed), dealer) in _sharing.Sharers.Members.Zip(_sharing.Headers).Zip(opening.Dealers))
        {
            if (
                Digest.Of(dealer.Header.Span) != signed
                || ShareHeader.Parse(dealer.Header) is not { } header
                || !unmasking.TryAdd(index, header.SelfMaskCommitment, dealer.Secret, masks)
            )
            {
                return $"what it says of {_sharing.Cohort.Members[index].Site.Name} is not what that site committed to.";
            }
        }

        return null;
    }

    private byte[]? MaskedSum(RoundOpening opening, Func<SiteName, byte[]?> inputOf, out (SiteName? Site, string Reason)? fault)
    {
        var sum = new byte[study.Format.LanesLength(study.Dimension)];
        byte[]? unpacked = null;
        foreach (var ((index, digest), signature) in _survivors.Members.Zip(proof.Survivors.InputDigests).Zip(opening.InputSignatures))
        {
            var site = _sharing.Cohort.Members[index].Site;
            var input = inputOf(site.Name);
            if (InputFault(site, digest, signature, input) is { } reason)
            {
                fault = (site.Name, reason);
                return null;
            }

            LaneBuffers.AddPacked(sum, input, study.Format, ref unpacked);
        }

        fault = null;
        return sum;
    }

    private string? InputFault(CertifiedSite site, Digest digest, ReadOnlyMemory<byte> signature, byte[]? input)
    {
        var format = study.Format;
        var header = new MaskedInputHeader((ulong)study.Dimension, (byte)format.ModulusBits, (byte)format.LaneBits, digest);
        var message = new SignedMessage(MessageType.MaskedInput, header.ToBody(), signature);
        return input is null ? "it is missing."
            : input.Length != study.InputLength ? $"it has {input.Length} bytes; an input of this round has {study.InputLength}."
            : MaskedInputHeader.DigestOf(input) != digest ? "it is not the input that the survivors signed the digest of."
            : !LaneBuffers.PaddingIsZero(input, study.Dimension, format) ? "it has bits behind its last lane."
            : !message.IsSignedBy(site.Key, _sharing.H2) ? $"{site.Name} did not sign it."
            : null;
    }
}
