using System.Security.Cryptography;
using Federated.Privacy.Quantization;
using Federated.Privacy.Release;

namespace Federated.Cli.Privacy.Attack;

/// <summary>What a site does between its clipped sum and the mask.</summary>
/// <param name="clippedSum">Shape [d], in double precision.</param>
/// <param name="grid">Scale and noise.</param>
/// <param name="lanes">Receives shape [d].</param>
internal delegate void SiteRelease(ReadOnlySpan<double> clippedSum, NoisyGrid grid, Span<int> lanes);

/// <summary>The ways in which a site may release.</summary>
internal static class SiteReleases
{
    /// <summary>As a node does.</summary>
    internal static void WithNoise(ReadOnlySpan<double> clippedSum, NoisyGrid grid, Span<int> lanes)
    {
        using var noise = SiteNoise.Draw(grid, RandomNumberGenerator.Fill);
        using var input =
            NoisyInput.Quantize(clippedSum, grid, out var fault)
            ?? throw new InvalidOperationException($"A synthetic site failed: {fault}");
        input.Release(noise, lanes);
    }

    /// <summary>As a plan with <c>privacy: none</c> does: rounded, and nothing more.</summary>
    internal static void WithoutNoise(ReadOnlySpan<double> clippedSum, NoisyGrid grid, Span<int> lanes)
    {
        var exact = new long[lanes.Length];
        if (!SiteInput.Quantize(clippedSum, grid, exact) || SiteInput.Fault(exact, grid) is not null)
        {
            throw new InvalidOperationException("A synthetic site's sum does not fit its grid.");
        }

        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = (int)exact[i];
        }
    }
}
