using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Federated.Privacy;
using Federated.Privacy.Events;

namespace Federated.Cli.Privacy;

/// <summary>Options that the privacy commands share. A number outside its range is refused with the range.</summary>
internal static class PrivacyOptions
{
    internal const string Pld = "pld";
    internal const string Rdp = "rdp";
    private const string AddOrRemoveOne = "add-or-remove-one";
    private const string ReplaceOne = "replace-one";

    internal static Option<NoiseMultiplier> Noise() =>
        Number("--noise-multiplier", "Noise divided by the clipping norm.", NoiseMultiplier.Fault, value => new NoiseMultiplier(value));

    internal static Option<SamplingRate> Rate() =>
        Number(
            "--sampling-rate",
            "Probability with which a patient enters a step's batch (Poisson sampling); 1 for all patients.",
            SamplingRate.Fault,
            value => new SamplingRate(value)
        );

    internal static Option<Delta> Delta() =>
        Number("--delta", "Probability with which the bound may fail.", Federated.Privacy.Delta.Fault, value => new Delta(value));

    internal static Option<Epsilon> Epsilon() => Epsilon("--epsilon", "Privacy loss that may not be exceeded.");

    /// <summary>ε of one site's own noise, for who wants to say it.</summary>
    internal static Option<Epsilon> EpsilonFloor() =>
        Epsilon("--epsilon-floor", "Privacy loss if the coordinator and all other hospitals work together.").Optional();

    private static Option<Epsilon> Epsilon(string name, string description) =>
        Number(
            name,
            description,
            value =>
                value > 0 && double.IsFinite(value)
                    ? null
                    : FormattableString.Invariant($"Epsilon is {value}; use a number above 0 (1 to 8 is usual)."),
            value => new Epsilon(value)
        );

    internal static Option<long> Steps() =>
        Parsed("--steps", "Steps, each with a fresh batch and fresh noise.", (text, out fault) => Count(text, out fault), isRequired: true);

    /// <summary>Other releases on the same patients.</summary>
    internal static Option<PrivacyEvent[]> Then() =>
        new("--then")
        {
            Description = "Other releases on the same patients, as NOISE,RATE,STEPS; may be repeated.",
            HelpName = "NOISE,RATE,STEPS",
            DefaultValueFactory = _ => [],
            CustomParser = result => [.. result.Tokens.Select(token => Release(token.Value, result)).OfType<Composed>()],
        };

    internal static Option<string> Neighbours()
    {
        var option = new Option<string>("--neighbours")
        {
            Description = "Which data sets must look alike: one patient more or less, or one exchanged for another.",
            DefaultValueFactory = _ => AddOrRemoveOne,
        };
        option.AcceptOnlyFromAmong(AddOrRemoveOne, ReplaceOne);
        return option;
    }

    internal static Option<string> Accountant()
    {
        var option = new Option<string>("--accountant")
        {
            Description = "pld decides (tight), rdp checks it (looser, by other arithmetic).",
            DefaultValueFactory = _ => Pld,
        };
        option.AcceptOnlyFromAmong(Pld, Rdp);
        return option;
    }

    /// <summary>With what probability a measured bound is one; 95 % unless it is said.</summary>
    internal static Option<double> Confidence() =>
        Number(
                "--confidence",
                "With what probability a measured bound is one.",
                value =>
                    value is > 0 and < 1
                        ? null
                        : FormattableString.Invariant($"The confidence is {value}; use a number above 0 and below 1."),
                value => value
            )
            .OrElse(0.95);

    /// <summary>Makes an option one that may be left out, with a usual value.</summary>
    internal static Option<T> OrElse<T>(this Option<T> option, T usual)
    {
        (option.Required, option.DefaultValueFactory) = (false, _ => usual);
        return option;
    }

    /// <summary>Makes an option one that may be left out; ask for its result before its value.</summary>
    internal static Option<T> Optional<T>(this Option<T> option)
    {
        option.Required = false;
        return option;
    }

    internal static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object." };

    internal static NeighbouringRelation RelationOf(string? word) =>
        word == ReplaceOne ? NeighbouringRelation.ReplaceOne : NeighbouringRelation.AddOrRemoveOne;

    private static Option<T> Number<T>(string name, string description, Func<double, string?> faultOf, Func<double, T> make)
        where T : struct =>
        Parsed(
            name,
            description,
            (string text, out string? fault) =>
            {
                if (!TryParse(text, out var value))
                {
                    fault = "is not a decimal number with a point";
                    return default;
                }

                fault = faultOf(value) is { } outside ? $"cannot be used: {outside}" : null;
                return fault is null ? make(value) : default;
            },
            isRequired: true
        );

    private static Option<T> Parsed<T>(string name, string description, Parser<T> parse, bool isRequired) =>
        new(name)
        {
            Description = description,
            Required = isRequired,
            CustomParser = result =>
            {
                var text = result.Tokens is [var token] ? token.Value : "";
                var value = parse(text, out var fault);
                if (fault is not null)
                {
                    result.AddError($"{name} '{text}' {fault}");
                }

                return value;
            },
        };

    private static long Count(string text, out string? fault)
    {
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        fault = isNumber && CountedEvent.Fault(count) is null ? null : $"is not a number of steps; use 1 to {CountedEvent.MostTimes}.";
        return fault is null ? count : 0;
    }

    private static Composed? Release(string text, ArgumentResult result)
    {
        var parts = text.Split(',');
        if (parts.Length != 3 || !TryParse(parts[0], out var noise) || !TryParse(parts[1], out var rate))
        {
            result.AddError($"--then '{text}' is not NOISE,RATE,STEPS; write it as 5,1,1 for one release of all patients with noise 5.");
            return null;
        }

        var steps = Count(parts[2], out var fault);
        if ((NoiseMultiplier.Fault(noise) ?? SamplingRate.Fault(rate) ?? (fault is null ? null : $"'{parts[2]}' {fault}")) is { } outside)
        {
            result.AddError($"--then '{text}' cannot be used: {outside}");
            return null;
        }

        return new SampledGaussianEvent(new NoiseMultiplier(noise), new SamplingRate(rate)).Times(steps);
    }

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private delegate T Parser<T>(string text, out string? fault);
}
