using Federated.Federation;

namespace Federated.TransparencyLog.Trees;

/// <summary>What a checkpoint says of a tree: how many entries, and the hash that binds them all.</summary>
public readonly record struct TreeHead(TreeSize Size, Digest Root)
{
    /// <summary>The head of a log without entries.</summary>
    public static TreeHead Empty => new(new TreeSize(0), MerkleHash.Empty);
}
