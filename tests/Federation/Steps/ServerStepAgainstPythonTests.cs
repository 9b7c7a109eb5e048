using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Steps;

/// <summary>
/// The step must give the same bits everywhere: Python's floats are IEEE-754 doubles and struct rounds to float32 once, so a study's
/// whole chain of hashes must agree.
/// </summary>
[TestClass]
public sealed class ServerStepAgainstPythonTests
{
    private const string Reference = """
        import hashlib, json, math, struct, sys

        def double(text):
            return struct.unpack('>d', bytes.fromhex(text))[0]

        def run(case):
            weights = [double(w) for w in case['weights']]
            scale = 2.0 ** case['scale_bits']
            eta, kind, start = double(case['learning_rate']), case['kind'], case['average_from']
            if kind == 'sgd':
                mu = double(case['momentum'])
            else:
                beta1, beta2, epsilon = double(case['beta1']), double(case['beta2']), double(case['epsilon'])
            state = list(struct.unpack('<%df' % case['d'], bytes.fromhex(case['initial'])))
            moments = [[0.0] * case['d'] for _ in range(2)]
            mean = [0.0] * case['d']
            power1 = power2 = 1.0
            hashes = []
            for number, round in enumerate(case['rounds'], 1):
                whole = part = 0.0
                for i, w in enumerate(weights):
                    whole += w
                    part += w if i in round['survivors'] else 0.0
                share = part / whole
                if kind == 'adam':
                    power1 *= beta1
                    power2 *= beta2
                for i, lane in enumerate(round['sum']):
                    g = lane * (1.0 / scale) / share
                    if kind == 'sgd':
                        moments[0][i] = step = g + mu * moments[0][i] if mu != 0.0 else g
                        step *= eta
                    else:
                        m = moments[0][i] = beta1 * moments[0][i] + (1.0 - beta1) * g
                        v = moments[1][i] = beta2 * moments[1][i] + (1.0 - beta2) * (g * g)
                        step = m / (1.0 - power1) * eta / (math.sqrt(v / (1.0 - power2)) + epsilon)
                    state[i] = struct.unpack('<f', struct.pack('<f', state[i] + step))[0]
                slots = moments if kind == 'adam' else moments[:1] if mu != 0.0 else []
                if 0 < start <= number:
                    for i, x in enumerate(state):
                        mean[i] += (x - mean[i]) / (number - start + 1)
                    slots = slots + [mean]
                snapshot = b'federated-model/1\n' + struct.pack('<IIB', number, len(state), len(slots))
                snapshot += struct.pack('<%df' % len(state), *state)
                for slot in slots:
                    snapshot += struct.pack('<%dd' % len(slot), *slot)
                hashes.append(hashlib.sha256(snapshot).hexdigest())
            return hashes

        print(json.dumps([run(case) for case in json.load(sys.stdin)]))
        """;

    [TestMethod]
    public void Python_computes_the_same_hash_after_every_round_of_many_studies()
    {
        var random = new KeyedRandom("server-step/python");
        Case[] cases = [.. Enumerable.Range(0, 90).Select(i => Case.Draw(random, kind: i % 3, averages: i % 2 == 0))];

        var expected = Python.Run(Reference, new JsonArray([.. cases.Select(c => c.ToJson())])).AsArray();

        for (var i = 0; i < cases.Length; i++)
        {
            string[] hashes = [.. expected[i]!.AsArray().Select(hash => hash!.GetValue<string>())];
            CollectionAssert.AreEqual(hashes, cases[i].Hashes(), $"case {i}: {cases[i].Optimizer}");
        }
    }

    private sealed record Case(
        double[] Weights,
        ReleaseGrid Grid,
        ServerOptimizer Optimizer,
        ImmutableArray<float> Initial,
        (int[] Survivors, long[] Sum)[] Rounds
    )
    {
        public static Case Draw(KeyedRandom random, int kind, bool averages)
        {
            var sites = 1 + random.NextInt32(9);
            var d = 1 + random.NextInt32(30);
            var grid = new ReleaseGrid(random.NextInt32(24), 4, sites);
            return new Case(
                [.. Enumerable.Range(0, sites).Select(_ => 0.01 + (1000 * random.NextDouble()))],
                grid,
                DrawOptimizer(random, kind) with
                {
                    AverageFrom = averages ? 1 + random.NextInt32(6) : 0,
                },
                [.. Enumerable.Range(0, d).Select(_ => (float)(random.NextDouble() - 0.5))],
                [.. Enumerable.Range(0, 6).Select(_ => Round(random, sites, d, grid))]
            );
        }

        public JsonObject ToJson()
        {
            var json = new JsonObject
            {
                ["kind"] = Optimizer.Kind,
                ["average_from"] = Optimizer.AverageFrom,
                ["weights"] = Array(Weights.Select(Hex)),
                ["scale_bits"] = Grid.ScaleBits,
                ["learning_rate"] = Hex(Optimizer.LearningRate),
                ["d"] = Initial.Length,
                ["initial"] = Convert.ToHexString([.. Initial.SelectMany(BitConverter.GetBytes)]),
                ["rounds"] = Array(Rounds.Select(r => new JsonObject { ["survivors"] = Array(r.Survivors), ["sum"] = Array(r.Sum) })),
            };
            if (Optimizer is ServerOptimizer.Sgd sgd)
            {
                json["momentum"] = Hex(sgd.Momentum);
            }
            else if (Optimizer is ServerOptimizer.Adam adam)
            {
                (json["beta1"], json["beta2"], json["epsilon"]) = (Hex(adam.Beta1), Hex(adam.Beta2), Hex(adam.Epsilon));
            }

            return json;
        }

        public string[] Hashes()
        {
            var names = Enumerable.Range(0, Weights.Length).Select(i => $"s{i}").ToArray();
            var plan = SamplePlan.For(names);
            plan = plan with { Sites = [.. plan.Sites.Zip(Weights, (site, w) => site with { Weight = w })] };
            var state = new ModelState(new RoundNumber(0), Initial, []);
            var hashes = new List<string>();
            foreach (var (survivors, sum) in Rounds)
            {
                SiteName[] who = [.. survivors.Select(i => plan.Roster[i])];
                state = ServerStep.Next(state, sum, plan.DivisorOf(who), Grid, Optimizer)!;
                hashes.Add(state.Hash.ToString());
            }

            return [.. hashes];
        }

        private static ServerOptimizer DrawOptimizer(KeyedRandom random, int kind)
        {
            var rate = 0.01 + (2 * random.NextDouble());
            return kind switch
            {
                0 => new ServerOptimizer.Sgd(rate, 0),
                1 => new ServerOptimizer.Sgd(rate, random.NextDouble()),
                _ => new ServerOptimizer.Adam(rate, random.NextDouble(), random.NextDouble(), 1e-12 + (1e-3 * random.NextDouble())),
            };
        }

        private static (int[] Survivors, long[] Sum) Round(KeyedRandom random, int sites, int d, ReleaseGrid grid)
        {
            var order = Enumerable.Range(0, sites).ToArray();
            random.Shuffle(order.AsSpan());
            int[] survivors = [.. order.Take(1 + random.NextInt32(sites))];
            var most = (int)Math.Min(int.MaxValue - 1, grid.LaneBound * survivors.Length);
            return (survivors, [.. Enumerable.Range(0, d).Select(_ => (long)random.NextInt32(most + 1) - random.NextInt32(most + 1))]);
        }

        private static string Hex(double value) => BitConverter.DoubleToUInt64Bits(value).ToString("x16");

        private static JsonArray Array<T>(IEnumerable<T> items) =>
            new([.. items.Select(item => item as JsonNode ?? JsonValue.Create(item))]);
    }
}
