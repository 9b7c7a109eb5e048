using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Plans;

namespace Federated.Coordinator.Log;

/// <summary>What the log says of a plan's privacy, as texts that an auditor reads by eye; the plan itself decides.</summary>
internal static class PrivacyTexts
{
    internal static ImmutableSortedDictionary<string, string> Of(StudyPlan plan)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (plan.Privacy is not { } privacy)
        {
            texts["unit"] = "none";
            return texts.ToImmutable();
        }

        texts["unit"] = privacy.Unit;
        texts["epsilon"] = Text(privacy.Epsilon);
        texts["delta"] = Text(privacy.Delta);
        texts["noise"] = privacy.Noise;
        texts["noise_multiplier"] = Text(privacy.NoiseMultiplier);
        texts["noise_floor"] = Text(privacy.NoiseFloor);
        texts["sampling_rate"] = Text(privacy.SamplingRate);
        return texts.ToImmutable();
    }

    private static string Text(double value) => value.ToString("r", CultureInfo.InvariantCulture);
}
