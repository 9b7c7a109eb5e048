using System.Collections.Immutable;
using System.Text.Json;
using Federated.Fixtures.Processes;
using Federated.Privacy.Events;

namespace Federated.Privacy.Tests;

/// <summary>A file of reference values beside the repository (shared/vectors), made by other software; what its fields mean is in its README.</summary>
internal static class VectorFile
{
    /// <summary>The cases of a file, or of another list in it; the test is inconclusive where the folder is absent.</summary>
    internal static IReadOnlyList<JsonElement> Cases(string name, string list = "cases") =>
        [.. Root(name).GetProperty(list).EnumerateArray()];

    /// <summary>A list of numbers of a file.</summary>
    internal static ImmutableArray<double> Numbers(string name, string list) => [.. Root(name).Numbers(list)];

    internal static string Id(this JsonElement element) => element.Text("id");

    internal static string Text(this JsonElement element, string key) => element.GetProperty(key).GetString()!;

    internal static double Number(this JsonElement element, string key) => element.GetProperty(key).GetDouble();

    internal static int Whole(this JsonElement element, string key) => element.GetProperty(key).GetInt32();

    internal static bool Has(this JsonElement element, string key) => element.TryGetProperty(key, out _);

    internal static IEnumerable<double> Numbers(this JsonElement element, string key) =>
        element.GetProperty(key).EnumerateArray().Select(item => item.GetDouble());

    internal static Delta Delta(this JsonElement element) => new(element.Number("delta"));

    /// <summary>An object with q, sigma and steps as an event.</summary>
    internal static PrivacyEvent SampledSteps(this JsonElement element) =>
        new SampledGaussianEvent(new NoiseMultiplier(element.Number("sigma")), new SamplingRate(element.Number("q"))).Times(
            element.Whole("steps")
        );

    /// <summary>Fails with every case that says something.</summary>
    internal static void AllHold(IEnumerable<JsonElement> cases, Func<JsonElement, string?> faultOf)
    {
        var all = cases.ToList();
        Assert.IsNotEmpty(all, "no cases were read");
        var faults = all.Select(c => (c, Fault: faultOf(c))).Where(pair => pair.Fault is not null).ToList();

        Assert.IsEmpty(faults, string.Join('\n', faults.Take(20).Select(pair => $"{pair.c.Id()}: {pair.Fault}")));
    }

    /// <summary>What is wrong with a value that should be within a relative error, or null.</summary>
    internal static string? Near(double expected, double actual, double relative, string what = "value", double absolute = 0) =>
        Math.Abs(actual - expected) <= (relative * Math.Abs(expected)) + absolute ? null : $"{what} is {actual:R}, not {expected:R}";

    /// <summary>What is wrong with a value that should lie in a range, or null.</summary>
    internal static string? Within(double least, double most, double actual, string what = "value") =>
        actual >= least && actual <= most ? null : $"{what} is {actual:R}, outside {least:R} to {most:R}";

    private static JsonElement Root(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Checkout.Shared("vectors", $"{name}.json")));
        return document.RootElement.Clone();
    }
}
