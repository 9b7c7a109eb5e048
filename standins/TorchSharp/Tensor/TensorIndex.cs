using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One part of an index expression, as between the brackets in Python.</summary>
    public readonly struct TensorIndex
    {
        private readonly IndexPart _part;
        private readonly Tensor? _tensor;

        private TensorIndex(IndexPart part, Tensor? tensor = null)
        {
            _part = part;
            _tensor = tensor;
        }

        /// <summary>"...": all dimensions that the other parts leave.</summary>
        public static readonly TensorIndex Ellipsis = new(new IndexPart { Kind = 4 });

        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(new IndexPart { Kind = 5 });

        public static readonly TensorIndex Null = None;

        /// <summary>":": the whole dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        /// <summary>start:stop:step; a null is left out, a negative counts from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(
                new IndexPart
                {
                    Kind = 1,
                    Start = start ?? 0,
                    Stop = stop ?? 0,
                    Step = step ?? 0,
                    Given = (start.HasValue ? 1 : 0) | (stop.HasValue ? 2 : 0) | (step.HasValue ? 4 : 0),
                }
            );

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(Bound(range.Start), range.End.Equals(^0) ? null : Bound(range.End));

        public static TensorIndex Bool(bool value) => new(new IndexPart { Kind = 2, Start = value ? 1 : 0 });

        public static TensorIndex Single(long? index) => index is { } given ? new(new IndexPart { Kind = 0, Start = given }) : Null;

        /// <summary>Indices, or a mask of booleans.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(new IndexPart { Kind = 3 }, tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Tensor value) => Tensor(value);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        /// <summary>The part as native code takes it; the tensor in it stays owned by whoever holds it.</summary>
        internal IndexPart ToNative() => _part with { Tensor = _tensor is null ? 0 : _tensor.Handle };

        private static long Bound(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
