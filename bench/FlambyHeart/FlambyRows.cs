using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;

namespace Federated.Bench.FlambyHeart;

/// <summary>The benchmark's rows in the two forms that it uses: standardized by each hospital's own training rows, and by all training rows together.</summary>
internal sealed class FlambyRows
{
    internal FlambyRows(IReadOnlyList<FlambyHospital> hospitals)
    {
        Names = [.. hospitals.Select(hospital => hospital.Name)];
        Own = [.. hospitals.Select(hospital => Scaled(hospital, Standardization.Of(hospital.Train)))];
        var all = Standardization.Of(EncodedRows.Concatenate([.. hospitals.Select(hospital => hospital.Train)]));
        var together = hospitals.Select(hospital => Scaled(hospital, all)).ToList();
        PooledTrain = EncodedRows.Concatenate([.. together.Select(hospital => hospital.Train)]);
        PooledTest = EncodedRows.Concatenate([.. together.Select(hospital => hospital.Test)]);
        Shape = new ModelShape(PooledTrain.Width);
    }

    /// <summary>Logistic regression on 13 inputs.</summary>
    internal ModelShape Shape { get; }

    internal IReadOnlyList<SiteName> Names { get; }

    /// <summary>Each hospital, standardized by its own training rows.</summary>
    internal IReadOnlyList<FlambyHospital> Own { get; }

    /// <summary>All training rows, standardized together.</summary>
    internal EncodedRows PooledTrain { get; }

    /// <summary>All test rows in the hospitals' order, standardized with <see cref="PooledTrain"/>.</summary>
    internal EncodedRows PooledTest { get; }

    internal int IndexOf(string hospital) => Names.ToList().IndexOf(SiteName.Parse(hospital));

    private static FlambyHospital Scaled(FlambyHospital hospital, Standardization scale) =>
        new(hospital.Name, scale.Apply(hospital.Train), scale.Apply(hospital.Test));
}
