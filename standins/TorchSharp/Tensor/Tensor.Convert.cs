using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Other types, other devices, other storage.
    public partial class Tensor
    {
        /// <summary>Own storage, same elements; gradients flow through.</summary>
        public Tensor clone() => Own(Native.ts_clone(Handle), this);

        /// <summary>Same storage, without history.</summary>
        public Tensor detach() => Own(Native.ts_detach(Handle), this);

        public Tensor contiguous() => Own(Native.ts_contiguous(Handle), this);

        /// <param name="type">Wanted element type.</param>
        /// <param name="copy">Copies even where nothing changes.</param>
        /// <param name="disposeAfter">Disposes of this tensor.</param>
        /// <param name="non_blocking">Does not wait for a device copy.</param>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(new Placement((int)type, -1, -1), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(new Placement(type, InitializeDevice(device)), copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType,
            int deviceIndex = -1,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(new Placement(null, InitializeDevice(device)), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor bernoulli(Generator? generator = null) => Own(Native.ts_bernoulli(Handle, generator?.Handle ?? 0), this, generator);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Own(Native.ts_multinomial(Handle, num_samples, replacement ? 1 : 0, generator?.Handle ?? 0), this, generator);

        private Tensor To(Placement where, bool copy, bool disposeAfter, bool nonBlocking)
        {
            var result = Own(Native.ts_to(Handle, where, copy ? 1 : 0, nonBlocking ? 1 : 0), this);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }
}
