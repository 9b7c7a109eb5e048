using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor: one owned reference to a libtorch tensor, freed by <see cref="Dispose()"/>, its dispose scope, or at last the finalizer.</summary>
    /// <remarks>
    /// Operations return a tensor of their own, also where libtorch returns the same storage or the same tensor.
    /// Not thread-safe; libtorch may read one tensor from several threads, and so may callers.
    /// </remarks>
    public partial class Tensor : IDisposable
    {
        internal nint handle;
        internal int ScopeSlot;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            if (register)
            {
                DisposeScopeManager.Current?.Enter(this);
            }
        }

        ~Tensor()
        {
            if (handle != 0)
            {
                Native.ts_dispose(handle);
            }
        }

        /// <summary>Tensors alive in the process, as the native side counts them.</summary>
        public static long TotalCount => Native.ts_live();

        /// <summary>For the reader; not used by any operation.</summary>
        public string? name { get; set; }

        public bool IsInvalid => handle == 0;

        /// <exception cref="ObjectDisposedException">The tensor was disposed of.</exception>
        public nint Handle
        {
            get
            {
                if (handle == 0)
                {
                    ThrowDisposed();
                }

                return handle;
            }
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>Hands the tensor to the scope around the one that holds it.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of all scopes.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Leave(this);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            OwningDisposeScope?.Leave(this);
            var released = ReleaseHandle();
            if (released != 0)
            {
                Native.ts_dispose(released);
            }
        }

        /// <summary>Another tensor object over the same libtorch tensor.</summary>
        public Tensor alias() => Own(Native.ts_alias(Handle), this);

        /// <summary>Wraps what a native function returned, and keeps its operands from the collector until it has returned.</summary>
        /// <remarks>An operand is named here, after the call, because the finalizer may otherwise free it while the call still reads it.</remarks>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The native function failed.</exception>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Own(nint result, object? operand)
        {
            GC.KeepAlive(operand);
            if (result == 0)
            {
                Errors.Throw();
            }

            return new Tensor(result);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Own(nint result, object? first, object? second)
        {
            GC.KeepAlive(first);
            return Own(result, second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Own(nint result, object? first, object? second, object? third)
        {
            GC.KeepAlive(first);
            return Own(result, second, third);
        }

        /// <summary>For operations in place: checks the status and returns the tensor itself.</summary>
        internal Tensor Same(int status, object? operand = null)
        {
            GC.KeepAlive(operand);
            Errors.Check(status);
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Leaves the tensor empty and hands its reference to the caller.</summary>
        internal nint ReleaseHandle()
        {
            var released = handle;
            handle = 0;
            GC.SuppressFinalize(this);
            return released;
        }

        private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed of.");
    }
}
