using System.Buffers.Binary;
using System.Text.Json;

namespace Federated.Federation.Models;

/// <summary>Writes a model's parameters in the safetensors format, which PyTorch, NumPy and others read without running code.</summary>
/// <remarks>u64 little-endian header length, JSON header (name → dtype, shape, byte range), then the data; header padded with spaces to 8 bytes.</remarks>
public static class Safetensors
{
    /// <summary>The whole file.</summary>
    /// <param name="shape">Names and dimensions.</param>
    /// <param name="state">Its parameters.</param>
    /// <param name="metadata">Free text by key, such as the plan hash.</param>
    public static byte[] Write(ModelShape shape, ModelState state, IReadOnlyDictionary<string, string> metadata)
    {
        if (shape.ParameterCount != state.Parameters.Length)
        {
            throw new ArgumentException(
                $"A shape of {shape.ParameterCount} parameters does not describe {state.Parameters.Length}.",
                nameof(state)
            );
        }

        var header = Header(shape, metadata);
        var padded = (header.Length + 7) / 8 * 8;
        var file = new byte[8 + padded + (state.Parameters.Length * sizeof(float))];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)padded);
        header.CopyTo(file, 8);
        file.AsSpan(8 + header.Length, padded - header.Length).Fill((byte)' ');
        var data = file.AsSpan(8 + padded);
        foreach (var p in state.Parameters)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data, p);
            data = data[sizeof(float)..];
        }

        return file;
    }

    private static byte[] Header(ModelShape shape, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            foreach (var block in shape.Blocks)
            {
                WriteBlock(json, block);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, ParameterBlock block)
    {
        json.WriteStartObject(block.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (var n in block.Shape)
        {
            json.WriteNumberValue(n);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue((long)block.Offset * sizeof(float));
        json.WriteNumberValue((long)(block.Offset + block.Count) * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
