using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Federated.Bench.Reporting;
using Federated.Bench.SecureAggregation;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Sampling;

namespace Federated.Bench.Privacy;

/// <summary><c>fed-bench privacy</c>: how long counting takes, and how fast exact noise is drawn. CPU time of one thread: others use this machine too.</summary>
internal static class PrivacySpeedCommand
{
    private const int Draws = 1_000_000;

    internal static Command Create()
    {
        var repeats = Options.Whole("--repeats", "Runs of each; the best is reported, others are warm-up and noise.", 15, 3, 1000);
        var command = new Command("privacy", "Time the accountant and the sampler, on one thread.") { repeats };
        command.SetAction(parsed =>
        {
            Console.WriteLine(Accounting(parsed.GetValue(repeats)));
            Console.WriteLine(Sampling(parsed.GetValue(repeats)));
            return 0;
        });
        return command;
    }

    private static TextTable Accounting(int repeats)
    {
        var table = new TextTable("sampled Gaussian", "steps", "delta", "epsilon", "PLD ms", "of 50 ms", "RDP ms");
        foreach (
            var (noise, rate, steps, delta) in new[]
            {
                (1.1, 0.01, 10_000L, 1e-5),
                (0.8, 0.01, 10_000L, 1e-5),
                (1.0, 0.02, 10_000L, 1e-6),
                (2.0, 0.1, 10_000L, 1e-6),
                (4.0, 0.01, 10_000L, 1e-6),
                (1.0, 0.001, 10_000L, 1e-5),
                (1.0, 0.02, 200L, 1e-6),
            }
        )
        {
            var released = new SampledGaussianEvent(new NoiseMultiplier(noise), new SamplingRate(rate)).Times(steps);
            var probability = new Delta(delta);
            var pld = Best(repeats, () => PldAccountant.Bound(released, probability));
            var rdp = Best(repeats, () => RdpAccountant.Default.Bound(released, probability));
            var epsilon = PldAccountant.Bound(released, probability).Epsilon.Value;
            table.Add(
                Text($"noise {noise}, rate {rate}"),
                Text($"{steps:n0}"),
                Text($"{delta}"),
                Text($"{epsilon:f3}"),
                Text($"{pld:f1}"),
                Text($"{pld / 50:f2}"),
                Text($"{rdp:f1}")
            );
        }

        return table;
    }

    private static TextTable Sampling(int repeats)
    {
        var table = new TextTable("exact discrete Gaussian, sigma", "million draws a second", "of 5 million");
        foreach (var sigma in new[] { 4, 1000, 1 << 18, 1 << 24 })
        {
            using var sampler = DiscreteGaussianSampler.Secure(sigma);
            var noise = new long[Draws];
            var rate = Draws / Best(repeats, () => sampler.Fill(noise)) / 1e3;
            table.Add(Text($"{sigma:n0}"), Text($"{rate:f2}"), Text($"{rate / 5:f2}"));
        }

        var block = new byte[1 << 16];
        var bytes = 100 * block.Length / Best(repeats, () => Repeat(100, () => RandomNumberGenerator.Fill(block))) / 1e6;
        table.Add("the system's generator alone, gigabytes a second", Text($"{bytes:f2}"), "");
        return table;
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    /// <summary>Milliseconds of this thread's CPU time.</summary>
    private static double Best(int repeats, Action action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < repeats; i++)
        {
            var began = ThreadCpu.Now;
            action();
            best = Math.Min(best, ThreadCpu.Now - began);
        }

        return best;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
