using System.Diagnostics.CodeAnalysis;
using Federated.Federation;
using Federated.V1;

namespace Federated.Coordinator.Sessions;

/// <summary>Who is connected: at most one session a site. Thread-safe.</summary>
internal sealed class SessionRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, SiteSession> _sessions = []; // guarded by _lock

    /// <summary>Enters a session. The same process may take over its own older stream; another process of the same name is refused.</summary>
    internal bool TryEnter(SiteSession session)
    {
        SiteSession? replaced;
        lock (_lock)
        {
            if (_sessions.TryGetValue(session.Site, out replaced) && replaced.Instance != session.Instance)
            {
                return false;
            }

            _sessions[session.Site] = session;
        }

        replaced?.End();
        return true;
    }

    /// <summary>Removes a session; false if another has taken its place meanwhile.</summary>
    internal bool Leave(SiteSession session)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(session.Site, out var current)
                && ReferenceEquals(current, session)
                && _sessions.Remove(session.Site);
        }
    }

    /// <summary>The session of a site that is connected now.</summary>
    internal bool TryFind(SiteName site, [NotNullWhen(true)] out SiteSession? session)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(site, out session);
        }
    }

    /// <summary>Says something to a site if it is connected; otherwise nothing: it asks again when it comes back.</summary>
    internal void Send(SiteName site, CoordinatorMessage message)
    {
        if (TryFind(site, out var session))
        {
            session.Send(message);
        }
    }

    /// <summary>Sites that are connected now, in order.</summary>
    internal IReadOnlyList<SiteName> Connected()
    {
        lock (_lock)
        {
            return [.. _sessions.Keys.Order()];
        }
    }

    /// <summary>Ends every session: the coordinator is going down, nodes come back by themselves.</summary>
    internal void EndAll()
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
            {
                session.End();
            }
        }
    }
}
