using System.Globalization;
using Federated.Coordinator.Hosting;
using Federated.Federation;
using Federated.Hosting;
using Federated.SecureAggregation.Rounds;

namespace Federated.Coordinator.Storage;

/// <summary>
/// Masked inputs of committed rounds, with what their sum was opened with: <c>STATE/inputs/PLAN/ROUND</c>, so that an auditor computes the sum again (design section
/// 2.9a). Kept until the next round is committed, or for as long as an auditor asked, and no longer than the configuration says. Thread-safe for different sites and studies.
/// </summary>
/// <remarks>
/// Nothing here is forced to disk, and no round waits for it or fails with it: what a crash or a full disk takes from here is missing for auditors, and said so when they ask. Whoever serves these files
/// compares them with the round's proof.
/// While an attempt is under way its inputs lie in <c>.ROUND-ATTEMPT</c>, which becomes the round's folder with the commit and is removed with the attempt.
/// </remarks>
internal sealed class KeptInputs(string state, InputRetention retention, TimeProvider time, CoordinatorLog log)
{
    private const string Opening = "opening";
    private const string InputSuffix = ".input";
    private const string HoldPrefix = "held-by-";

    private readonly string _root = Path.Combine(state, "inputs");
    private readonly Lock _holding = new();

    /// <summary>True if inputs are kept at all.</summary>
    internal bool IsKeeping => retention.Rounds > 0;

    /// <summary>Most rounds to come that one auditor may ask for.</summary>
    internal int MostHeld => IsKeeping ? retention.HeldRounds : 0;

    /// <summary>Puts a complete input aside, before it counts; again for one that is sent again.</summary>
    internal void Put(Digest plan, RoundNumber round, AttemptNumber attempt, SiteName site, ReadOnlySpan<byte> input)
    {
        if (!IsKeeping)
        {
            return;
        }

        var folder = UnderWay(plan, round, attempt);
        try
        {
            MakePrivate(folder);
            if (new DriveInfo(folder).AvailableFreeSpace - input.Length < (long)retention.SpareMegabytes << 20)
            {
                log.InputsNotKept(
                    plan.Abbreviated,
                    round.Value,
                    $"less than {retention.SpareMegabytes} MiB would be free (coordinator.inputs.spareMegabytes)"
                );
                return;
            }

            using var file = File.Create(Path.Combine(folder, site + InputSuffix));
            file.Write(input);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            log.InputsNotKept(plan.Abbreviated, round.Value, e.Message);
        }
    }

    /// <summary>A round is about to be committed: its inputs are kept with what opened their sum, if all of them are there.</summary>
    internal void Close(
        Digest plan,
        RoundNumber round,
        AttemptNumber attempt,
        IReadOnlyCollection<SiteName> survivors,
        int inputLength,
        RoundOpening opening
    )
    {
        if (!IsKeeping)
        {
            return;
        }

        var (from, to) = (UnderWay(plan, round, attempt), FolderOf(plan, round));
        try
        {
            Remove(to); // of a commit that we died before
            var wanted = survivors.Select(site => site + InputSuffix).Append(Opening).ToHashSet(StringComparer.Ordinal);
            if (survivors.Select(site => site.Value).FirstOrDefault(site => !IsThere(from, site, inputLength)) is { } missing)
            {
                log.InputsNotKept(plan.Abbreviated, round.Value, $"that of {missing} is not there");
                Remove(from);
                return;
            }

            using (var file = File.Create(Path.Combine(from, Opening)))
            {
                file.Write(opening.ToBytes());
            }

            Directory.Move(from, to);
            foreach (var late in Directory.GetFiles(to).Where(path => !wanted.Contains(Path.GetFileName(path))))
            {
                File.Delete(late); // it is in no sum; after the move, since until then it may still arrive
            }

            Directory.SetLastWriteTimeUtc(to, time.GetUtcNow().UtcDateTime); // its age counts from here
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            log.InputsNotKept(plan.Abbreviated, round.Value, e.Message);
        }
    }

    /// <summary>An attempt came to nothing.</summary>
    internal void Drop(Digest plan, RoundNumber round, AttemptNumber attempt)
    {
        if (IsKeeping)
        {
            Delete(UnderWay(plan, round, attempt));
        }
    }

    /// <summary>A round was committed: those before it go, as far as nobody asked for them.</summary>
    internal void Prune(Digest plan, RoundNumber committed)
    {
        if (!IsKeeping)
        {
            return;
        }

        try
        {
            var holds = Holds(plan);
            foreach (var round in Rounds(plan).Where(round => round.Value + (ulong)retention.Rounds <= committed.Value))
            {
                if (!holds.Exists(hold => hold.First <= round.Value && round.Value <= hold.Last))
                {
                    Remove(FolderOf(plan, round));
                }
            }
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            log.InputsNotDeleted(PlanFolder(plan), e.Message);
        }
    }

    /// <summary>Removes what is too old, or not to be kept any more, and what an attempt that died with an earlier process left.</summary>
    /// <param name="isStart">True before any attempt of this process.</param>
    internal void Sweep(bool isStart)
    {
        try
        {
            if (!IsKeeping)
            {
                Remove(_root);
                return;
            }

            foreach (var folder in Folders(_root).SelectMany(Folders))
            {
                var isUnderWay = Path.GetFileName(folder).StartsWith('.');
                if (isUnderWay ? isStart : IsTooOld(folder))
                {
                    Remove(folder);
                }
            }
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            log.InputsNotDeleted(_root, e.Message);
        }
    }

    /// <summary>Notes that an auditor wants the inputs of so many rounds to come, and of those that are here; instead of what it wanted of this study before.</summary>
    /// <param name="plan">The study.</param>
    /// <param name="auditor">Who.</param>
    /// <param name="committed">The last committed round.</param>
    /// <param name="last">The last round that is asked for.</param>
    /// <returns>False if the note cannot be written; our own log says why.</returns>
    internal bool TryHold(Digest plan, SiteName auditor, RoundNumber committed, RoundNumber last)
    {
        lock (_holding)
        {
            try
            {
                var oldest = Rounds(plan).Select(round => round.Value).Append(committed.Value + 1).Min();
                var first = Math.Max(oldest, last.Value - Math.Min(last.Value, (uint)MostHeld) + 1); // asking again does not hold more than that
                MakePrivate(PlanFolder(plan));
                var text = string.Create(CultureInfo.InvariantCulture, $"{first} {last}\n");
                PrivateFiles.WriteWhole(Path.Combine(PlanFolder(plan), HoldPrefix + auditor), System.Text.Encoding.ASCII.GetBytes(text));
                return true;
            }
            catch (Exception e) when (IsOfDisk(e) || e is OperatorException)
            {
                log.InputsNotHeld(auditor.Value, plan.Abbreviated, e.Message);
                return false;
            }
        }
    }

    /// <summary>Rounds whose inputs are here, ascending.</summary>
    internal IReadOnlyList<RoundNumber> Rounds(Digest plan) =>
        [
            .. Folders(PlanFolder(plan))
                .Select(folder =>
                    uint.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : 0
                )
                .Where(round => round > 0)
                .Order()
                .Select(round => new RoundNumber(round)),
        ];

    /// <summary>What the sum of a round was opened with; null if it is not here.</summary>
    internal byte[]? ReadOpening(Digest plan, RoundNumber round) => Read(Path.Combine(FolderOf(plan, round), Opening));

    /// <summary>A survivor's masked input; null if it is not here.</summary>
    internal byte[]? ReadInput(Digest plan, RoundNumber round, SiteName site) =>
        Read(Path.Combine(FolderOf(plan, round), site + InputSuffix));

    private List<(uint First, uint Last)> Holds(Digest plan)
    {
        var holds = new List<(uint, uint)>();
        var folder = PlanFolder(plan);
        foreach (var path in MostHeld > 0 && Directory.Exists(folder) ? Directory.GetFiles(folder, HoldPrefix + "*") : [])
        {
            if (!SiteName.TryParse(Path.GetFileName(path)[HoldPrefix.Length..], out _))
            {
                continue; // on its way to the disk, and not there yet
            }

            var parts = File.ReadAllText(path).Split(' ', '\n');
            if (
                parts.Length >= 2
                && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            )
            {
                holds.Add((first, last));
            }
        }

        return holds;
    }

    private bool IsTooOld(string folder) => time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > TimeSpan.FromDays(retention.Days);

    private void Delete(string folder)
    {
        try
        {
            Remove(folder);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            log.InputsNotDeleted(folder, e.Message);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsThere(string folder, string site, int length) =>
        new FileInfo(Path.Combine(folder, site + InputSuffix)) is { Exists: true } file && file.Length == length;

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string[] Folders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    private string PlanFolder(Digest plan) => Path.Combine(_root, plan.ToString());

    private string FolderOf(Digest plan, RoundNumber round) =>
        Path.Combine(PlanFolder(plan), round.Value.ToString("d5", CultureInfo.InvariantCulture));

    private string UnderWay(Digest plan, RoundNumber round, AttemptNumber attempt) =>
        Path.Combine(PlanFolder(plan), string.Create(CultureInfo.InvariantCulture, $".{round.Value:d5}-{attempt.Value}"));
}
