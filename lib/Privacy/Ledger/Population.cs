namespace Federated.Privacy.Ledger;

/// <summary>Which patients of a data set a release was computed from.</summary>
/// <remarks>
/// A study splits patients by a keyed hash, so that in one study each patient is in one of the two and pays for its releases alone. Another study may split
/// otherwise: see <see cref="Spending.Fates"/>.
/// </remarks>
public enum Population
{
    /// <summary>Those that the model is trained on.</summary>
    Training,

    /// <summary>Those held out for evaluation.</summary>
    Test,
}
