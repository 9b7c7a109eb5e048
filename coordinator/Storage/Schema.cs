namespace Federated.Coordinator.Storage;

/// <summary>The coordinator's database, version 3. A change is a new version and a migration; docs/formats.md describes it for auditors.</summary>
internal static class Schema
{
    /// <summary>Written as the database's user_version.</summary>
    internal const int Version = 3;

    internal const string Sql = """
        CREATE TABLE studies (
            plan_hash     BLOB PRIMARY KEY,
            plan          BLOB NOT NULL,   -- the bytes that plan_hash is the SHA-256 of; checked at every start
            certificate   BLOB NOT NULL,   -- of the researcher who signed it
            signature     BLOB NOT NULL,
            submitted_by  TEXT NOT NULL,
            submitted_ms  INTEGER NOT NULL,
            state         TEXT NOT NULL,   -- running, paused, completed, cancelled
            reason        TEXT NOT NULL,
            attempt       INTEGER NOT NULL -- last attempt of the round under way; durable before its invitation
        ) STRICT;

        CREATE TABLE rounds (
            plan_hash       BLOB NOT NULL,
            round           INTEGER NOT NULL,
            attempt         INTEGER NOT NULL,
            survivors       TEXT NOT NULL,   -- names, in order, parted by a space
            sum             BLOB NOT NULL,
            sum_hash        BLOB NOT NULL,
            next_model_hash BLOB NOT NULL,
            result          BLOB NOT NULL,   -- H4: what the next round's invitation names
            proof           BLOB NOT NULL,   -- the round's public messages (docs/secure-aggregation.md)
            PRIMARY KEY (plan_hash, round)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE survivors (             -- of every attempt that came so far; on disk before they are announced
            plan_hash       BLOB NOT NULL,
            round           INTEGER NOT NULL,
            attempt         INTEGER NOT NULL,
            survivors       TEXT NOT NULL,
            h3              BLOB NOT NULL,
            PRIMARY KEY (plan_hash, round, attempt)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE snapshots (
            plan_hash BLOB PRIMARY KEY,
            round     INTEGER NOT NULL,
            model     BLOB NOT NULL
        ) STRICT;

        CREATE TABLE receipts (
            plan_hash BLOB NOT NULL,
            site      TEXT NOT NULL,
            round     INTEGER NOT NULL,   -- of the last masked input that was received from the site
            attempt   INTEGER NOT NULL,
            PRIMARY KEY (plan_hash, site)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE events (
            plan_hash BLOB NOT NULL,
            sequence  INTEGER NOT NULL,
            event     BLOB NOT NULL,      -- federated.v1.StudyEvent
            PRIMARY KEY (plan_hash, sequence)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE log (
            place     INTEGER PRIMARY KEY, -- from 0, without gaps
            hash      BLOB NOT NULL UNIQUE, -- SHA-256 of the entry: the same statement is in the log once
            site      TEXT NOT NULL,       -- whose it is; empty for the coordinator's own
            plan_hash BLOB NOT NULL,       -- of which study; empty for none
            entry     BLOB NOT NULL        -- as the log's files have it (docs/transparency-log.md)
        ) STRICT;

        CREATE INDEX log_of_plan ON log (plan_hash, place);
        CREATE INDEX log_of_site ON log (site, place);
        """;
}
