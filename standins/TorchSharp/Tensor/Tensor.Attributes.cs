using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // What a tensor is: type, device and shape.
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

        public override string ToString() =>
            IsInvalid ? "disposed tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}
