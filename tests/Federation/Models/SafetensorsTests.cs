using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Federated.Federation.Models;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Models;

[TestClass]
public sealed class SafetensorsTests
{
    // A reader by the format's description (huggingface/safetensors, README, "Format"), strict about what it promises.
    private const string Reader = """
        import json, struct, sys

        file = bytes.fromhex(json.load(sys.stdin))
        length = struct.unpack('<Q', file[:8])[0]
        text = file[8:8 + length]
        assert text[:1] == b'{' and length % 8 == 0
        header = json.loads(text)
        data = file[8 + length:]
        end = 0
        tensors = {}
        metadata = header.pop('__metadata__')
        assert all(isinstance(v, str) for v in metadata.values())
        for name, tensor in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
            start, stop = tensor['data_offsets']
            assert start == end, 'a hole'
            end = stop
            count = 1
            for n in tensor['shape']:
                count *= n
            assert tensor['dtype'] == 'F32' and stop - start == 4 * count
            tensors[name] = {'shape': tensor['shape'], 'bits': list(struct.unpack('<%dI' % count, data[start:stop]))}
        assert end == len(data), 'bytes that belong to nothing'
        print(json.dumps({'metadata': metadata, 'tensors': tensors}))
        """;

    [TestMethod]
    [DataRow(0, DisplayName = "logistic regression")]
    [DataRow(5, DisplayName = "a hidden layer")]
    public void Python_reads_back_names_shapes_values_and_metadata(int hidden)
    {
        var shape = new ModelShape(3, hidden == 0 ? [] : [hidden, 2]);
        var random = new KeyedRandom("safetensors");
        ImmutableArray<float> values = [.. Enumerable.Range(0, shape.ParameterCount).Select(_ => (float)(random.NextDouble() - 0.5))];
        var metadata = new Dictionary<string, string> { ["plan"] = "é \"quoted\" \\ \n 😀", ["a"] = "" };

        var file = Safetensors.Write(shape, values.AsSpan(), metadata);
        var read = Python.Run(Reader, JsonValue.Create(Convert.ToHexString(file)));

        Assert.AreEqual("é \"quoted\" \\ \n 😀", read["metadata"]!["plan"]!.GetValue<string>());
        Assert.AreEqual("", read["metadata"]!["a"]!.GetValue<string>());
        Assert.HasCount(shape.Blocks.Length, read["tensors"]!.AsObject());
        foreach (var block in shape.Blocks)
        {
            var tensor = read["tensors"]![block.Name]!;
            CollectionAssert.AreEqual(block.Shape, Values<int>(tensor["shape"]));
            CollectionAssert.AreEqual(
                values.Skip(block.Offset).Take(block.Count).Select(BitConverter.SingleToUInt32Bits).ToArray(),
                Values<uint>(tensor["bits"])
            );
        }
    }

    [TestMethod]
    public void Data_begins_at_a_multiple_of_eight_whatever_the_metadata()
    {
        for (var n = 0; n < 9; n++)
        {
            var file = Safetensors.Write(new ModelShape(1), [1f, 2f], new Dictionary<string, string> { ["k"] = new('x', n) });
            Assert.AreEqual(0ul, BinaryPrimitives.ReadUInt64LittleEndian(file) % 8);
        }
    }

    [TestMethod]
    public void A_shape_that_does_not_describe_the_parameters_is_the_callers_bug() =>
        Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write(new ModelShape(3), [1f], new Dictionary<string, string>()));

    private static T[] Values<T>(JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<T>())];

    [TestMethod]
    public void Only_the_very_file_that_was_written_is_read_back()
    {
        var shape = new ModelShape(3, 2);
        var parameters = Enumerable.Range(0, shape.ParameterCount).Select(i => i / 3f).ToImmutableArray();
        var metadata = new Dictionary<string, string> { ["plan_hash"] = "1" };
        var file = Safetensors.Write(shape, parameters.AsSpan(), metadata);

        CollectionAssert.AreEqual(parameters, Safetensors.Read(file, shape, metadata)!.Value);
        Assert.AreEqual(file.Length, Safetensors.LengthOf(shape, metadata));
        Assert.IsNull(Safetensors.Read(file, shape, new Dictionary<string, string> { ["plan_hash"] = "2" }), "of another plan");
        Assert.IsNull(Safetensors.Read(file, new ModelShape(2, 3), metadata), "of another shape");
        Assert.IsNull(Safetensors.Read(file.AsSpan(0, file.Length - 4), shape, metadata), "cut off");
        Assert.IsNull(Safetensors.Read([.. file, 0], shape, metadata), "with a byte too many");
        Assert.IsNull(Safetensors.Read([], shape, metadata), "empty");
    }
}
