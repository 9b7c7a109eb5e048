using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Federated.TorchSharp.Tests;

internal static class Models
{
    /// <summary>Linear layers with ReLU between, drawn after the seed: the same numbers as reference.py's mlp.</summary>
    public static Sequential Mlp(long seed, ScalarType dtype, params long[] widths)
    {
        manual_seed(seed);
        var model = Sequential();
        for (var i = 0; i + 1 < widths.Length; i++)
        {
            if (i > 0)
            {
                model.append(ReLU());
            }

            model.append(Linear(widths[i], widths[i + 1], dtype: dtype));
        }

        return model;
    }
}
