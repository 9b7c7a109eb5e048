using System.Buffers.Binary;
using System.Security.Cryptography;
using Federated.Learning.Privatization;
using Federated.Privacy;

namespace Federated.Learning.Tests.Privatization;

/// <summary>Statistics are compared with what independence predicts, at six standard deviations of a fixed stream; so they never fail by chance.</summary>
[TestClass]
public sealed class PoissonBatchTests
{
    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.02)]
    [DataRow(0.97)]
    public void Each_patient_takes_part_as_often_as_the_rate_says(double rate)
    {
        const int patients = 10_000;
        const int draws = 200;
        var batches = new PoissonBatch(patients, new SamplingRate(rate), Replayed.Source($"frequency/{rate}"));
        var counts = new int[patients];
        for (var i = 0; i < draws; i++)
        {
            foreach (var patient in batches.Draw())
            {
                counts[patient]++;
            }
        }

        var deviation = Math.Sqrt(draws * rate * (1 - rate));
        Assert.AreEqual(rate * draws * patients, counts.Sum(), 6 * deviation * Math.Sqrt(patients));
        Assert.AreEqual(
            patients,
            counts.Sum(n => Math.Pow((n - (rate * draws)) / deviation, 2)),
            6 * Math.Sqrt(2 * patients) + (patients * 0.05)
        );
        Assert.IsTrue(counts.All(n => Math.Abs(n - (rate * draws)) < 8 * deviation + 4), "nobody is favoured");
    }

    [TestMethod]
    public void Draws_depend_neither_on_each_other_nor_patients_on_their_neighbours()
    {
        const int patients = 9_000; // more than one block of words
        const double rate = 0.3;
        var batches = new PoissonBatch(patients, new SamplingRate(rate), Replayed.Source("independence"));
        var (again, beside, draws) = (0, 0, 100);
        HashSet<int> before = [.. batches.Draw()];
        for (var i = 0; i < draws; i++)
        {
            HashSet<int> now = [.. batches.Draw()];
            again += now.Count(before.Contains);
            beside += now.Count(patient => now.Contains(patient + 1));
            before = now;
        }

        var expected = draws * patients * rate * rate;
        Assert.AreEqual(expected, again, 6 * Math.Sqrt(expected * 2));
        Assert.AreEqual(expected, beside, 6 * Math.Sqrt(expected * 2));
    }

    [TestMethod]
    public void A_batch_may_be_empty_as_often_as_it_should()
    {
        var batches = new PoissonBatch(3, new SamplingRate(0.1), Replayed.Source("empty"));

        var empty = Enumerable.Range(0, 10_000).Count(_ => batches.Draw().IsEmpty);

        Assert.AreEqual(7290, empty, 6 * Math.Sqrt(10_000 * 0.729 * 0.271));
    }

    [TestMethod]
    public void A_rate_of_one_takes_everybody_and_nobody_is_nobody()
    {
        var all = new PoissonBatch(5, SamplingRate.All, RandomNumberGenerator.Fill);
        var nobody = new PoissonBatch(0, SamplingRate.All, RandomNumberGenerator.Fill);

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, all.Draw().ToArray());
        Assert.IsTrue(nobody.Draw().IsEmpty);
    }

    [TestMethod]
    [DataRow(0.75, 0xBFFF_FFFF_FFFF_FFFFul, true, DisplayName = "the last word that counts")]
    [DataRow(0.75, 0xC000_0000_0000_0000ul, false, DisplayName = "the first that does not")]
    [DataRow(1 - 1.1102230246251565e-16, 0xFFFF_FFFF_FFFF_F7FFul, true, DisplayName = "the largest rate below 1")]
    [DataRow(1 - 1.1102230246251565e-16, 0xFFFF_FFFF_FFFF_F800ul, false, DisplayName = "it leaves out 2^11 words of 2^64")]
    [DataRow(1e-9, 18_446_744_072ul, true, DisplayName = "the least rate")]
    [DataRow(1e-9, 18_446_744_073ul, false, DisplayName = "rounded down, never up")]
    public void The_comparison_is_exact(double rate, ulong word, bool takesPart)
    {
        var batches = new PoissonBatch(1, new SamplingRate(rate), bytes => BinaryPrimitives.WriteUInt64LittleEndian(bytes, word));

        Assert.AreEqual(takesPart, !batches.Draw().IsEmpty);
    }

    [TestMethod]
    public void Every_draw_takes_fresh_words_for_every_patient()
    {
        long taken = 0;
        var batches = new PoissonBatch(20_000, new SamplingRate(0.01), bytes => taken += bytes.Length);

        batches.Draw();
        batches.Draw();

        Assert.AreEqual(2 * 20_000 * sizeof(ulong), taken);
    }
}
