using Federated.Coordinator.Hosting;
using Federated.Coordinator.Studies;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Coordinator.Log;

/// <summary>
/// Has the log say what the root revoked, as soon as the file with its list changes: members on it count no more from that entry on. Before it, their studies leave them out.
/// </summary>
internal sealed class RevocationWatch(
    TlsIdentity tls,
    Members members,
    StudyRegistry studies,
    FatalFault fault,
    CoordinatorLog log,
    TimeProvider time
) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>What was revoked while this coordinator was down stands in the log before anybody is let in.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(LookEvery, time);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
        catch (OperatorException e)
        {
            fault.Stop(e); // the log cannot be written
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        (RevocationList List, ReadOnlyMemory<byte> File)? newest;
        try
        {
            newest = tls.NewestRevocations();
        }
        catch (OperatorException e)
        {
            log.RevocationsUnread(e.Message); // nobody is let in meanwhile, and callers hear why
            return;
        }

        if (newest is not var (list, file) || list.Number <= members.Revocations)
        {
            return;
        }

        if (members.Self is { } self && list.Members.Contains(self))
        {
            throw new OperatorException(
                "The consortium's revocation list names this coordinator: it coordinates nothing any more.",
                "its log ends here, as it was cosigned last; the consortium begins again with another coordinator, or issues a list without it"
            );
        }

        foreach (var site in list.Members.Where(member => member.Role == Role.Site).Select(member => member.Name))
        {
            members.Suspend(site);
            await studies.ChangeKeysAsync(site, "the consortium revoked it.", cancellationToken).ConfigureAwait(false);
        }

        members.Revoke(file, list);
        log.RevocationsLogged(list.Number, list.Members.Count, list.Serials.Count);
    }
}
