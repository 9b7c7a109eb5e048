using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Federated.Federation.Models;

/// <summary>The shared model between two rounds: parameters, and the server optimizer's memory. Immutable; equal bytes have equal hashes.</summary>
/// <remarks>
/// Every party keeps its own and computes the next one itself (see <see cref="Steps.ServerStep"/>); only <see cref="Hash"/> travels.
/// </remarks>
public sealed class ModelState
{
    private static ReadOnlySpan<byte> Magic => "federated-model/1\n"u8;

    private Digest? _hash;

    /// <param name="round">Rounds behind this state; 0 for the initial model.</param>
    /// <param name="parameters">Shape [d], in <see cref="ModelShape.Blocks"/> order.</param>
    /// <param name="momentum">Shape [d], or empty where the optimizer keeps none.</param>
    public ModelState(RoundNumber round, ImmutableArray<float> parameters, ImmutableArray<double> momentum)
    {
        if (parameters.IsDefaultOrEmpty || momentum.IsDefault || (momentum.Length != 0 && momentum.Length != parameters.Length))
        {
            throw new ArgumentException("A model has parameters, and momentum for all of them or none.", nameof(parameters));
        }

        Round = round;
        Parameters = parameters;
        Momentum = momentum;
    }

    /// <summary>Rounds behind this state.</summary>
    public RoundNumber Round { get; }

    /// <summary>Shape [d], float32: what sites load into their networks.</summary>
    public ImmutableArray<float> Parameters { get; }

    /// <summary>Shape [d] or empty.</summary>
    public ImmutableArray<double> Momentum { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public Digest Hash => _hash ??= Digest.Of(ToBytes());

    /// <summary>The same model, after a round that did not move it.</summary>
    public ModelState AtRound(RoundNumber round) => new(round, Parameters, Momentum);

    /// <summary>The canonical form: magic, u32 round, u32 d, u8 momentum?, d float32, then d float64 if so; little-endian.</summary>
    public byte[] ToBytes()
    {
        var d = Parameters.Length;
        var bytes = new byte[checked(Magic.Length + 9 + (d * sizeof(float)) + (Momentum.Length * sizeof(double)))];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        rest = rest[Magic.Length..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Round.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], (uint)d);
        rest[8] = Momentum.IsEmpty ? (byte)0 : (byte)1;
        rest = rest[9..];
        foreach (var p in Parameters)
        {
            BinaryPrimitives.WriteSingleLittleEndian(rest, p);
            rest = rest[sizeof(float)..];
        }

        foreach (var v in Momentum)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(rest, v);
            rest = rest[sizeof(double)..];
        }

        return bytes;
    }

    /// <summary>Reads the canonical form. Null, with a reason, for anything that <see cref="ToBytes"/> would not write.</summary>
    public static ModelState? From(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length < Magic.Length + 9 || !bytes.StartsWith(Magic))
        {
            fault = "These bytes are no model snapshot of version 1.";
            return null;
        }

        var rest = bytes[Magic.Length..];
        var round = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        var d = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        var hasMomentum = rest[8] == 1;
        rest = rest[9..];
        var expected = (ulong)d * (hasMomentum ? 12u : 4u);
        if (d == 0 || bytes[Magic.Length + 8] > 1 || (ulong)rest.Length != expected)
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

        var momentum = ImmutableArray.CreateBuilder<double>(hasMomentum ? (int)d : 0);
        for (; rest.Length > 0; rest = rest[sizeof(double)..])
        {
            momentum.Add(BinaryPrimitives.ReadDoubleLittleEndian(rest));
        }

        fault = null;
        return new ModelState(new RoundNumber(round), parameters.MoveToImmutable(), momentum.MoveToImmutable());
    }
}
