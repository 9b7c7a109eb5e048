using System.Text.Json.Serialization;

namespace Federated.Bench.TorchStep;

/// <summary>Median nanoseconds a step, and median ratios over pairs of neighbouring repeats; Python's are null where it is not installed.</summary>
internal sealed record Row(
    string Model,
    string Widths,
    int Batch,
    double CSharp,
    double Cpp,
    double? Python,
    double RatioToCpp,
    double? RatioToPython
);

[JsonSerializable(typeof(List<Row>))]
internal sealed partial class RowJson : JsonSerializerContext;
