using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Rounds;

/// <summary>The hash chain H0 to H4 of an attempt (design section 2.3): each binds everything said before it.</summary>
public static class Transcript
{
    /// <summary>H0: the invitation.</summary>
    public static Digest H0(ReadOnlyMemory<byte> invitation)
    {
        using var hash = Begin("FLSA/1 H0"u8);
        Append(hash, Digest.Of(invitation.Span));
        return End(hash);
    }

    /// <summary>H1: and every member's keys.</summary>
    /// <param name="h0">H0.</param>
    /// <param name="advertisements">SHA-256 of each M1's body, in the order of the cohort.</param>
    public static Digest H1(Digest h0, IReadOnlyList<Digest> advertisements)
    {
        using var hash = Begin("FLSA/1 H1"u8);
        Append(hash, h0);
        hash.AppendData([(byte)(advertisements.Count >> 8), (byte)advertisements.Count]);
        return End(hash, advertisements);
    }

    /// <summary>H2: and who shared, with which commitments.</summary>
    /// <param name="h1">H1.</param>
    /// <param name="sharers">U2.</param>
    /// <param name="headers">SHA-256 of each M3's body, ascending.</param>
    public static Digest H2(Digest h1, SiteSet sharers, IReadOnlyList<Digest> headers)
    {
        using var hash = Begin("FLSA/1 H2"u8);
        Append(hash, h1);
        hash.AppendData(sharers.Bitmap);
        return End(hash, headers);
    }

    /// <summary>H3: and who is in the sum, with which input.</summary>
    public static Digest H3(Digest h2, SurvivorSet survivors)
    {
        using var hash = Begin("FLSA/1 H3"u8);
        Append(hash, h2);
        hash.AppendData(survivors.Survivors.Bitmap);
        return End(hash, survivors.InputDigests);
    }

    /// <summary>H4: and what it came to.</summary>
    public static Digest H4(Digest h3, Digest sumHash, Digest nextModelHash)
    {
        using var hash = Begin("FLSA/1 H4"u8);
        return End(hash, [h3, sumHash, nextModelHash]);
    }

    private static IncrementalHash Begin(ReadOnlySpan<byte> label)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(label);
        return hash;
    }

    private static void Append(IncrementalHash hash, Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Length];
        value.CopyTo(bytes);
        hash.AppendData(bytes);
    }

    private static Digest End(IncrementalHash hash, params IReadOnlyList<Digest> values)
    {
        foreach (var value in values)
        {
            Append(hash, value);
        }

        Span<byte> result = stackalloc byte[Digest.Length];
        hash.GetHashAndReset(result);
        return new Digest(result);
    }
}
