using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;

namespace Federated.Federation.Tests.Aggregation;

/// <summary>Processors work on vectors of different widths. Each element must come out as it does alone, to the bit, or parties would disagree on the model.</summary>
[TestClass]
public sealed class ElementByElementTests
{
    private const int Most = 67; // more than two vectors of any width, and every length of rest

    private static readonly ReleaseGrid Grid = new(20, 8, 4);

    [TestMethod]
    public void An_element_is_encoded_in_company_as_it_is_alone()
    {
        foreach (var values in Vectors(20))
        {
            var lanes = new int[values.Length];
            var clamped = Grid.Encode(values, lanes);

            var alone = values.Select(EncodedAlone).ToList();
            Assert.AreEqual(alone.Sum(x => x.Clamped), clamped);
            CollectionAssert.AreEqual(alone.Select(x => x.Lane).ToArray(), lanes);
        }
    }

    [TestMethod]
    public void An_element_is_rounded_as_Math_Round_rounds_it()
    {
        foreach (var values in Vectors(20))
        {
            var lanes = new int[values.Length];
            Grid.Encode(values, lanes);

            int[] expected = [.. values.Select(x => (int)Math.Round(Math.Clamp(x, -8, 8) * Grid.Scale, MidpointRounding.ToEven))];
            CollectionAssert.AreEqual(expected, lanes);
        }
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void One_element_that_is_no_number_is_found_wherever_it_stands(double bad)
    {
        for (var at = 0; at < Most; at++)
        {
            var values = new double[Most];
            values[at] = bad;
            var lanes = new int[Most];
            lanes.AsSpan().Fill(7);

            Assert.AreEqual(-1, Grid.Encode(values, lanes), $"at {at}");
            Assert.IsTrue(lanes.All(lane => lane == 0), "nothing of a broken update may be sent");
        }
    }

    [TestMethod]
    public void An_update_is_weighed_in_company_as_it_is_alone()
    {
        foreach (var values in Vectors(20))
        {
            var lanes = new int[values.Length];
            SiteUpdate.Encode(values.ToArray(), 1 / 3.0, Grid, lanes);

            CollectionAssert.AreEqual(values.Select(x => EncodedAlone(x * (1 / 3.0)).Lane).ToArray(), lanes);
        }
    }

    [TestMethod]
    public void A_vector_is_added_and_decoded_in_company_as_it_is_alone()
    {
        foreach (var values in Vectors(20))
        {
            var lanes = new int[values.Length];
            Grid.Encode(values, lanes);
            long[] sum = [.. lanes.Select((lane, i) => ((long)lane * 3) + i)];
            long[] expected = [.. sum.Zip(lanes, (s, lane) => s + lane)];
            double[] decoded = new double[sum.Length];

            Lanes.Add(sum, Lanes.ToBytes(lanes));
            Grid.Decode(sum, decoded);

            CollectionAssert.AreEqual(expected, sum);
            CollectionAssert.AreEqual(expected.Select(lane => lane / Grid.Scale).ToArray(), decoded);
            CollectionAssert.AreEqual(sum, Lanes.SumFrom(Lanes.ToBytes(sum)));
        }
    }

    [TestMethod]
    [DataRow("sgd", 0.0, DisplayName = "no momentum")]
    [DataRow("sgd", 0.9, DisplayName = "momentum")]
    [DataRow("adam", 0.9, DisplayName = "adam")]
    public void A_parameter_steps_in_company_as_it_does_alone(string kind, double decay)
    {
        var optimizer = (
            kind == "sgd" ? (ServerOptimizer)new ServerOptimizer.Sgd(0.7, decay) : new ServerOptimizer.Adam(0.7, decay, 0.99, 1e-8)
        ) with
        {
            AverageFrom = 1,
        };
        foreach (var values in Vectors(2))
        {
            var lanes = new int[values.Length];
            Grid.Encode(values, lanes);
            long[] sum = [.. lanes.Select(lane => (long)lane)];

            var whole = TwoSteps([.. values.Select(x => (float)x)], sum);
            var alone = values.Select((x, i) => TwoSteps([(float)x], [sum[i]])).ToList();

            CollectionAssert.AreEqual(alone.Select(state => Bits(state.Parameters[0])).ToArray(), whole.Parameters.Select(Bits).ToArray());
            Assert.HasCount(optimizer.Moments + 1, whole.Memory);
            for (var slot = 0; slot < whole.Memory.Length; slot++)
            {
                CollectionAssert.AreEqual(
                    alone.Select(state => Bits(state.Memory[slot][0])).ToArray(),
                    whole.Memory[slot].Select(Bits).ToArray()
                );
            }
        }

        // The second step has the first one's moments and mean.
        ModelState TwoSteps(float[] parameters, long[] sum)
        {
            var state = new ModelState(new RoundNumber(0), [.. parameters], []);
            state = ServerStep.Next(state, sum, 0.75, Grid, optimizer)!;
            return ServerStep.Next(state, sum, 0.75, Grid, optimizer)!;
        }
    }

    [TestMethod]
    public void One_parameter_that_would_not_be_finite_stops_the_study_wherever_it_stands()
    {
        for (var at = 0; at < Most; at++)
        {
            var parameters = new float[Most];
            parameters[at] = float.MaxValue;
            var sum = new long[Most];
            sum[at] = 1;
            var state = new ModelState(new RoundNumber(0), [.. parameters], []);

            Assert.IsNull(ServerStep.Next(state, sum, 1, Grid, new ServerOptimizer.Sgd(1e40, 0)), $"at {at}");
        }
    }

    private static (int Clamped, int Lane) EncodedAlone(double x)
    {
        var lane = new int[1];
        return (Grid.Encode([x], lane), lane[0]);
    }

    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(x);

    private static int Bits(float x) => BitConverter.SingleToInt32Bits(x); // tells −0 from 0

    /// <summary>Vectors of every length, with values half-way between two grid points, beyond the clamp, tiny, and negative zero.</summary>
    private static IEnumerable<double[]> Vectors(double width)
    {
        var random = new KeyedRandom("tests/element-by-element");
        for (var length = 1; length <= Most; length++)
        {
            yield return
            [
                .. Enumerable
                    .Range(0, length)
                    .Select(i =>
                        (i % 5) switch
                        {
                            0 => (random.NextInt32(2001) - 1000 + 0.5) / Grid.Scale,
                            1 => i % 2 == 0 ? -0.0 : double.Epsilon,
                            _ => width * (random.NextDouble() - 0.5),
                        }
                    ),
            ];
        }
    }
}
