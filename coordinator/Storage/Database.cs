using Federated.Hosting;
using Microsoft.Data.Sqlite;

namespace Federated.Coordinator.Storage;

/// <summary>One connection to the coordinator's SQLite file. Not thread-safe.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private Database(SqliteConnection connection, string path)
    {
        _connection = connection;
        _path = path;
    }

    /// <summary>Opens the file, or makes it with mode 0600 and the current schema.</summary>
    /// <exception cref="OperatorException">It cannot be opened, is damaged, or of another version.</exception>
    internal static Database Open(string path)
    {
        var database = new Database(
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()),
            path
        );
        try
        {
            database.Guard("opened", database.Prepare);
            return database;
        }
        catch (OperatorException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing file that another process may be writing to.</summary>
    internal static Database OpenToRead(string path)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            Mode = SqliteOpenMode.ReadOnly,
        };
        var database = new Database(new SqliteConnection(settings.ToString()), path);
        database.Guard(
            "opened",
            () =>
            {
                database._connection.Open();
                database.RequireVersion();
                return true;
            }
        );
        return database;
    }

    internal SqliteTransaction Begin() => _connection.BeginTransaction();

    /// <summary>Runs one statement.</summary>
    /// <returns>Rows that it changed.</returns>
    internal int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query.</summary>
    internal List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    /// <summary>Turns what SQLite can fail with into what an operator can act on.</summary>
    internal T Guard<T>(string done, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            const int full = 13; // SQLITE_FULL
            throw new OperatorException(
                $"The coordinator's database {_path} cannot be {done}: {e.Message}",
                (e as SqliteException)?.SqliteErrorCode == full
                    ? "free space on that disk, then start the coordinator again: what was committed is there, and the round is tried again"
                    : "check disk and permissions, or restore a backup",
                e
            );
        }
    }

    public void Dispose() => _connection.Dispose();

    private bool Prepare()
    {
        if (!File.Exists(_path))
        {
            PrivateFiles.MakeEmpty(_path); // SQLite gives its other files the mode of this one
        }

        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        if (Version() == 0)
        {
            using var transaction = Begin();
            Execute(Schema.Sql);
            Execute($"PRAGMA user_version = {Schema.Version}");
            transaction.Commit();
        }

        RequireVersion();
        return true;
    }

    private void RequireVersion()
    {
        if (Version() != Schema.Version)
        {
            throw new OperatorException(
                $"{_path} has format {Version()}; this coordinator reads {Schema.Version}.",
                "run the release that wrote it, or restore a backup of this format"
            );
        }
    }

    private long Version() => Rows("PRAGMA user_version", row => row.GetInt64(0)).Single();

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
