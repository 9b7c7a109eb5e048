namespace Federated.Audit.Sites;

/// <summary>Lines of a site's own file. What follows the last line feed is no line, and a fault: nothing would cover it.</summary>
internal static class WholeLines
{
    /// <summary>Looks at each line in order, and ends at the first fault.</summary>
    /// <param name="file">The file.</param>
    /// <param name="look">Takes the line's number from 1, and its bytes without line feed; the fault, or null.</param>
    public static AuditFault? Each(GivenFile file, Func<int, ReadOnlyMemory<byte>, string?> look)
    {
        var (rest, number) = (file.Bytes, 0);
        while (!rest.IsEmpty)
        {
            var length = rest.Span.IndexOf((byte)'\n');
            number++;
            var fault =
                length < 0
                    ? "it has no end: it was being written when its node stopped. Start the node, which cuts it, and copy the file again."
                    : look(number, rest[..length]);
            if (fault is not null)
            {
                return new AuditFault($"{file.Name}:{number}", fault);
            }

            rest = rest[(length + 1)..];
        }

        return number == 0 ? new AuditFault(file.Name, "it is empty.") : null;
    }
}
