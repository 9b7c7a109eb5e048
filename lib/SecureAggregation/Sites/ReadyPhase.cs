using System.Numerics;
using System.Runtime.InteropServices;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>Everything is agreed; the input is awaited. The masks can be made once, and are wiped with the call that makes them.</summary>
internal sealed class ReadyPhase(AttemptView view, Sharing sharing, int self, AgreedSecrets agreed, Secret32 selfSeed, HeldShares held)
    : SitePhase
{
    private bool _handedOver;

    internal override string Name => "inputs";

    internal Digest H2 => sharing.H2;

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message) => Unexpected(message);

    /// <summary>y = x + G(B) + Σ_{j&gt;i} G(K_ij) − Σ_{j&lt;i} G(K_ij) mod 2^b, design section 2.6.</summary>
    internal (SitePhase? Next, SiteStep Step) Mask(ReadOnlySpan<int> input, int parallelism)
    {
        var study = view.Study;
        if (input.Length != study.Dimension)
        {
            throw new ArgumentException($"The input has {input.Length} lanes; the plan has {study.Dimension}.", nameof(input));
        }

        if (!AreWithin(input, study.InputBound))
        {
            return Refuse(
                AbortCode.Overflow,
                $"a lane of this site's input is beyond the plan's bound of {study.InputBound}; nothing was masked."
            );
        }

        var lanes = new byte[study.Format.LanesLength(study.Dimension)];
        LanesOf(input, study.Format, lanes);
        var masks = Masks();
        try
        {
            MaskStream.Apply(lanes, study.Format, masks, parallelism);
        }
        finally
        {
            masks.ForEach(mask => mask.Key.Dispose());
        }

        var packed = lanes;
        if (study.Format.ModulusBits != study.Format.LaneBits)
        {
            packed = new byte[study.InputLength];
            LaneBuffers.Pack(lanes, study.Format, packed);
        }

        var digest = MaskedInputHeader.DigestOf(packed);
        var header = new MaskedInputHeader((ulong)study.Dimension, (byte)study.Format.ModulusBits, (byte)study.Format.LaneBits, digest);
        var masked = new MaskedInput(
            SignedMessage.Sign(MessageType.MaskedInput, header.ToBody(), sharing.H2, view.Context.Signer),
            packed,
            digest
        );
        _handedOver = true;
        return (new SentPhase(view, sharing, self, digest, held), new SiteStep.Send(masked));
    }

    public override void Dispose()
    {
        agreed.Dispose();
        selfSeed.Dispose();
        if (!_handedOver)
        {
            held.Dispose();
        }
    }

    private List<MaskTerm> Masks()
    {
        var masks = new List<MaskTerm>(sharing.Sharers.Count)
        {
            new(Derivations.SelfMask(sharing.H2, selfSeed.Bytes, self), Subtract: false),
        };
        foreach (var peer in sharing.Sharers.Members.Where(member => member != self))
        {
            masks.Add(new MaskTerm(sharing.PairMask(agreed.Mask(peer), self, peer), Subtract: peer < self));
        }

        return masks;
    }

    private static void LanesOf(ReadOnlySpan<int> input, LaneFormat format, Span<byte> lanes)
    {
        if (format.LaneBits == 32 && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(input).CopyTo(lanes); // bits above b fall away when lanes are packed
            return;
        }

        var wide = new long[input.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = input[i];
        }

        LaneBuffers.Encode(wide, format, lanes);
    }

    private static bool AreWithin(ReadOnlySpan<int> input, long bound)
    {
        var most = (int)Math.Min(bound, int.MaxValue);
        var i = 0;
        for (; i <= input.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var lanes = new Vector<int>(input[i..]);
            if (!Vector.LessThanOrEqualAll(lanes, new Vector<int>(most)) || !Vector.GreaterThanOrEqualAll(lanes, new Vector<int>(-most)))
            {
                return false;
            }
        }

        for (; i < input.Length; i++)
        {
            if (input[i] > most || input[i] < -most)
            {
                return false;
            }
        }

        return true;
    }
}
