using Federated.Data;
using Federated.Federation;

namespace Federated.Bench.FlambyHeart;

/// <summary>One hospital of Fed-Heart-Disease: the published rows, features and split, numbers as the file has them.</summary>
/// <param name="Name">As in the split file.</param>
/// <param name="Train">Rows that are trained on, unscaled.</param>
/// <param name="Test">Rows that are only scored, unscaled.</param>
internal sealed record FlambyHospital(SiteName Name, EncodedRows Train, EncodedRows Test);
