using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header or trailer: a key with either text or bytes.</summary>
    public sealed class Entry
    {
        // gRPC over HTTP/2, "Header-Name": digits, lower-case letters, underscore, hyphen, full stop.
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>A text entry.</summary>
        /// <param name="key">Lower-cased here; may not end with <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="value">Printable ASCII; anything else does not survive the wire.</param>
        /// <exception cref="ArgumentException">The key has other characters than gRPC allows, or ends as binary keys do.</exception>
        public Entry(string key, string value)
        {
            Key = Normalized(key);
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary)
            {
                throw new ArgumentException($"Key '{Key}' ends with '{BinaryHeaderSuffix}', so its value must be bytes.", nameof(key));
            }

            _text = value;
        }

        /// <summary>A binary entry; the bytes are copied.</summary>
        /// <param name="key">Lower-cased here; must end with <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="valueBytes">Any bytes, none included.</param>
        /// <exception cref="ArgumentException">The key has other characters than gRPC allows, or does not end as binary keys do.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalized(key);
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!IsBinary)
            {
                throw new ArgumentException($"Key '{Key}' has bytes for a value, so it must end with '{BinaryHeaderSuffix}'.", nameof(key));
            }

            _bytes = [.. valueBytes];
        }

        /// <summary>Lower-case key.</summary>
        public string Key { get; }

        /// <summary>True if the value is bytes, which the key's end tells.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value =>
            _text ?? throw new InvalidOperationException($"The value of '{Key}' is bytes; read {nameof(ValueBytes)} instead.");

        /// <summary>A fresh copy of the bytes; for a text entry its ASCII bytes.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(Value) : [.. _bytes];

        /// <inheritdoc/>
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, valueBytes={_bytes!.Length} bytes]" : $"[Entry: key={Key}, value={_text}]";

        private static string Normalized(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
#pragma warning disable CA1308 // the wire wants lower case
            var lower = key.ToLowerInvariant();
#pragma warning restore CA1308
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException(
                    $"Metadata key '{key}' may hold only letters, digits, underscores, hyphens and full stops.",
                    nameof(key)
                );
            }

            return lower;
        }
    }
}
