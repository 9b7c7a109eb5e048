using System.Text.Json.Nodes;
using Federated.Federation.Models;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Models;

[TestClass]
public sealed class InitialModelTests
{
    // Uniform in +-1/sqrt(fan-in) in parameter order, each rounded to float32 once; then the snapshot's hash.
    private const string Reference = """
        import hashlib, json, math, struct, sys

        def numbers(name):
            key = hashlib.sha256(name.encode()).digest()
            counter = 0
            while True:
                block = hashlib.sha256(key + struct.pack('<Q', counter)).digest()
                yield from struct.unpack('<4Q', block)
                counter += 1

        case = json.load(sys.stdin)
        widths = case['widths']
        stream = numbers('federated/initial-model/%d' % case['seed'])
        parameters = []
        for inputs, outputs in zip(widths, widths[1:]):
            for _ in range(inputs * outputs + outputs):
                unit = (next(stream) >> 11) * 2.0**-53
                parameters.append((2 * unit - 1) * (1.0 / math.sqrt(inputs)) if len(widths) > 2 else 0.0)
        d = len(parameters)
        snapshot = b'federated-model/1\n' + struct.pack('<IIB', 0, d, 0) + struct.pack('<%df' % d, *parameters)
        print(json.dumps(hashlib.sha256(snapshot).hexdigest()))
        """;

    [TestMethod]
    [DataRow(7, new[] { 13, 32, 16, 1 }, DisplayName = "two hidden layers")]
    [DataRow(0, new[] { 20, 64, 1 }, DisplayName = "one hidden layer, seed 0")]
    [DataRow(int.MaxValue, new[] { 3, 7, 5, 3, 1 }, DisplayName = "three hidden layers, the largest seed")]
    [DataRow(7, new[] { 13, 1 }, DisplayName = "logistic regression starts at zero")]
    public void Python_computes_the_same_hash(int seed, int[] widths)
    {
        var input = new JsonObject { ["seed"] = seed, ["widths"] = new JsonArray([.. widths.Select(w => (JsonNode)w)]) };
        var expected = Python.Run(Reference, input).GetValue<string>();

        var model = InitialModel.Of(new ModelShape(widths[0], widths.AsSpan(1..^1)), seed);

        Assert.AreEqual(expected, model.Hash.ToString());
        Assert.AreEqual(new RoundNumber(0), model.Round);
        Assert.IsTrue(model.Memory.IsEmpty);
    }

    [TestMethod]
    public void Weights_of_a_hidden_layer_lie_within_one_over_the_root_of_its_inputs_and_fill_that_range()
    {
        var shape = new ModelShape(16, 64, 25);
        var model = InitialModel.Of(shape, 1);

        var start = 0;
        foreach (var layer in shape.Layers)
        {
            var part = model.Parameters.Skip(start).Take(layer.ParameterCount).Select(Math.Abs).ToList();
            var bound = 1 / Math.Sqrt(layer.Inputs);
            Assert.IsLessThanOrEqualTo((float)bound, part.Max());
            Assert.IsGreaterThan(0.8 * bound, part.Max());
            start += layer.ParameterCount;
        }
    }

    [TestMethod]
    public void Another_seed_is_another_model() =>
        Assert.AreNotEqual(InitialModel.Of(new ModelShape(3, 4), 1).Hash, InitialModel.Of(new ModelShape(3, 4), 2).Hash);

    [TestMethod]
    public void A_plans_model_is_that_of_its_shape_and_seed()
    {
        var plan = SamplePlan.For("a", "b").WithHidden(5);

        Assert.AreEqual(InitialModel.Of(new ModelShape(3, 5), 7).Hash, InitialModel.Of(plan).Hash);
    }
}
