using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>A checkpoint that this coordinator signed, its tree, and who has cosigned it since. Guarded by whoever keeps it.</summary>
/// <param name="checkpoint">With the log's own signature alone.</param>
/// <param name="tree">Its tree, whose files are on disk.</param>
internal sealed class PublishedLog(SignedCheckpoint checkpoint, TiledTree tree)
{
    private readonly SortedDictionary<SiteName, NoteSignature> _cosignatures = [];

    internal SignedCheckpoint Checkpoint => checkpoint;

    internal TreeHead Head => checkpoint.Checkpoint.Head;

    internal TiledTree Tree => tree;

    /// <summary>Sites that cosigned it.</summary>
    internal IReadOnlyCollection<SiteName> Witnesses => _cosignatures.Keys;

    internal void Add(SiteName site, NoteSignature cosignature) => _cosignatures[site] = cosignature;

    /// <summary>The site's key counts no more.</summary>
    internal void Remove(SiteName site) => _cosignatures.Remove(site);

    internal bool IsCosignedBy(SiteName site) => _cosignatures.ContainsKey(site);

    /// <summary>The checkpoint with the cosignatures of these sites.</summary>
    internal SignedCheckpoint With(IEnumerable<SiteName> sites) =>
        checkpoint.With([.. sites.Where(_cosignatures.ContainsKey).Select(site => _cosignatures[site])]);
}
