namespace Grpc.Core;

/// <summary>Decides whether to go on with a server whose certificate the TLS layer accepted.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);

/// <summary>The server that a client is about to talk to.</summary>
public class VerifyPeerContext
{
    internal VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName;
        PeerPem = peerPem;
    }

    /// <summary>Name that was connected to.</summary>
    public string TargetName { get; }

    /// <summary>The server's certificate, PEM.</summary>
    public string PeerPem { get; }
}

/// <summary>A certificate chain and its private key, both PEM. Holds a secret: prints nothing of itself.</summary>
public sealed class KeyCertificatePair
{
    /// <summary>Leaf first, then its issuers; the key is the leaf's.</summary>
    public KeyCertificatePair(string certificateChain, string privateKey)
    {
        ArgumentNullException.ThrowIfNull(certificateChain);
        ArgumentNullException.ThrowIfNull(privateKey);
        CertificateChain = certificateChain;
        PrivateKey = privateKey;
    }

    /// <summary>Certificates, PEM.</summary>
    public string CertificateChain { get; }

    /// <summary>Private key, PEM.</summary>
    public string PrivateKey { get; }
}

/// <summary>TLS for a client. Grpc.Net.Client takes only the form without arguments: its handler sets the rest.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    /// <summary>Trusts what the machine trusts, shows no certificate.</summary>
    public SslCredentials()
        : this(null!, null, null) { }

    /// <summary>Trusts these roots, PEM.</summary>
    public SslCredentials(string rootCertificates)
        : this(rootCertificates, null, null) { }

    /// <summary>Trusts these roots and shows a certificate.</summary>
    public SslCredentials(string rootCertificates, KeyCertificatePair keyCertificatePair)
        : this(rootCertificates, keyCertificatePair, null) { }

    /// <summary>As above, with a last word on the server's certificate.</summary>
    public SslCredentials(string rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        RootCertificates = rootCertificates;
        KeyCertificatePair = keyCertificatePair;
        VerifyPeerCallback = verifyPeerCallback;
    }

    /// <summary>Roots to trust, PEM; null for the machine's.</summary>
    public string? RootCertificates { get; }

    /// <summary>Certificate to show, if any.</summary>
    public KeyCertificatePair? KeyCertificatePair { get; }

    /// <summary>Last word on the server's certificate, if any.</summary>
    public VerifyPeerCallback? VerifyPeerCallback { get; }

    /// <inheritdoc/>
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetSslCredentials(state, RootCertificates, KeyCertificatePair, VerifyPeerCallback);
}
