using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Federated.Federation.Models;

/// <summary>A model's parameters in the safetensors format, which PyTorch, NumPy and others read without running code.</summary>
/// <remarks>u64 little-endian header length, JSON header (name → dtype, shape, byte range), then the data; header padded with spaces to 8 bytes.</remarks>
public static class Safetensors
{
    /// <summary>The whole file.</summary>
    /// <param name="shape">Names and dimensions.</param>
    /// <param name="parameters">Shape [d], in the shape's order.</param>
    /// <param name="metadata">Free text by key, such as the plan hash.</param>
    public static byte[] Write(ModelShape shape, ReadOnlySpan<float> parameters, IReadOnlyDictionary<string, string> metadata)
    {
        if (shape.ParameterCount != parameters.Length)
        {
            throw new ArgumentException(
                $"A shape of {shape.ParameterCount} parameters does not describe {parameters.Length}.",
                nameof(parameters)
            );
        }

        var header = Header(shape, metadata);
        var file = new byte[header.Length + (parameters.Length * sizeof(float))];
        header.CopyTo(file, 0);
        var data = file.AsSpan(header.Length);
        foreach (var p in parameters)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data, p);
            data = data[sizeof(float)..];
        }

        return file;
    }

    /// <summary>Bytes of the file that <see cref="Write"/> makes of such a model.</summary>
    public static long LengthOf(ModelShape shape, IReadOnlyDictionary<string, string> metadata) =>
        Header(shape, metadata).Length + ((long)shape.ParameterCount * sizeof(float));

    /// <summary>Reads what <see cref="Write"/> wrote with the same shape and metadata; null for anything else.</summary>
    /// <returns>The parameters, shape [d].</returns>
    public static ImmutableArray<float>? Read(ReadOnlySpan<byte> file, ModelShape shape, IReadOnlyDictionary<string, string> metadata)
    {
        var header = Header(shape, metadata);
        if (file.Length != LengthOf(shape, metadata) || !file.StartsWith(header))
        {
            return null;
        }

        var parameters = ImmutableArray.CreateBuilder<float>(shape.ParameterCount);
        for (var data = file[header.Length..]; data.Length > 0; data = data[sizeof(float)..])
        {
            parameters.Add(BinaryPrimitives.ReadSingleLittleEndian(data));
        }

        return parameters.MoveToImmutable();
    }

    /// <summary>Everything before the data: its length, the JSON, spaces up to a multiple of 8.</summary>
    private static byte[] Header(ModelShape shape, IReadOnlyDictionary<string, string> metadata)
    {
        var json = Json(shape, metadata);
        var padded = (json.Length + 7) / 8 * 8;
        var header = new byte[8 + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        json.CopyTo(header, 8);
        return header;
    }

    private static byte[] Json(ModelShape shape, IReadOnlyDictionary<string, string> metadata)
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
