using Federated.Cli.Audit;
using Federated.Cli.Audit.Fetching;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Trees;
using Grpc.Core;

namespace Federated.Cli.Tests.Live;

/// <summary>What a fetch believes of a coordinator, and what it asks for before it does.</summary>
[TestClass]
public sealed class LogFetchTests : IAsyncDisposable
{
    private static readonly Status s_busy = new(StatusCode.ResourceExhausted, "4 auditors are fetching; try again in a moment.");

    private static readonly Status s_cutOff = new(StatusCode.Cancelled, ""); // as a stream that was reset comes to a client

    private readonly Consortium _members = new();
    private readonly TestFolder _scratch = new();
    private TlsFiles? _auditor;
    private ScriptedLog _script = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestInitialize]
    public async Task StartAsync()
    {
        _script = await ScriptedLog.StartAsync(_members, Stop);
        _script.Show(_script.Sign(_script.Head));
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _scratch.Dispose();
        _members.Dispose();
    }

    [TestMethod]
    public async Task A_log_whose_checkpoint_its_key_did_not_sign_is_not_fetched()
    {
        var others = _script.NewKeys();
        _script.Show(_script.Sign(_script.Head, by: others), null, _script.Keys);

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());

        Assert.Contains("no log key of it that the root vouches for signed its checkpoint", refused.Message);
        Assert.AreEqual(0, _script.Fetches);
        Assert.IsFalse(Directory.Exists(_scratch["log"]), "nothing arrived");
    }

    [TestMethod]
    public async Task Keys_that_the_root_does_not_vouch_for_are_no_coordinators()
    {
        using var strangers = new Consortium();
        await using var stranger = await ScriptedLog.StartAsync(strangers, Stop);
        using var alpha = _members.Identity(Role.Site, "alpha");
        using var site = Consortium.KeysOf(alpha);

        foreach (var keys in new[] { stranger.Keys, site })
        {
            _script.Show(_script.Sign(_script.Head, by: keys), null, keys);
            var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());
            Assert.Contains("its own credential does not count", refused.Message);
        }

        _script.Offer.Credentials.Clear();
        var silent = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());
        Assert.Contains("it shows 0 credentials of its own", silent.Message);
        Assert.AreEqual(0, _script.Fetches);
    }

    [TestMethod]
    [DataRow(1, DisplayName = "a log that lost entries")]
    [DataRow(3, DisplayName = "another log of as many entries")]
    [DataRow(4, DisplayName = "a longer log with another past")]
    public async Task Only_what_the_logs_key_signed_accuses_it(int size)
    {
        await FetchAsync();
        var head = new TreeHead(new TreeSize(size), Digest.Of("another past"u8));
        _script.Grow();
        var others = _script.NewKeys();

        _script.Show(_script.Sign(head, by: others), null, _script.Keys);
        await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());
        _script.Show(_script.Sign(head));
        var alarm = await Assert.ThrowsExactlyAsync<LogAlarmException>(() => FetchAsync());

        Assert.MatchesRegex("lost entries|shows two logs|does not show that this is the log", alarm.Message);
    }

    [TestMethod]
    public async Task A_log_that_older_keys_signed_and_one_that_newer_keys_sign_are_both_fetched()
    {
        var (first, cosigned) = (_script.Keys, _script.Sign(_script.Head));
        _script.Keys = _script.NewKeys();
        _script.Register();
        var newest = _script.Sign(_script.Head);

        _script.Show(newest, cosigned, first, _script.Keys); // its sites have not cosigned since it came with other keys
        var before = await FetchAsync();
        _script.Show(newest, null, first, _script.Keys);
        var after = await FetchAsync();

        Assert.AreEqual((3, 4), (before.Size, after.Size));
    }

    [TestMethod]
    public async Task Another_log_of_the_same_consortium_is_no_fork_of_this_one()
    {
        await FetchAsync();
        var other = _members.Issue(Role.Coordinator, "other");
        using var tls = TlsIdentity.Load(other, TimeProvider.System);
        using var keys = Consortium.KeysOf(tls);
        var origin = TransparencyLog.Notes.KeyNames.Origin(Digest.Of(tls.Root.RawData), keys.Credential.Holder.Name);
        using var signer = keys.Private.LogSigner(origin);
        var checkpoint = TransparencyLog.Checkpoints.SignedCheckpoint.Sign(
            TransparencyLog.Checkpoints.Checkpoint.Of(origin.Value, new TreeHead(new TreeSize(1), Digest.Of("its past"u8))),
            signer
        );

        _script.Show(checkpoint, null, keys);
        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());

        Assert.Contains("another log, of which this one says nothing", refused.Message);
    }

    [TestMethod]
    [DataRow("tile/0/000.p/3", 3 * 32, DisplayName = "hashes")]
    [DataRow("tile/entries/000.p/3", 3 * (2 + 65_535), DisplayName = "entries")]
    public async Task A_file_that_is_longer_than_any_of_its_name_is_refused_before_it_is_read(string file, int most)
    {
        _script.LengthOf = (name, length) => name == file ? (ulong)most + 1 : length;

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());

        Assert.Contains($"{file} did not come where it was expected, or is too large", refused.Message);
        Assert.IsFalse(File.Exists(_scratch["log", ".fetching", file]));
    }

    [TestMethod]
    public async Task A_fetch_tries_again_while_the_coordinator_serves_others_and_not_for_ever()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            _script.Refusals.Enqueue(s_busy);
        }

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync(tries: 3));
        var fetched = await FetchAsync(tries: 3);

        Assert.Contains("4 auditors are fetching", refused.Message);
        Assert.AreEqual((3, 1), (fetched.Size, _script.Fetches));
    }

    [TestMethod]
    public async Task Who_is_cut_off_in_the_middle_hears_of_it()
    {
        _script.Refusals.Enqueue(s_cutOff);

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FetchAsync());

        Assert.Contains("broke the transfer off: whoever takes no byte for a minute gives way to others", refused.Message);
    }

    [TestMethod]
    public async Task A_watch_goes_on_once_the_coordinator_has_served_others()
    {
        _script.Refusals.Enqueue(s_busy);
        _script.Refusals.Enqueue(s_busy);
        _script.Refusals.Enqueue(s_cutOff);
        using var calls = new CoordinatorCalls(_script.Address, Auditor);
        using var folder = AuditFolder.Open(_scratch["seen"]);
        using var root = AuditOptions.RootOf(calls);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var errors = new StringWriter();
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Synchronized(errors));
        try
        {
            var following = new LogWatch(new AuditClient(calls), folder, root, isJson: false).FollowAsync(
                TimeSpan.FromMilliseconds(1),
                TimeProvider.System,
                enough.Token
            );
            Wait.For("the log", () => folder.Checkpoint is not null || following.IsCompleted);
            await enough.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => following);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.AreEqual(3, folder.Head.Size.Value);
        var said = errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("4 auditors are fetching; try again in a moment. Trying again with every look", said[0]);
        Assert.DoesNotContain("fetching", string.Concat(said[1..]), "it is said once");
    }

    private async Task<FetchedLog> FetchAsync(int tries = 1)
    {
        using var calls = new CoordinatorCalls(_script.Address, Auditor);
        using var folder = AuditFolder.Open(_scratch["log"]);
        using var root = AuditOptions.RootOf(calls);
        var client = new AuditClient(calls) { Tries = tries, Pause = TimeSpan.FromMilliseconds(1) };
        return await AuditFetch.RunAsync(client, folder, root, withInputs: false, progress: null, Stop);
    }

    private TlsFiles Auditor => _auditor ??= _members.Issue(Role.Auditor, "control");
}
