using TorchSharp.Interop;

namespace TorchSharp;

// Random numbers: as PyTorch's for the same seed, type and shape.
public static partial class torch
{
    public static unsafe Tensor rand(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    )
    {
        fixed (long* sizes = size)
        {
            return Tensor.Own(
                Native.ts_rand(sizes, size.Length, generator?.Handle ?? 0, new Placement(dtype, InitializeDevice(device), requires_grad)),
                generator
            );
        }
    }

    public static Tensor rand(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => rand(size.AsSpan(), dtype, device, requires_grad, generator);

    public static Tensor rand(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => rand([size], dtype, device, requires_grad, generator);

    public static Tensor rand(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => rand([rows, columns], dtype, device, requires_grad, generator);

    public static Tensor rand(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => rand([dim0, dim1, dim2], dtype, device, requires_grad, generator);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand(input.size().AsSpan(), dtype ?? input.dtype, device ?? input.device, requires_grad);

    public static unsafe Tensor randn(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    )
    {
        fixed (long* sizes = size)
        {
            return Tensor.Own(
                Native.ts_randn(sizes, size.Length, generator?.Handle ?? 0, new Placement(dtype, InitializeDevice(device), requires_grad)),
                generator
            );
        }
    }

    public static Tensor randn(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => randn(size.AsSpan(), dtype, device, requires_grad, generator);

    public static Tensor randn(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => randn([size], dtype, device, requires_grad, generator);

    public static Tensor randn(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => randn([rows, columns], dtype, device, requires_grad, generator);

    public static Tensor randn(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => randn([dim0, dim1, dim2], dtype, device, requires_grad, generator);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn(input.size().AsSpan(), dtype ?? input.dtype, device ?? input.device, requires_grad);

    /// <summary>Integers in [low, high).</summary>
    public static unsafe Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    )
    {
        var where = new Placement(dtype ?? ScalarType.Int64, InitializeDevice(device), requires_grad);
        fixed (long* sizes = size)
        {
            return Tensor.Own(Native.ts_randint(low, high, sizes, size.Length, generator?.Handle ?? 0, where), generator);
        }
    }

    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => randint(0, high, size, dtype, device, requires_grad, generator);

    /// <summary>0 … n − 1 in random order.</summary>
    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) =>
        Tensor.Own(
            Native.ts_randperm(
                n,
                generator?.Handle ?? 0,
                new Placement(dtype ?? ScalarType.Int64, InitializeDevice(device), requires_grad)
            ),
            generator
        );

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    /// <summary>Seeds the process-wide generators of all devices.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static class random
    {
        /// <inheritdoc cref="torch.manual_seed"/>
        public static Generator manual_seed(long seed)
        {
            Errors.Check(Native.ts_manual_seed(seed));
            return Generator.Default;
        }

        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
