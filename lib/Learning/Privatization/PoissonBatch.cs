using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Privacy;

namespace Federated.Learning.Privatization;

/// <summary>
/// Draws the patients of one step: each takes part with probability q, independently of all others and of all other draws (Poisson sampling). A batch may be empty.
/// </summary>
/// <remarks>
/// Each patient gets a fresh 64-bit word and takes part if it is below ⌊q·2⁶⁴⌋: with a probability of at most q, and less than 2⁻⁶⁴ below it, which costs nothing in privacy. Words are
/// wiped once they are used and no draw can be repeated. Who takes part must stay secret, or the sampling hides nobody: prints its type name only. Not thread-safe.
/// </remarks>
public sealed class PoissonBatch
{
    private const int BlockWords = 8192;
    private const double Words = 18_446_744_073_709_551_616.0; // 2^64

    private readonly ulong[] _words = GC.AllocateArray<ulong>(BlockWords, pinned: true); // unpinned, the GC may leave copies behind
    private readonly int[] _batch;
    private readonly RandomSource _source;
    private readonly ulong _limit;
    private readonly bool _isAll;

    /// <param name="patients">How many there are to choose from; may be 0.</param>
    /// <param name="rate">Probability q.</param>
    /// <param name="source">Where randomness comes from; only the site may know it.</param>
    public PoissonBatch(int patients, SamplingRate rate, RandomSource source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patients);
        ArgumentNullException.ThrowIfNull(source);
        _batch = new int[patients];
        _source = source;
        _isAll = rate.IsAll;
        // Exact: the product only changes the exponent, and q < 1 leaves it below 2^64; the conversion drops what is below one word.
        _limit = _isAll ? 0 : (ulong)(rate.Value * Words);
    }

    /// <summary>A new batch.</summary>
    /// <returns>Numbers of patients, ascending; in memory of this object's own, which the next draw overwrites.</returns>
    public ReadOnlySpan<int> Draw()
    {
        var count = 0;
        for (var first = 0; first < _batch.Length; first += BlockWords)
        {
            var words = _words.AsSpan(0, Math.Min(BlockWords, _batch.Length - first));
            _source(MemoryMarshal.AsBytes(words));
            for (var i = 0; i < words.Length; i++)
            {
                // Written without a branch on the draw: how long it takes does not depend on who is drawn.
                _batch[count] = first + i;
                count += _isAll || words[i] < _limit ? 1 : 0;
            }

            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
        }

        return _batch.AsSpan(0, count);
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(PoissonBatch);
}
