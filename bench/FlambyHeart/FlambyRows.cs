using Federated.Data;
using Federated.Federation.Models;

namespace Federated.Bench.FlambyHeart;

/// <summary>The four hospitals on one scale.</summary>
/// <param name="Hospitals">In the published order.</param>
internal sealed record FlambyScale(IReadOnlyList<FlambyHospital> Hospitals)
{
    /// <summary>All training rows, hospital after hospital.</summary>
    internal EncodedRows Train { get; } = EncodedRows.Concatenate([.. Hospitals.Select(hospital => hospital.Train)]);

    /// <summary>All test rows, hospital after hospital.</summary>
    internal EncodedRows Test { get; } = EncodedRows.Concatenate([.. Hospitals.Select(hospital => hospital.Test)]);

    internal FlambyHospital Named(string hospital) => Hospitals.Single(h => h.Name.Value == hospital);
}

/// <summary>The benchmark's rows on the three scales that it uses.</summary>
internal sealed class FlambyRows
{
    /// <param name="recorded">Numbers as the files have them.</param>
    internal FlambyRows(IReadOnlyList<FlambyHospital> recorded)
    {
        var all = Standardization.Of(EncodedRows.Concatenate([.. recorded.Select(hospital => hospital.Train)]));
        Own = Scaled(recorded, hospital => Standardization.Of(hospital.Train).Apply);
        Pooled = Scaled(recorded, _ => all.Apply);
        Public = Scaled(recorded, _ => PublicRanges.Apply);
        Shape = new ModelShape(Pooled.Train.Width);
    }

    /// <summary>Logistic regression on 13 inputs.</summary>
    internal ModelShape Shape { get; }

    /// <summary>Each hospital standardized by its own training rows.</summary>
    internal FlambyScale Own { get; }

    /// <summary>All hospitals standardized by all training rows together.</summary>
    internal FlambyScale Pooled { get; }

    /// <summary>All hospitals scaled by the schema's public clinical ranges, as the product does.</summary>
    internal FlambyScale Public { get; }

    private static FlambyScale Scaled(
        IReadOnlyList<FlambyHospital> recorded,
        Func<FlambyHospital, Func<EncodedRows, EncodedRows>> scaleOf
    ) =>
        new([
            .. recorded.Select(hospital =>
            {
                var scale = scaleOf(hospital);
                return new FlambyHospital(hospital.Name, scale(hospital.Train), scale(hospital.Test));
            }),
        ]);
}
