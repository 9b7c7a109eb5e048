using System.Text;
using Federated.Federation;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Privacy.Tests.Ledger;

/// <summary>Data sets, plans and charges as tests want them.</summary>
internal static class SampleCharges
{
    public static DateTimeOffset Noon { get; } = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static HumanAct Act { get; } = new("someone", "because");

    public static Digest Plan(string name) => Digest.Of(Encoding.UTF8.GetBytes(name));

    public static Budget Budget(double epsilon, double delta = 1e-5) => new(new Epsilon(epsilon), new Delta(delta));

    public static PrivacyEvent Step(double noise = 1.0, double rate = 0.05) =>
        new SampledGaussianEvent(new NoiseMultiplier(noise), new SamplingRate(rate));

    public static PrivacyEvent Full(double noise) => new GaussianEvent(new NoiseMultiplier(noise));

    /// <summary>A registered ledger.</summary>
    public static PrivacyLedger Registered(double epsilon, double delta = 1e-5) => Register(new PrivacyLedger(), epsilon, delta);

    public static PrivacyLedger Register(PrivacyLedger ledger, double epsilon, double delta = 1e-5)
    {
        var entry = new LedgerEntry.Registered(DataSetName.Parse("cardiology"), Budget(epsilon, delta), Act);
        Assert.IsNotNull(ledger.Record(entry, Noon, out var fault), fault);
        return ledger;
    }

    public static Charge Charge(
        string plan,
        uint round,
        PrivacyEvent released,
        Population population = Population.Training,
        uint attempt = 1,
        string what = "update",
        long times = 1
    ) =>
        new(
            Plan(plan),
            $"study {plan}",
            new RoundNumber(round),
            new AttemptNumber(attempt),
            what,
            14,
            population,
            released,
            released,
            times
        );
}
