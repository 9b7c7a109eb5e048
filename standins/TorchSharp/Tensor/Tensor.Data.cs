using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Elements of tensors on the CPU.
    public partial class Tensor
    {
        /// <summary>The elements in memory, without a copy: valid while the tensor lives, and no longer.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        /// <exception cref="NotImplementedException">Its elements do not lie in order.</exception>
        public Span<byte> bytes
        {
            get => ContiguousBytes();
            set
            {
                var target = ContiguousBytes();
                if (target.Length != value.Length)
                {
                    throw new ArgumentException($"The tensor holds {target.Length} bytes, and {value.Length} were given.", nameof(value));
                }

                value.CopyTo(target);
                GC.KeepAlive(this);
            }
        }

        /// <summary>The one element of a tensor, which must have the type asked for.</summary>
        /// <exception cref="ArgumentException">The tensor has not exactly one element, or another type.</exception>
        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException($"item needs exactly one element; the tensor has {NumberOfElements}.");
            }

            if (device_type != DeviceType.CPU)
            {
                using var here = cpu().DetachFromDisposeScope();
                return here.item<T>();
            }

            ValidateType(typeof(T));
            unsafe
            {
                var value = *(T*)DataPointer();
                GC.KeepAlive(this);
                return value;
            }
        }

        /// <summary>The elements, in the tensor's logical order.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        /// <exception cref="ArgumentException">The tensor has another element type.</exception>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireCpu();
            ValidateType(typeof(T));
            return new Utils.TensorAccessor<T>(this);
        }

        public unsafe Scalar ToScalar()
        {
            ScalarValue value;
            Errors.Check(Native.ts_item(Handle, &value));
            GC.KeepAlive(this);
            return new Scalar(value);
        }

        internal unsafe void* DataPointer()
        {
            nint data;
            Errors.Check(Native.ts_data(Handle, &data));
            GC.KeepAlive(this);
            return (void*)data;
        }

        private unsafe Span<byte> ContiguousBytes()
        {
            RequireCpu();
            if (!is_contiguous())
            {
                throw new NotImplementedException("bytes needs a contiguous tensor: call contiguous() first.");
            }

            return new Span<byte>(DataPointer(), checked((int)(NumberOfElements * ElementSize)));
        }

        private void RequireCpu()
        {
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException(
                    $"The tensor is on {device}: copy it to the CPU with cpu() before reading its elements."
                );
            }
        }

        private void ValidateType(Type type)
        {
            var expected = dtype switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                var other => throw new NotSupportedException($"Element type {other} has no .NET type here."),
            };
            if (type != expected)
            {
                throw new ArgumentException($"{type.Name} is not compatible with {dtype}");
            }
        }
    }
}
