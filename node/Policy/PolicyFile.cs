using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Hosting;

namespace Federated.Node.Policy;

/// <summary>
/// The site's policy as it lies on disk, or the built-in one where the configuration names no file. A file that cannot be read or understood is no policy: nothing is allowed by it, and
/// nothing else stands in for it.
/// </summary>
/// <param name="path">The file, absolute; null where none is named.</param>
/// <param name="builtIn">What holds where none is named.</param>
internal sealed class PolicyFile(string? path, SitePolicy builtIn)
{
    /// <summary>More than any policy that a person writes.</summary>
    private const int MostBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private (Digest Bytes, PolicyState State)? _read; // used by one thread at a time

    /// <summary>Where the policy stands, for people.</summary>
    internal string Name => path ?? "the node's configuration (node.approval, node.withoutPrivacy)";

    /// <summary>The policy as it lies there now, or why there is none. The same state, by reference, while the file stays as it is.</summary>
    internal PolicyState Read()
    {
        if (path is null)
        {
            return (_read ??= (default, new PolicyState(builtIn, null))).State;
        }

        try
        {
            var bytes = TextFiles.ReadBytes(path, MostBytes); // by content: copies keep a file's time
            if (_read is not { } known || Digest.Of(bytes) != known.Bytes)
            {
                _read = (Digest.Of(bytes), Understand(bytes));
            }

            return _read.Value.State;
        }
        catch (OperatorException e)
        {
            _read = null;
            return new PolicyState(null, $"{e.Message} {e.Hint}".TrimEnd());
        }
    }

    private PolicyState Understand(byte[] bytes)
    {
        using var text = new StreamReader(new MemoryStream(bytes), Strict);
        var result = YamlText.TryRead(text, out var document, out var fault)
            ? PolicyReader.Read(document, Zone)
            : new PolicyResult.Invalid([fault]);
        return result switch
        {
            PolicyResult.Valid valid => new PolicyState(valid.Policy, null),
            PolicyResult.Invalid invalid => new PolicyState(
                null,
                $"policy {path} cannot be used:\n{string.Join('\n', invalid.Faults.Select(found => $"  {found}"))}"
            ),
            _ => throw new InvalidOperationException("A policy is valid or not."),
        };
    }

    private static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}

/// <summary>A policy that holds, or why none does.</summary>
/// <param name="Policy">The policy; null if there is a fault.</param>
/// <param name="Fault">With line and key.</param>
internal sealed record PolicyState(SitePolicy? Policy, string? Fault)
{
    /// <summary>The policy.</summary>
    /// <exception cref="OperatorException">There is none.</exception>
    internal SitePolicy Required =>
        Policy
        ?? throw new OperatorException(
            $"This site's policy does not count, and nothing is released without one: {Fault}",
            "mend the file: docs/site-policy.md has every key; fed-node doctor reads it again"
        );
}
