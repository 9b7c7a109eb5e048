using System.Buffers.Binary;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Messages;

/// <summary>
/// Reads bodies that came from somebody else. A read past the end gives zeros and is remembered, so that a parser reads straight through and asks once, at
/// <see cref="IsWhole"/>. Lengths are compared with what is there before anything is allocated.
/// </summary>
internal ref struct BodyReader(ReadOnlyMemory<byte> body)
{
    private ReadOnlyMemory<byte> _rest = body;

    /// <summary>True if a read went past the end, or a check failed.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>True if every read was inside and nothing is left over.</summary>
    internal readonly bool IsWhole => !HasFailed && _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    internal readonly int Left => _rest.Length;

    internal byte Byte() => Take(1) is { Length: 1 } bytes ? bytes.Span[0] : (byte)0;

    internal int U16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Span) : 0;

    internal uint U32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span) : 0;

    internal ulong U64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes.Span) : 0;

    internal Digest Hash() => Take(Digest.Length) is { Length: Digest.Length } bytes ? new Digest(bytes.Span) : default;

    /// <summary>The next bytes, not copied; empty, and remembered as a failure, if there are not so many.</summary>
    internal ReadOnlyMemory<byte> Take(int length)
    {
        if (HasFailed || length < 0 || length > _rest.Length)
        {
            HasFailed = true;
            return default;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>Bytes behind their length, of which there may be so many.</summary>
    internal ReadOnlyMemory<byte> LengthAndBytes(int most)
    {
        var length = U32();
        return length <= (uint)most ? Take((int)length) : Fail();
    }

    /// <summary>A version that this release does not speak is a failure.</summary>
    internal void Version()
    {
        if (U16() != Protocol.Version)
        {
            HasFailed = true;
        }
    }

    /// <summary>A checkpoint of the log. None has one spelling, all zeros.</summary>
    internal LogView Log()
    {
        var view = new LogView(U64(), Hash());
        if (view.Size == 0 && view.Root != default)
        {
            HasFailed = true;
        }

        return view;
    }

    private ReadOnlyMemory<byte> Fail()
    {
        HasFailed = true;
        return default;
    }
}
