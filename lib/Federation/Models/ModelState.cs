using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Federated.Federation.Models;

/// <summary>The shared model between two rounds: parameters, and the server optimizer's memory. Immutable; equal bytes have equal hashes.</summary>
/// <remarks>
/// Every party keeps its own and computes the next one itself (see <see cref="Steps.ServerStep"/>); only <see cref="Hash"/> travels.
/// </remarks>
public sealed class ModelState
{
    /// <summary>Most vectors of memory: two moments and a mean.</summary>
    public const int MaxSlots = 3;

    /// <summary>Most bytes of the canonical form: one database field holds a snapshot, and one array.</summary>
    public const int MaxBytes = HeaderBytes + (12 * ModelShape.MaxParameters);

    private const int HeaderBytes = 18 + 9;

    private Digest? _hash;

    /// <param name="round">Rounds behind this state; 0 for the initial model.</param>
    /// <param name="parameters">Shape [d], in <see cref="ModelShape.Blocks"/> order.</param>
    /// <param name="memory">At most <see cref="MaxSlots"/> vectors of shape [d]; none where the optimizer keeps nothing, and before the first step.</param>
    public ModelState(RoundNumber round, ImmutableArray<float> parameters, ImmutableArray<ImmutableArray<double>> memory)
    {
        if (parameters.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A model has parameters.", nameof(parameters));
        }

        if (memory.IsDefault || memory.Length > MaxSlots || memory.Any(slot => slot.IsDefault || slot.Length != parameters.Length))
        {
            throw new ArgumentException($"A model has at most {MaxSlots} vectors of memory, each for all parameters.", nameof(memory));
        }

        Round = round;
        Parameters = parameters;
        Memory = memory;
    }

    private static ReadOnlySpan<byte> Magic => "federated-model/1\n"u8;

    /// <summary>Rounds behind this state.</summary>
    public RoundNumber Round { get; }

    /// <summary>
    /// Shape [d], float32: what sites load into their networks. What the study gives in the end is <see cref="Steps.ServerOptimizer.ResultOf"/>, which
    /// may be a mean of several.
    /// </summary>
    public ImmutableArray<float> Parameters { get; }

    /// <summary>The optimizer's memory, each vector of shape [d]: which is what, the plan's optimizer says (<see cref="Steps.ServerOptimizer.SlotsAfter"/>).</summary>
    public ImmutableArray<ImmutableArray<double>> Memory { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public Digest Hash => _hash ??= Digest.Of(ToBytes());

    /// <summary>The same model, after a round that did not move it.</summary>
    public ModelState AtRound(RoundNumber round) => new(round, Parameters, Memory);

    /// <summary>Most parameters of a model whose state has so many vectors of memory: its canonical form has no more than <see cref="MaxBytes"/>.</summary>
    public static int MaxParametersWith(int slots) =>
        Math.Min(ModelShape.MaxParameters, (MaxBytes - HeaderBytes) / (sizeof(float) + (slots * sizeof(double))));

    /// <summary>The canonical form: magic, u32 round, u32 d, u8 vectors of memory, d float32, then d float64 for each of them; little-endian.</summary>
    public byte[] ToBytes()
    {
        var d = Parameters.Length;
        var bytes = new byte[checked(HeaderBytes + (d * (sizeof(float) + (Memory.Length * sizeof(double)))))];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        rest = rest[Magic.Length..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Round.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], (uint)d);
        rest[8] = (byte)Memory.Length;
        rest = rest[9..];
        foreach (var p in Parameters)
        {
            BinaryPrimitives.WriteSingleLittleEndian(rest, p);
            rest = rest[sizeof(float)..];
        }

        foreach (var slot in Memory)
        {
            foreach (var v in slot)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(rest, v);
                rest = rest[sizeof(double)..];
            }
        }

        return bytes;
    }

    /// <summary>Reads the canonical form. Null, with a reason, for anything that <see cref="ToBytes"/> would not write.</summary>
    public static ModelState? From(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
        {
            fault = "These bytes are no model snapshot of version 1.";
            return null;
        }

        var rest = bytes[Magic.Length..];
        var round = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        var d = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        int slots = rest[8];
        rest = rest[9..];
        if (slots > MaxSlots)
        {
            fault = $"A model snapshot has at most {MaxSlots} vectors of memory; this one announces {slots}.";
            return null;
        }

        var expected = d * (sizeof(float) + ((ulong)slots * sizeof(double)));
        if (d == 0 || (ulong)rest.Length != expected)
        {
            fault = $"A model snapshot of {d} parameters has {expected} bytes after its header; this one has {rest.Length}.";
            return null;
        }

        var parameters = ImmutableArray.CreateBuilder<float>((int)d);
        for (var i = 0; i < d; i++)
        {
            parameters.Add(BinaryPrimitives.ReadSingleLittleEndian(rest));
            rest = rest[sizeof(float)..];
        }

        var memory = ImmutableArray.CreateBuilder<ImmutableArray<double>>(slots);
        for (var slot = 0; slot < slots; slot++)
        {
            memory.Add(Doubles(rest[..((int)d * sizeof(double))]));
            rest = rest[((int)d * sizeof(double))..];
        }

        fault = null;
        return new ModelState(new RoundNumber(round), parameters.MoveToImmutable(), memory.MoveToImmutable());
    }

    private static ImmutableArray<double> Doubles(ReadOnlySpan<byte> bytes)
    {
        var doubles = ImmutableArray.CreateBuilder<double>(bytes.Length / sizeof(double));
        for (; bytes.Length > 0; bytes = bytes[sizeof(double)..])
        {
            doubles.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
        }

        return doubles.MoveToImmutable();
    }
}
