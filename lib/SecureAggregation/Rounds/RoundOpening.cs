using System.Collections.Immutable;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>
/// What the coordinator learnt when it took the masks off a sum: with it, and the masked inputs, anybody computes the sum again (design section 2.9a). It opens no
/// single input: of every survivor the masks that it shares with other survivors stay unknown. Wiped on disposal; prints nothing of itself.
/// </summary>
/// <param name="dealers">Of each sharer (U2), ascending; this object's to dispose.</param>
/// <param name="inputSignatures">Of each survivor's M5 (U3), ascending: so that nobody puts bytes under a site's name that it did not send.</param>
public sealed class RoundOpening(ImmutableArray<OpenedDealer> dealers, ImmutableArray<ReadOnlyMemory<byte>> inputSignatures) : IDisposable
{
    /// <summary>Most bytes of an opening of the largest cohort.</summary>
    public const int MaxBytes = Protocol.MaxCohort * 1024;

    /// <summary>Of each sharer (U2), ascending.</summary>
    public ImmutableArray<OpenedDealer> Dealers => dealers;

    /// <summary>Of each survivor's M5 (U3), ascending.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> InputSignatures => inputSignatures;

    /// <summary>The opening's bytes, as they are stored and sent.</summary>
    /// <exception cref="ObjectDisposedException">It was wiped.</exception>
    public byte[] ToBytes()
    {
        var writer = new BodyWriter(Dealers.Length * 256).U16(Protocol.Version).U16(Dealers.Length).U16(InputSignatures.Length);
        foreach (var dealer in Dealers)
        {
            writer.LengthAndBytes(dealer.Header.Span).Bytes(dealer.Secret);
        }

        foreach (var signature in InputSignatures)
        {
            writer.Bytes(signature.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads an opening; null if the bytes are not exactly one.</summary>
    public static RoundOpening? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            return null;
        }

        var reader = new BodyReader(bytes);
        reader.Version();
        var (dealers, inputs) = (reader.U16(), reader.U16());
        if (dealers > Protocol.MaxCohort || inputs > dealers)
        {
            return null;
        }

        var opened = ImmutableArray.CreateBuilder<OpenedDealer>(dealers);
        for (var i = 0; i < dealers && !reader.HasFailed; i++)
        {
            var (header, secret) = (reader.LengthAndBytes(Protocol.MaxSiteBodyBytes), reader.Take(SecretSharing.SecretLength));
            if (!reader.HasFailed)
            {
                opened.Add(new OpenedDealer(header, secret.Span));
            }
        }

        var signatures = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(inputs);
        for (var i = 0; i < inputs && !reader.HasFailed; i++)
        {
            signatures.Add(reader.Take(Suite.SignatureLength));
        }

        var opening = new RoundOpening(opened.DrainToImmutable(), signatures.DrainToImmutable());
        if (reader.IsWhole)
        {
            return opening;
        }

        opening.Dispose();
        return null;
    }

    /// <summary>True if it is of that round, as far as can be seen without its secrets: of as many inputs, and of sharers with these very commitments.</summary>
    public bool IsOf(RoundProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return InputSignatures.Length == proof.Survivors.Survivors.Count
            && Dealers.Select(dealer => Digest.Of(dealer.Header.Span)).SequenceEqual(proof.Headers);
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(RoundOpening);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var dealer in Dealers)
        {
            dealer.Dispose();
        }
    }
}

/// <summary>What a sharer's shares gave. Wiped on disposal; prints nothing of itself.</summary>
public sealed class OpenedDealer : IDisposable
{
    private readonly byte[] _secret = GC.AllocateArray<byte>(SecretSharing.SecretLength, pinned: true);
    private bool _disposed;

    /// <param name="header">Body of its M3, which commits to the seed.</param>
    /// <param name="secret">32 bytes; copied.</param>
    public OpenedDealer(ReadOnlyMemory<byte> header, ReadOnlySpan<byte> secret)
    {
        Header = header;
        secret.CopyTo(_secret);
    }

    /// <summary>Body of its M3, which commits to the seed.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>32 bytes: of a survivor the seed of its self mask, of a site that sent nothing the seed of its mask key. Of this attempt, and of no use in another.</summary>
    /// <exception cref="ObjectDisposedException">It was wiped.</exception>
    public ReadOnlySpan<byte> Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _secret;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(OpenedDealer);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _disposed = true;
    }
}
