using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers: PyTorch's, so a seed gives the numbers that it gives there.</summary>
    public class Generator : IDisposable
    {
        /// <exception cref="ExternalException">libtorch has no generator for <paramref name="device"/>.</exception>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Handle = Native.ts_generator_new(unchecked((long)seed), (int)this.device.type, this.device.index);
            if (Handle == 0)
            {
                Errors.Throw();
            }
        }

        private Generator(nint handle)
        {
            Handle = handle;
            device = CPU;
        }

        ~Generator() => Dispose(false);

        /// <summary>The CPU's process-wide generator.</summary>
        public static Generator Default => new(Native.ts_generator_default());

        public nint Handle { get; private set; }

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Errors.Check(Native.ts_generator_set_seed(Handle, seed));
            GC.KeepAlive(this);
            return this;
        }

        public long initial_seed()
        {
            var seed = Native.ts_generator_seed(Handle);
            GC.KeepAlive(this);
            return seed;
        }

        /// <summary>The whole state, as bytes that <see cref="set_state"/> takes back.</summary>
        public Tensor get_state() => Tensor.Own(Native.ts_generator_state(Handle), this);

        public void set_state(Tensor value)
        {
            Errors.Check(Native.ts_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Handle != 0)
            {
                Native.ts_generator_dispose(Handle);
                Handle = 0;
            }
        }
    }
}
