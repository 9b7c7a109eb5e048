using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Hosting;

namespace Federated.Cli.Pki;

/// <summary>A certificate that a person names.</summary>
internal static class CertificateFile
{
    /// <summary>Reads it; says nothing about who issued it.</summary>
    /// <exception cref="OperatorException">It is not there, not ours to read, or no PEM certificate.</exception>
    internal static X509Certificate2 Load(FileInfo file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file.FullName);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"Certificate file {file.FullName} cannot be read: {e.Message}",
                "check the path and that it is a PEM certificate",
                e
            );
        }
    }
}
