using Federated.Hosting;

namespace Federated.Coordinator.Storage;

/// <summary>Copies the database while a coordinator is using it.</summary>
internal static class Backup
{
    /// <summary>Writes a whole, consistent copy with mode 0600.</summary>
    /// <param name="folder">The coordinator's state folder.</param>
    /// <param name="target">A file that does not exist yet.</param>
    /// <exception cref="OperatorException">There is no database, or the copy cannot be written; an unfinished one is removed.</exception>
    internal static void Write(string folder, string target)
    {
        var source = Path.Combine(folder, CoordinatorStore.FileName);
        if (!File.Exists(source))
        {
            throw new OperatorException($"There is no database {source}.", "check coordinator.state in the configuration");
        }

        if (File.Exists(target))
        {
            throw new OperatorException($"{target} exists; nothing was changed.", "choose another file for --to");
        }

        var partial = target + ".partial";
        try
        {
            PrivateFiles.MakeEmpty(partial); // nobody else can open it while SQLite fills it
            using (var database = Database.OpenToRead(source))
            {
                database.Guard("copied", () => database.Execute("VACUUM INTO $path", ("$path", partial)));
            }

            using (var written = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(partial, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{target} cannot be written: {e.Message}", "choose another file for --to", e);
        }
        finally
        {
            if (File.Exists(partial)) // its folder may be what is missing
            {
                File.Delete(partial);
            }
        }
    }
}
