using Federated.Data;
using Federated.Federation.Schemas;

namespace Federated.Bench.FlambyHeart;

/// <summary>Scaling by the schema's public clinical ranges, as the product scales, of rows that were encoded as recorded.</summary>
internal static class PublicRanges
{
    internal static EncodedRows Apply(EncodedRows recorded)
    {
        var layout = recorded.Layout;
        var inputs = recorded.Inputs.ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = layout.Inputs[i % recorded.Width];
            if (input.Kind == InputKind.Scaled)
            {
                inputs[i] = (float)layout.Schema.Find(layout.Features[input.Feature].Variable)!.Scaling!.Value.Scale(inputs[i]);
            }
        }

        return recorded.WithInputs(inputs);
    }
}
