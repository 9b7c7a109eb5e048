using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>
/// What the coordinator learnt when it took the masks off a sum: with it, and the masked inputs, anybody computes the sum again (design section 2.9a). It opens no
/// single input: of every survivor the masks that it shares with other survivors stay unknown.
/// </summary>
/// <param name="Dealers">Of each sharer (U2), ascending.</param>
/// <param name="InputSignatures">Of each survivor's M5 (U3), ascending: so that nobody puts bytes under a site's name that it did not send.</param>
public sealed record RoundOpening(ImmutableArray<OpenedDealer> Dealers, ImmutableArray<ReadOnlyMemory<byte>> InputSignatures) : IDisposable
{
    /// <summary>Most bytes of an opening of the largest cohort.</summary>
    public const int MaxBytes = Protocol.MaxCohort * 1024;

    /// <summary>The opening's bytes, as they are stored and sent.</summary>
    public byte[] ToBytes()
    {
        var writer = new BodyWriter(Dealers.Length * 256).U16(Protocol.Version).U16(Dealers.Length).U16(InputSignatures.Length);
        foreach (var dealer in Dealers)
        {
            writer.LengthAndBytes(dealer.Header.Span).Bytes(dealer.Secret.Span);
        }

        foreach (var signature in InputSignatures)
        {
            writer.Bytes(signature.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Wipes the secrets: for a coordinator that keeps none.</summary>
    public void Dispose()
    {
        foreach (var dealer in Dealers)
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(dealer.Secret).Span);
        }
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
            opened.Add(new OpenedDealer(reader.LengthAndBytes(Protocol.MaxSiteBodyBytes), reader.Take(SecretSharing.SecretLength)));
        }

        var signatures = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(inputs);
        for (var i = 0; i < inputs && !reader.HasFailed; i++)
        {
            signatures.Add(reader.Take(Suite.SignatureLength));
        }

        return reader.IsWhole ? new RoundOpening(opened.DrainToImmutable(), signatures.DrainToImmutable()) : null;
    }
}

/// <summary>What a sharer's shares gave.</summary>
/// <param name="Header">Body of its M3, which commits to the seed.</param>
/// <param name="Secret">32 bytes: of a survivor the seed of its self mask, of a site that sent nothing the seed of its mask key. Of this attempt only, and of no use in another.</param>
public sealed record OpenedDealer(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Secret)
{
    /// <summary>The type's name, never the content.</summary>
    public override string ToString() => nameof(OpenedDealer);
}
