using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Journal;
using Federated.Node.Release;
using Federated.V1;

namespace Federated.Node.Plans;

/// <summary>
/// The plans that were offered to this site, one folder each: <c>STATE/plans/HASH</c> with <c>plan.json</c> (the exact bytes) and
/// <c>signature.json</c>. Bytes are hashed and the signature is checked again at every reading: a file that changed since is no plan.
/// </summary>
internal sealed class PlanStore(StateFolder state, TlsIdentity tls, SiteName site)
{
    /// <summary>More plans than a site sees in years; a coordinator must not fill this machine's disk.</summary>
    private const int MostPlans = 1000;

    private const string SignatureFormat = "federated-plan-signature/1";
    private const string PlanFile = "plan.json";
    private const string SignatureFile = "signature.json";
    private const string Remedy =
        "keep a copy of that folder for the consortium, then remove it: the node fetches the plan again at the next offer; what you decided stands in the journal";

    /// <summary>Checks a plan that is new here, and keeps it. Its signer's certificate must be valid now.</summary>
    /// <returns>The plan, or why it is none of this consortium.</returns>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    internal (StoredPlan? Plan, GateRefusal? Refusal) Keep(Digest hash, SignedPlan signed)
    {
        var (plan, refusal) = Check(hash, signed, isNew: true);
        if (plan is null || Directory.Exists(FolderOf(hash)))
        {
            return (plan, refusal);
        }

        if (Hashes().Count >= MostPlans)
        {
            return (null, new GateRefusal(DeclineCode.Busy, $"{MostPlans} plans are stored; remove old folders below {state.Plans}."));
        }

        StateFolder.Create(state.Plans);
        Write(hash, signed);
        return (plan, null);
    }

    private void Write(Digest hash, SignedPlan signed)
    {
        var partial = $"{FolderOf(hash)}.partial";
        try
        {
            StateFolder.Create(partial);
            PrivateFiles.WriteWhole(Path.Combine(partial, PlanFile), signed.Bytes.Span);
            PrivateFiles.WriteWhole(
                Path.Combine(partial, SignatureFile),
                new CanonicalJson()
                    .Add("format", SignatureFormat)
                    .Add("certificate", Convert.ToHexStringLower(signed.Certificate.Span))
                    .Add("signature", Convert.ToHexStringLower(signed.Signature.Span))
                    .ToBytes()
            );
            // If we die before this, a folder that no hash names is left, and written over at the next offer. After it the plan is there whole.
            Directory.Move(partial, FolderOf(hash));
        }
        catch (Exception e) when (e is IOException or OperatorException && Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true); // a full disk leaves nothing half written
            throw e as OperatorException
                ?? new OperatorException($"{partial} cannot be written: {e.Message}", "free space on that disk", e);
        }

        FolderSync.Force(state.Plans);
    }

    /// <summary>Reads a plan, and checks it again. Its signer's certificate may have run out since it was kept, but not been revoked.</summary>
    /// <returns>The plan; or why its files do not count any more; or neither, if it was never offered.</returns>
    internal (StoredPlan? Plan, GateRefusal? Refusal) Load(Digest hash)
    {
        if (!Directory.Exists(FolderOf(hash)))
        {
            return (null, null);
        }

        var signature = ReadFile(hash, SignatureFile, out var fault);
        var plan = ReadFile(hash, PlanFile, out var planFault);
        if (signature is null || plan is null)
        {
            return (null, new GateRefusal(DeclineCode.PlanHash, planFault ?? fault!));
        }

        return Parts(hash, signature, out fault) is var (certificate, signed)
            ? Check(hash, new SignedPlan(plan, certificate, signed), isNew: false)
            : (null, new GateRefusal(DeclineCode.PlanSignature, fault!));
    }

    /// <summary>Reads a plan that is stored.</summary>
    /// <exception cref="OperatorException">Its files are damaged or were changed, or its signature no longer counts.</exception>
    internal StoredPlan Read(Digest hash)
    {
        var (plan, refusal) = Load(hash);
        return plan
            ?? throw new OperatorException(
                $"The stored plan {Path.Combine(FolderOf(hash), PlanFile)} cannot be used: {refusal?.Reason ?? "it is gone."}",
                Remedy
            );
    }

    /// <summary>Hashes of all stored plans, in order.</summary>
    internal IReadOnlyList<Digest> Hashes() =>
        Directory.Exists(state.Plans)
            ?
            [
                .. Directory
                    .GetDirectories(state.Plans)
                    .Select(folder => (Named: Digest.TryParse(Path.GetFileName(folder), out var hash), hash))
                    .Where(found => found.Named)
                    .Select(found => found.hash)
                    .OrderBy(hash => hash.ToString(), StringComparer.Ordinal),
            ]
            : [];

    /// <summary>The one stored plan whose hash begins with these digits.</summary>
    /// <exception cref="OperatorException">Fewer than six, not hexadecimal, or not exactly one plan.</exception>
    internal Digest Find(string prefix)
    {
        const int fewest = 6;
        if (prefix.Length < fewest || !prefix.All(char.IsAsciiHexDigit))
        {
            throw new OperatorException(
                $"'{prefix}' is no beginning of a plan hash; give at least {fewest} of its 64 hexadecimal digits.",
                "fed-node plans list shows them"
            );
        }

        var found = Hashes().Where(hash => hash.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new OperatorException(
                $"No plan whose hash begins with {prefix} was offered to this site.",
                "fed-node plans list shows what was"
            ),
            _ => throw new OperatorException(
                $"{found.Count} plans begin with {prefix}; give more digits.",
                "fed-node plans list shows them"
            ),
        };
    }

    /// <summary>The folder of a plan.</summary>
    internal string FolderOf(Digest hash) => Path.Combine(state.Plans, hash.ToString());

    private (StoredPlan? Plan, GateRefusal? Refusal) Check(Digest hash, SignedPlan signed, bool isNew)
    {
        var actual = Digest.Of(signed.Bytes.Span);
        if (actual != hash)
        {
            return (
                null,
                new GateRefusal(DeclineCode.PlanHash, $"the plan's bytes have the hash {actual}, not {hash}: they were changed.")
            );
        }

        // Who signed is asked before what was signed is read: nothing of a stranger's text is parsed or shown.
        var refusal = isNew
            ? PlanSignature.RefusalOfNew(signed.Bytes, signed.Certificate, signed.Signature, tls, out var researcher)
            : PlanSignature.Refusal(signed.Bytes, signed.Certificate, signed.Signature, tls, out researcher);
        if (refusal is not null)
        {
            return (null, new GateRefusal(DeclineCode.PlanSignature, $"its signature does not count: {refusal}"));
        }

        return PlanCodec.Decode(signed.Bytes) switch
        {
            PlanResult.Valid valid when !valid.Plan.Roster.Contains(site) => (
                null,
                new GateRefusal(DeclineCode.NotOnRoster, $"{site} is not on the plan's roster.")
            ),
            PlanResult.Valid valid => (new StoredPlan(hash, valid.Plan, researcher), null),
            PlanResult.Invalid invalid => (null, new GateRefusal(DeclineCode.PlanInvalid, string.Join("; ", invalid.Faults.Take(20)))),
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };
    }

    private (byte[] Certificate, byte[] Signature)? Parts(Digest hash, byte[] file, out string? fault)
    {
        var fields = DocumentReader.Root(CanonicalJson.Parse(file, out _) ?? new DocumentNode.Scalar(0, "", IsNull: true));
        var format = fields.Text("format");
        var parts = new[] { fields.Text("certificate"), fields.Text("signature") };
        var path = Path.Combine(FolderOf(hash), SignatureFile);
        fault =
            fields.Faults.Count == 0 && format != SignatureFormat
                ? $"{path} has the format '{format}'; this release reads {SignatureFormat}."
            : fields.Faults.Count > 0 || !parts.All(hex => hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)) ? $"{path} is damaged."
            : null;
        return fault is null ? (Convert.FromHexString(parts[0]), Convert.FromHexString(parts[1])) : null;
    }

    private byte[]? ReadFile(Digest hash, string name, out string? fault)
    {
        var path = Path.Combine(FolderOf(hash), name);
        try
        {
            var length = new FileInfo(path).Length;
            fault = length <= SignedDocument.MaxBytes ? null : $"{path} has {length} bytes, more than any plan.";
            return fault is null ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read: {e.Message}";
            return null;
        }
    }
}
