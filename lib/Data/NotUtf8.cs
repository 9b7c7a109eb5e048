namespace Federated.Data;

/// <summary>What is said of a file in another encoding. The bytes themselves may be a patient's and are not shown.</summary>
internal static class NotUtf8
{
    public const string Message = "the file holds bytes that are not UTF-8";

    public const string Hint = "convert it, for example with iconv -f windows-1252 -t utf-8";
}
