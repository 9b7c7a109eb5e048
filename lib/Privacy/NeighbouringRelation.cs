namespace Federated.Privacy;

/// <summary>Which two data sets an accountant compares: what "one patient" means for a guarantee.</summary>
public enum NeighbouringRelation
{
    /// <summary>One patient more or less; the number of patients is private. What a study promises by default.</summary>
    AddOrRemoveOne,

    /// <summary>One patient exchanged for another; the number of patients is public. A clipped sum moves by twice the clipping norm.</summary>
    ReplaceOne,
}
