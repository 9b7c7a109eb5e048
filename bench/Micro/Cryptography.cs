using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.Bench.Micro;

/// <summary>A secret of one site among a hundred: 67 of them open it.</summary>
public class SecretShares
{
    private const int Holders = 100;
    private const int Threshold = 67;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(SecretSharing.SecretLength);
    private readonly byte[] _opened = new byte[SecretSharing.SecretLength];
    private readonly byte[] _shares = new byte[Holders * SecretSharing.ShareLength];
    private readonly int[] _points = [.. Enumerable.Range(Holders - Threshold + 1, Threshold)];

    /// <summary>Deals the secret that <see cref="Combine"/> opens, and checks that it does.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        Split();
        if (!Combine() || !_opened.AsSpan().SequenceEqual(_secret))
        {
            throw new InvalidOperationException("The shares do not open the secret.");
        }
    }

    /// <summary>All shares of one secret, their randomness included.</summary>
    [Benchmark]
    public void Split() => SecretSharing.Split(_secret, Threshold, Holders, RandomNumberGenerator.Fill, _shares);

    /// <summary>One secret from its shares; the weights of the holders too, which a round computes once for all secrets.</summary>
    [Benchmark]
    public bool Combine() =>
        new LagrangeBasis(_points).TryCombine(_shares.AsSpan((Holders - Threshold) * SecretSharing.ShareLength), _opened);
}

/// <summary>What a site does for each of its peers, in both suites.</summary>
public class PeerKeys : IDisposable
{
    private readonly byte[] _message = RandomNumberGenerator.GetBytes(128);
    private readonly byte[] _signature = new byte[Suite.SignatureLength];
    private readonly byte[] _shared = new byte[Suite.SharedLength];
    private IdentitySigner? _signer;
    private IdentityKey? _identity;
    private AgreementKey? _own;
    private AgreementKey? _peer;

    /// <summary>The suite's number in a plan.</summary>
    [Params(1, 2)]
    public int SuiteNumber { get; set; }

    private Suite Chosen => Suite.Numbered(SuiteNumber)!;

    /// <summary>Makes the keys of a pair.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _signer = Chosen.IdentityFromSeed(RandomNumberGenerator.GetBytes(32));
        _identity = Chosen.TryReadIdentity(_signer.PublicKey);
        (_own, _peer) = (Chosen.GenerateChannelKey(RandomNumberGenerator.Fill), Chosen.GenerateChannelKey(RandomNumberGenerator.Fill));
        Sign();
        if (!Verify() || !Agree())
        {
            throw new InvalidOperationException("The keys do not work.");
        }
    }

    /// <summary>A fresh key for an attempt.</summary>
    [Benchmark]
    public void Generate() => Chosen.GenerateChannelKey(RandomNumberGenerator.Fill).Dispose();

    /// <summary>The secret of a pair.</summary>
    [Benchmark]
    public bool Agree() => _own!.TryAgree(_peer!.PublicKey, _shared);

    /// <summary>A signature.</summary>
    [Benchmark]
    public void Sign() => _signer!.Sign(_message, _signature);

    /// <summary>A signature verified, with the checks of its encoding.</summary>
    [Benchmark]
    public bool Verify() => _identity!.Verifies(_message, _signature);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _signer?.Dispose();
        _own?.Dispose();
        _peer?.Dispose();
        GC.SuppressFinalize(this);
    }
}
