namespace Federated.Coordinator.Hosting;

/// <summary>Text that a peer wrote, on its way to a log or a screen.</summary>
internal static class ForeignText
{
    private const int Most = 100;

    /// <summary>At most a hundred characters, none of which moves a cursor or begins a line.</summary>
    internal static string Clean(string text)
    {
        var cut = text.Length <= Most ? text : text[..Most] + "…";
        return string.Concat(cut.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}
