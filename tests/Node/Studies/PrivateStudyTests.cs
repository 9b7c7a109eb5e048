using System.Collections.Immutable;
using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Learning.Privatization;
using Federated.Node.Tests.Ledger;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>What leaves a node in a study with a promise per patient: clipped, noised, and charged before.</summary>
[TestClass]
public sealed class PrivateStudyTests
{
    private const string Objections = "objections.txt";

    /// <summary>Beyond so many standard deviations of its noise no lane of any test lies: less than one chance in ten million for all of them together.</summary>
    private const double Deviations = 6;

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_ledgers_file_holds_the_charge_when_the_masked_input_arrives()
    {
        var plan = PrivatePlans.ThreeOfFour();
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);
        ImmutableArray<Charge>? there = null;
        var take = bench.Coordinator.Take;
        bench.Coordinator.Take = (header, bytes) =>
        {
            there = PrivateSite.Charges(bench.Files); // the node has no receipt yet
            return take(header, bytes);
        };
        Assert.IsEmpty(PrivateSite.Charges(bench.Files), "joining costs nothing");

        await bench.InviteAsync(1, 1);
        await bench.SumAsync();

        var terms = plan.Releases().Training;
        var expected = new Charge(
            plan.Hash(),
            plan.Name,
            new RoundNumber(1),
            new AttemptNumber(1),
            "update",
            4,
            Population.Training,
            terms.Event,
            terms.FloorEvent
        );
        Assert.AreEqual(expected, there!.Value.Single());
    }

    [TestMethod]
    public async Task The_sum_is_that_of_the_clipped_gradients_with_the_plans_noise()
    {
        var plan = PrivatePlans.ThreeOfFour();
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);

        var lanes = await SumOfAsync(bench, attempt: 1);

        var exact = ClippedSum(plan, Train(plan));
        AssertWithinNoise(plan.Releases().Training, exact, lanes);
        Assert.IsTrue(lanes.Zip(exact).Any(pair => Math.Abs(pair.First - pair.Second) > 1), "there is noise in it, not rounding alone");
    }

    [TestMethod]
    public async Task Each_attempt_draws_its_own_noise_and_pays_for_it()
    {
        var plan = PrivatePlans.ThreeOfFour(spares: 1);
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);

        var first = await SumOfAsync(bench, attempt: 1);
        var second = await SumOfAsync(bench, attempt: 2);

        CollectionAssert.AreNotEqual(first, second);
        CollectionAssert.AreEqual(new uint[] { 1, 2 }, PrivateSite.Charges(bench.Files).Select(charge => charge.Attempt.Value).ToArray());
    }

    [TestMethod]
    public async Task Where_nobody_is_drawn_noise_leaves_all_the_same()
    {
        // One patient in a million: forty-five of them are drawn by nobody's luck. So little noise that a batch with anybody in it would be seen.
        var plan = PrivatePlans.ThreeOfFour(rate: 1e-6, noise: 0.2);
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);

        var lanes = await SumOfAsync(bench, attempt: 1);

        AssertWithinNoise(plan.Releases().Training, new double[lanes.Length], lanes);
        Assert.IsTrue(lanes.All(lane => lane != 0), string.Join(", ", lanes));
        Assert.HasCount(1, PrivateSite.Charges(bench.Files), "who was drawn shows nowhere, so an empty batch is paid for too");
    }

    [TestMethod]
    public async Task Patients_who_object_are_out_of_the_next_attempt()
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 200, noise: 0.2, spares: 1);
        await using var bench = await StudyAtNode.StartAsync(
            plan,
            Stop,
            more: $"{PrivateSite.DataSet}, \"objections\": \"{Objections}\"",
            prepare: files =>
            {
                PrivateSite.Register(files, epsilon: 1000);
                files.Write(Objections, "");
            }
        );
        Assert.IsTrue((await bench.OfferAsync()).Accepted);
        var train = Train(plan);
        var healthy = Enumerable.Range(0, train.Count).Where(row => train.Labels.Span[row] < 0.5f).ToList();

        var everybody = await SumOfAsync(bench, attempt: 1);
        bench.Files.Write(
            Objections,
            string.Concat(Enumerable.Range(0, train.Count).Except(healthy).Select(row => $"alpha-{train.RowIds[row]}\n"))
        );
        var rest = await SumOfAsync(bench, attempt: 2);

        var terms = plan.Releases().Training;
        AssertWithinNoise(terms, ClippedSum(plan, train), everybody);
        AssertWithinNoise(terms, ClippedSum(plan, train.Select(healthy)), rest);
        var apart = ClippedSum(plan, train).Zip(ClippedSum(plan, train.Select(healthy))).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.IsGreaterThan(2 * Deviations * (double)terms.Grid.ShareSigma, apart, "or else noise would hide who was asked");
    }

    [TestMethod]
    public async Task The_evaluation_counts_the_held_out_patients_with_noise_and_charges_them_alone()
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 8, isEvaluated: true);
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        var second = bench.Sum(first, [5, 6, 7, 8], "beta", "gamma", "delta");
        await bench.CommitAsync(first);
        await bench.CommitAsync(second);

        await bench.InviteAsync(3, 1, model: second.Next.Hash, previous: second.Result);
        var sum = await bench.SumAsync(second);

        var terms = plan.Releases().Evaluation!;
        var charge = PrivateSite.Charges(bench.Files).Single();
        Assert.AreEqual(
            ("evaluation", Population.Test, 8L, terms.Event),
            (charge.Released, charge.Population, charge.Numbers, charge.Event)
        );
        var lanes = Lanes.SumFrom(sum.Bytes);
        Assert.HasCount(8, lanes);
        var scale = Math.ScaleB(1, plan.Privacy!.Evaluation!.ScaleBits);
        var bound = Deviations * Math.Sqrt(8) * (double)terms.Grid.ShareSigma;
        Assert.AreEqual(Split(plan).Test.Count * scale, lanes.Sum(), bound, "each held-out patient is in one count");
        Assert.AreEqual(second.Next.Parameters, sum.Next.Parameters, "an evaluation is no step");
    }

    /// <summary>As if the process had died after the charge was forced to disk and before the journal knew: nothing left, and the price stays paid.</summary>
    [TestMethod]
    public async Task An_attempt_that_was_charged_and_never_left_is_not_answered_and_the_next_one_pays_anew()
    {
        var plan = PrivatePlans.ThreeOfFour(spares: 1);
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);
        await bench.RestartNodeAsync(() =>
        {
            using var ledger = PrivateSite.Open(bench.Files);
            var terms = plan.Releases().Training;
            var charge = new Charge(
                plan.Hash(),
                plan.Name,
                new RoundNumber(1),
                new AttemptNumber(1),
                "update",
                4,
                Population.Training,
                terms.Event,
                terms.FloorEvent
            );
            Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(charge, LedgerBench.Wide, 0));
        });
        await bench.OfferAsync();

        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();
        await SumOfAsync(bench, attempt: 2);

        Assert.AreEqual(DeclineCode.Replay, refusal.Code);
        Assert.HasCount(2, PrivateSite.Charges(bench.Files));
    }

    /// <summary>The node's own input with its noise: the others give zeros.</summary>
    private static async Task<long[]> SumOfAsync(StudyAtNode bench, uint attempt)
    {
        await bench.InviteAsync(1, attempt);
        return Lanes.SumFrom((await bench.SumAsync()).Bytes);
    }

    private static void AssertWithinNoise(ReleaseTerms terms, double[] exact, long[] lanes)
    {
        var most = (Deviations * (double)terms.Grid.ShareSigma) + 1;
        for (var i = 0; i < lanes.Length; i++)
        {
            Assert.AreEqual(exact[i], lanes[i], most, $"lane {i}");
        }
    }

    /// <summary>Of the initial model, in units of the grid.</summary>
    private static double[] ClippedSum(StudyPlan plan, EncodedRows rows)
    {
        var clipping = new GradientClipping(plan.Privacy!.ClippingNorm, ClippingManner.Flat);
        var gradients = new PatientGradients(plan.Shape, rows, clipping);
        var sum = new double[gradients.Dimension];
        gradients.Sum(InitialModel.Of(plan).Parameters.AsSpan(), [.. Enumerable.Range(0, gradients.Patients)], sum);
        return Array.ConvertAll(sum, value => Math.ScaleB(value, plan.Aggregation.ScaleBits));
    }

    private static EncodedRows Train(StudyPlan plan) => Split(plan).Train;

    private static (EncodedRows Train, EncodedRows Test) Split(StudyPlan plan) =>
        new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction).Apply(Patients.Encoded(plan, "alpha", 60));
}
