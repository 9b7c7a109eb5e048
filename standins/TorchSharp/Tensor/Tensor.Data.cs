using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Attributes, and elements of tensors on the CPU.
    public partial class Tensor
    {
        public long Dimensions
        {
            get
            {
                var count = Native.ts_dim(Handle);
                GC.KeepAlive(this);
                return count;
            }
        }

        public long ndim => Dimensions;

        public long NumberOfElements
        {
            get
            {
                var count = Native.ts_numel(Handle);
                GC.KeepAlive(this);
                return count;
            }
        }

        public ScalarType dtype
        {
            get
            {
                var type = (ScalarType)Native.ts_dtype(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public long ElementSize =>
            dtype switch
            {
                ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
                ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
                ScalarType.Int32 or ScalarType.Float32 => 4,
                ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
                ScalarType.ComplexFloat64 => 16,
                var type => throw new NotSupportedException($"Element type {type} is not supported."),
            };

        public DeviceType device_type
        {
            get
            {
                var type = (DeviceType)Native.ts_device_type(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public int device_index
        {
            get
            {
                var index = Native.ts_device_index(Handle);
                GC.KeepAlive(this);
                return index;
            }
        }

        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public long[] shape => size();

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

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous()
        {
            var result = Native.ts_is_contiguous(Handle) != 0;
            GC.KeepAlive(this);
            return result;
        }

        public unsafe long[] size()
        {
            var sizes = new long[Dimensions];
            fixed (long* values = sizes)
            {
                Native.ts_sizes(Handle, values);
            }

            GC.KeepAlive(this);
            return sizes;
        }

        public unsafe long size(int dim)
        {
            long size;
            Errors.Check(Native.ts_size(Handle, dim, &size));
            GC.KeepAlive(this);
            return size;
        }

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* values = strides)
            {
                Native.ts_strides(Handle, values);
            }

            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + (int)Dimensions : dim];

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

        public override string ToString() =>
            IsInvalid ? "disposed tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

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
