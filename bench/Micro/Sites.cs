using BenchmarkDotNet.Attributes;
using Federated.Data;
using Federated.Data.Synthetic;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.Micro;

/// <summary>A synthetic hospital's file, in memory.</summary>
internal sealed class SyntheticFile
{
    private readonly Mapping _mapping;

    internal SyntheticFile(int rows)
    {
        var files = new Dictionary<string, StringWriter>();
        var hospital = SyntheticHospitals.Generate(1, [rows], name => files[name] = new StringWriter { NewLine = "\n" })[0];
        Csv = files[hospital.CsvFile].ToString();
        _mapping = MappingReader.Read(new StringReader(files[hospital.MappingFile].ToString()), hospital.MappingFile)
            is MappingResult.Read read
            ? read.Mapping
            : throw new InvalidOperationException("A generated mapping has faults.");
    }

    internal string Csv { get; }

    internal CohortTable Read() =>
        CohortReader.Read(new StringReader(Csv), "synthetic.csv", _mapping) is CohortResult.Read read
            ? read.Table
            : throw new InvalidOperationException("A generated file has faults.");

    internal EncodedRows Encode() => Encode(DefaultStudy.Features);

    internal EncodedRows Encode(IReadOnlyList<FeatureSpec> features) =>
        FeatureEncoder
            .Encode(FeatureLayout.Create(CohortSchema.HeartDisease, features), OutcomeSpec.For(CohortSchema.HeartDisease), Read())
            .Rows;
}

/// <summary>A hospital's file of 10,000 patients to a table; rows per second are 10,000 over the time.</summary>
public class CsvReading
{
    private readonly SyntheticFile _file = new(10_000);

    [Benchmark]
    public object TenThousandRows() => _file.Read();
}

/// <summary>One site's work in a round of the default study: an epoch over 300 patients.</summary>
public class SiteUpdates : IDisposable
{
    private SiteTrainer? _trainer;
    private float[] _model = [];
    private double[] _update = [];

    /// <summary>The network.</summary>
    [Params("logistic", "mlp")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        torch.set_num_threads(1);
        var rows = new SyntheticFile(300).Encode();
        var shape = new ModelShape(rows.Width, DefaultStudy.Model(Model, 1).Hidden.AsSpan());
        _model = [.. InitialModel.Of(shape, 1).Parameters];
        _update = new double[shape.ParameterCount];
        _trainer = new SiteTrainer(shape, DefaultStudy.Training("fedavg", 1, 1), SiteName.Parse("bench"), rows, torch.CPU);
    }

    [Benchmark]
    public void Epoch() => _trainer!.Update(_model, new RoundNumber(1), _update, CancellationToken.None);

    [GlobalCleanup]
    public void Dispose()
    {
        _trainer?.Dispose();
        GC.SuppressFinalize(this);
    }
}
