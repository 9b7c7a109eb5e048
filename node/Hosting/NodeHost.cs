using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Data;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Node.Log;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.Node.Release;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Federated.Privacy.Ledger;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Hosting;

/// <summary>Puts the daemon together.</summary>
internal static class NodeHost
{
    /// <summary>Builds a host from a configuration file and overriding arguments; reads the data file, so that its faults show at start.</summary>
    /// <exception cref="OperatorException">Configuration, certificate, mapping or data are wrong.</exception>
    internal static IHost Build(string configFile, IReadOnlyList<string> arguments)
    {
        var setup = NodeSetup.Read(configFile, arguments);
        var (options, state) = (setup.Options, setup.State);
        var tls = setup.LoadTls(TimeProvider.System);
        var self = setup.Self(tls);
        MemberKeys? keys = null;
        FolderLock? taken = null;
        SiteJournal? journal = null;
        DataSetLedger? ledger = null;
        try
        {
            keys = setup.LoadKeys(tls, self); // keys that are lost or mixed up show now, while they can be mended in peace
            var policy = new PolicyInForce(setup.Policy);
            _ = policy.State.Required; // a policy that cannot be understood shows now, while somebody looks
            taken = state.Take(); // first of all: what follows is read once, and no other process may change it meanwhile
            journal = SiteJournal.Open(state, self.Name, TimeProvider.System);
            ledger = setup.OpenLedger(TimeProvider.System);
            Compare(ledger, journal, state, new PlanStore(state, tls, self.Name));
            var cohort = setup.LoadCohort();
            _ = cohort.Objections.Current(); // a list that cannot be read shows now, while somebody looks
            var host = Assemble(
                setup,
                tls,
                self,
                keys,
                taken,
                journal,
                policy,
                new PrivacyBudget(ledger, policy, Others(state, ledger)),
                cohort
            );
            Announce(host, options, state, journal, cohort);
            return host;
        }
        catch
        {
            ledger?.Dispose();
            journal?.Dispose();
            taken?.Dispose();
            keys?.Dispose();
            throw;
        }
    }

    /// <summary>Releases of private studies that the journal knows and no ledger holds show that a ledger was lost, or is an older copy.</summary>
    private static void Compare(DataSetLedger? ledger, SiteJournal journal, StateFolder state, PlanStore plans)
    {
        if (ledger is null)
        {
            return;
        }

        LedgerHistory[] others =
        [
            .. LedgerFolder
                .Others(state, ledger.Name)
                .Where(name => DataSetName.TryParse(name, out _))
                .Select(name => LedgerFile.Read(DataSetLedger.PathOf(state, DataSetName.Parse(name)), null).Ledger.History),
        ];
        bool IsPrivate(Digest plan) => plans.Load(plan).Plan is { Plan.Privacy: not null };
        foreach (var plan in MissingCharges.Uncharged(journal.History, ledger.History, IsPrivate))
        {
            if (!others.Any(other => other.Charges.Exists(entry => entry.Charge.Plan == plan)))
            {
                ledger.CountAsBehind($"the journal knows releases of plan {plan.Abbreviated}");
            }
        }
    }

    /// <summary>Ledgers of other data sets that this node served before, by their first lines.</summary>
    private static HashSet<Digest> Others(StateFolder state, DataSetLedger? ledger) =>
        ledger is null
            ? []
            :
            [
                .. LedgerFolder
                    .Others(state, ledger.Name)
                    .Where(name => DataSetName.TryParse(name, out _))
                    .Select(name => LedgerFile.Read(DataSetLedger.PathOf(state, DataSetName.Parse(name)), null))
                    .Where(other => other.Hashes.Count > 0)
                    .Select(other => other.Hashes[0]),
            ];

    private static IHost Assemble(
        NodeSetup setup,
        TlsIdentity tls,
        PeerIdentity self,
        MemberKeys keys,
        FolderLock taken,
        SiteJournal journal,
        PolicyInForce policy,
        PrivacyBudget budget,
        LocalCohort cohort
    )
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(setup.Configuration);
        builder.Logging.AddFederatedConsole();
        builder.Logging.AddConfiguration(setup.Configuration.GetSection("logging")); // after our own filters: the operator's levels win
        builder
            .Services.AddSingleton(setup.Options)
            .AddSingleton(setup.State)
            .AddSingleton(tls)
            .AddSingleton(self)
            .AddSingleton(cohort)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => keys)
            .AddSingleton(_ => taken) // by factories, so that the host puts them away when it ends; the lock last of all
            .AddSingleton(_ => journal)
            .AddSingleton<NodeLog>()
            .AddSingleton<NodeStatus>()
            .AddSingleton<FatalFault>()
            .AddSingleton(_ => new SiteMetrics(setup.State.Root))
            .AddSingleton(services => new CoordinatorChannel(
                new Uri(setup.Options.Coordinator),
                services.GetRequiredService<TlsIdentity>()
            ))
            .AddSingleton(new PlanStore(setup.State, tls, self.Name))
            .AddSingleton(new OperatorNotes(setup.State))
            .AddSingleton<OperatorDesk>()
            .AddSingleton<CredentialBook>()
            .AddSingleton<CoordinatorIdentity>()
            .AddSingleton<SiteSelf>()
            .AddSingleton<Outgoing>()
            .AddSingleton<EvidenceFolder>()
            .AddSingleton<SiteLog>()
            .AddSingleton<DecisionStatements>()
            .AddSingleton(policy)
            .AddSingleton(_ => budget)
            .AddSingleton<PolicyDesk>()
            .AddSingleton<ReleaseGate>()
            .AddSingleton<ParticipationContext>()
            .AddSingleton<OfferedPlans>()
            .AddSingleton<Participations>()
            .AddHostedService<HealthServer>()
            .AddHostedService<StatusFile>()
            .AddHostedService(services => services.GetRequiredService<OperatorDesk>())
            .AddHostedService<SessionLoop>();
        builder.Services.AddFederatedTelemetry(setup.Telemetry, NodeTelemetry.Name, self.Name.Value);
        return builder.Build();
    }

    private static void Announce(IHost host, NodeOptions options, StateFolder state, SiteJournal journal, LocalCohort cohort)
    {
        _ = host.Services.GetRequiredService<FolderLock>();
        _ = host.Services.GetRequiredService<MemberKeys>();
        _ = host.Services.GetRequiredService<SiteJournal>();
        var budget = host.Services.GetRequiredService<PrivacyBudget>();
        host.Services.GetRequiredService<SiteLog>().Compare(budget.IsWritten);
        _ = host.Services.GetRequiredService<SiteMetrics>(); // a disk that is full already shows before anybody connects
        var log = host.Services.GetRequiredService<NodeLog>();
        log.DataLoaded(options.Data.File, cohort.Rows);
        foreach (var warning in cohort.Warnings.Concat(cohort.Objections.TakeWarnings()))
        {
            log.DataWarning(warning);
        }

        if (journal.TornBytes > 0)
        {
            log.JournalCut(state.Journal, journal.TornBytes);
        }

        log.JournalOpened(state.Journal, journal.Lines);
    }
}
