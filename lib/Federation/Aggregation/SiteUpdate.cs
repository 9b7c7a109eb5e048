using System.Numerics;

namespace Federated.Federation.Aggregation;

/// <summary>From a site's update to the integers that are summed.</summary>
public static class SiteUpdate
{
    /// <summary>Weighs an update by the site's public share and rounds it to the grid.</summary>
    /// <param name="update">Shape [d]; overwritten with the weighted update.</param>
    /// <param name="share">The site's public share, <see cref="Plans.StudyPlan.ShareOf"/>.</param>
    /// <param name="grid">The plan's grid.</param>
    /// <param name="lanes">Receives shape [d].</param>
    /// <returns>As <see cref="ReleaseGrid.Encode"/>: coordinates that the clamp moved, or −1 if one is not finite.</returns>
    public static int Encode(Span<double> update, double share, ReleaseGrid grid, Span<int> lanes)
    {
        var i = 0;
        for (; i <= update.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(update[i..]) * share).CopyTo(update[i..]);
        }

        for (; i < update.Length; i++)
        {
            update[i] *= share;
        }

        return grid.Encode(update, lanes);
    }
}
