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
        import hashlib, json, struct, sys

        def double(text):
            return struct.unpack('>d', bytes.fromhex(text))[0]

        def run(case):
            weights = [double(w) for w in case['weights']]
            scale = 2.0 ** case['scale_bits']
            eta, mu = double(case['learning_rate']), double(case['momentum'])
            state = list(struct.unpack('<%df' % case['d'], bytes.fromhex(case['initial'])))
            memory = None
            hashes = []
            for number, round in enumerate(case['rounds'], 1):
                whole = part = 0.0
                for i, w in enumerate(weights):
                    whole += w
                    part += w if i in round['survivors'] else 0.0
                share = part / whole
                fresh = []
                for i, lane in enumerate(round['sum']):
                    step = lane * (1.0 / scale) / share
                    if mu != 0.0:
                        step += mu * (0.0 if memory is None else memory[i])
                        fresh.append(step)
                    state[i] = struct.unpack('<f', struct.pack('<f', state[i] + eta * step))[0]
                memory = fresh if mu != 0.0 else None
                snapshot = b'federated-model/1\n' + struct.pack('<IIB', number, len(state), mu != 0.0)
                snapshot += struct.pack('<%df' % len(state), *state)
                if mu != 0.0:
                    snapshot += struct.pack('<%dd' % len(memory), *memory)
                hashes.append(hashlib.sha256(snapshot).hexdigest())
            return hashes

        print(json.dumps([run(case) for case in json.load(sys.stdin)]))
        """;

    [TestMethod]
    public void Python_computes_the_same_hash_after_every_round_of_many_studies()
    {
        var random = new KeyedRandom("server-step/python");
        Case[] cases = [.. Enumerable.Range(0, 60).Select(i => Case.Draw(random, momentum: i % 3 != 0))];

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
        public static Case Draw(KeyedRandom random, bool momentum)
        {
            var sites = 1 + random.NextInt32(9);
            var d = 1 + random.NextInt32(30);
            var grid = new ReleaseGrid(random.NextInt32(24), 4, sites);
            return new Case(
                [.. Enumerable.Range(0, sites).Select(_ => 0.01 + (1000 * random.NextDouble()))],
                grid,
                new ServerOptimizer(0.01 + (2 * random.NextDouble()), momentum ? random.NextDouble() : 0),
                [.. Enumerable.Range(0, d).Select(_ => (float)(random.NextDouble() - 0.5))],
                [.. Enumerable.Range(0, 6).Select(_ => Round(random, sites, d, grid))]
            );
        }

        public JsonObject ToJson() =>
            new JsonObject
            {
                ["weights"] = Array(Weights.Select(Hex)),
                ["scale_bits"] = Grid.ScaleBits,
                ["learning_rate"] = Hex(Optimizer.LearningRate),
                ["momentum"] = Hex(Optimizer.Momentum),
                ["d"] = Initial.Length,
                ["initial"] = Convert.ToHexString([.. Initial.SelectMany(BitConverter.GetBytes)]),
                ["rounds"] = Array(Rounds.Select(r => new JsonObject { ["survivors"] = Array(r.Survivors), ["sum"] = Array(r.Sum) })),
            };

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
                state = ServerStep.Next(state, sum, plan.ShareOf(who), Grid, Optimizer)!;
                hashes.Add(state.Hash.ToString());
            }

            return [.. hashes];
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
