using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.Bench.SecureAggregation;

/// <summary>How fast masks are made and added, on one core, beside what OpenSSL makes of the same cipher in the same minute.</summary>
internal static class MaskSpeed
{
    private const int Lanes = 1 << 20;
    private const int Peers = 16;
    private const int Repeats = 15;

    /// <summary>Gigabytes of mask a second, made and added: the best of some runs, since others use this machine too.</summary>
    internal static double GigabytesPerSecond()
    {
        var format = new LaneFormat(32);
        var lanes = new byte[format.LanesLength(Lanes)];
        var terms = Enumerable
            .Range(0, Peers)
            .Select(i => new MaskTerm(new MaskKey(RandomNumberGenerator.GetBytes(32)), i % 2 == 0))
            .ToList();
        var best = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var began = ThreadCpu.Now;
            MaskStream.Apply(lanes, format, terms, parallelism: 1);
            best = Math.Min(best, ThreadCpu.Now - began);
        }

        terms.ForEach(term => term.Key.Dispose());
        return (double)lanes.Length * Peers / best / 1e6;
    }

    /// <summary>What <c>openssl speed -evp aes-256-ctr</c> says of one core in gigabytes a second; null where there is no OpenSSL.</summary>
    internal static double? OpenSsl()
    {
        var start = new ProcessStartInfo("openssl", ["speed", "-evp", "aes-256-ctr", "-bytes", "65536", "-seconds", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start);
            var errors = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            errors.GetAwaiter().GetResult();
            var row = output.Split('\n').LastOrDefault(line => line.StartsWith("AES-256-CTR", StringComparison.OrdinalIgnoreCase));
            return
                row?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
                && double.TryParse(kilobytes.TrimEnd('k'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value / 1e6
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not installed: the comparison is then left out
        }
    }
}
