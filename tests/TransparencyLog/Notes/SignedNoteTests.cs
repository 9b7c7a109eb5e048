using System.Text;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Tests.Notes;

/// <summary>C2SP signed-note. The published key, note and malformed notes are those of Go's reference implementation (golang.org/x/mod/sumdb/note, note_test.go).</summary>
[TestClass]
public sealed class SignedNoteTests
{
    private const string Peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string PeterSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string PeterLine =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private static NoteKey Key => NoteKey.TryParse(Peter, out var key) ? key : throw new FormatException();

    [TestMethod]
    public void The_published_note_verifies_and_is_written_as_it_was_read()
    {
        var note = Read(Text + "\n" + PeterLine);

        Assert.IsTrue(note.TryVerify([Key], out var signatures, out var fault), fault);

        Assert.AreEqual(Key, signatures.Single().Key);
        Assert.IsNull(signatures.Single().Time);
        Assert.AreEqual(Text, Encoding.UTF8.GetString(note.Text.Span));
        Assert.AreEqual(Text + "\n" + PeterLine, Encoding.UTF8.GetString(note.ToBytes()));
        Assert.AreEqual(Peter, Key.ToString());
    }

    [TestMethod]
    public void Signing_with_the_published_seed_makes_the_published_line()
    {
        using var signer = new NoteSigner(KeyName.Parse("PeterNeumann"), Convert.FromBase64String(PeterSeed).AsSpan(1));

        var line = signer.Sign(Encoding.UTF8.GetBytes(Text)).ToLine();

        Assert.AreEqual(PeterLine, Encoding.UTF8.GetString(line));
        Assert.AreEqual(Peter, signer.Key.ToString());
    }

    [TestMethod]
    public void The_notes_in_C2SPs_documents_are_read_and_written_again()
    {
        string[] published =
        [
            "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n",
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n",
        ];
        foreach (var text in published)
        {
            Assert.AreEqual(text, Encoding.UTF8.GetString(Read(text).ToBytes()));
        }
    }

    [TestMethod]
    public void Every_changed_bit_of_a_note_is_refused_or_takes_the_key_out_of_it()
    {
        var whole = Encoding.UTF8.GetBytes(Text + "\n" + PeterLine);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            var verifies = SignedNote.TryParse(changed, out var note, out _) && note.TryVerify([Key], out _, out _);

            Assert.IsFalse(verifies, $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [TestMethod]
    public void Every_part_and_every_changed_character_of_a_written_key_is_refused()
    {
        for (var from = 0; from < Peter.Length; from++)
        {
            for (var to = from; to <= Peter.Length; to++)
            {
                Assert.AreEqual(from == 0 && to == Peter.Length, NoteKey.TryParse(Peter[from..to], out _), Peter[from..to]);
            }

            var changed = Peter.ToCharArray();
            changed[from]++;
            Assert.IsFalse(NoteKey.TryParse(new string(changed), out _), new string(changed));
        }

        // The same reference has these two, each with the id that belongs to it.
        Assert.IsFalse(
            NoteKey.TryParse("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", out _),
            "a longer key"
        );
        Assert.IsFalse(NoteKey.TryParse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", out _), "an unknown kind");
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("text\n", DisplayName = "no signature")]
    [DataRow("text\n\n", DisplayName = "an empty line and no signature")]
    [DataRow("text\n\n— PeterNeumann x08go/ZJ", DisplayName = "no line feed at the end")]
    [DataRow("text\n\n- PeterNeumann x08go/ZJkuBS\n", DisplayName = "a hyphen for the dash")]
    [DataRow("text\n\n—  PeterNeumann x08go/ZJkuBS\n", DisplayName = "two blanks")]
    [DataRow("text\n\n— PeterNeumann  x08go/ZJkuBS\n", DisplayName = "two blanks after the name")]
    [DataRow("text\n\n— Peter+Neumann x08go/ZJkuBS\n", DisplayName = "a plus in the name")]
    [DataRow("text\n\n— Peter\u2003Neumann x08go/ZJkuBS\n", DisplayName = "an em space in the name")]
    [DataRow("text\n\n— PeterNeumann x08g\n", DisplayName = "less than an id")]
    [DataRow("text\n\n— PeterNeumann x08goy==\n", DisplayName = "an id and no signature")]
    [DataRow("text\n\n— PeterNeumann x08go/ZJkuB=\n", DisplayName = "bits beside the value")]
    [DataRow("text\n\n— PeterNeumann x08go/ZJkuBS \n", DisplayName = "a blank at the end")]
    [DataRow("text\n\n— PeterNeumann x08go/ZJ kuBS\n", DisplayName = "a blank in the signature")]
    [DataRow("te\u0000xt\n\n— PeterNeumann x08go/ZJkuBS\n", DisplayName = "a zero byte")]
    [DataRow("te\txt\n\n— PeterNeumann x08go/ZJkuBS\n", DisplayName = "a tabulator")]
    [DataRow("text\r\n\n— PeterNeumann x08go/ZJkuBS\n", DisplayName = "a carriage return")]
    [DataRow("text\n\n— PeterNeumann x08go/ZJkuBS\n\n", DisplayName = "an empty line after the signatures")]
    [DataRow("text\n— PeterNeumann x08go/ZJkuBS\n", DisplayName = "no empty line")]
    public void What_is_no_note_is_refused_with_a_reason(string text)
    {
        Assert.IsFalse(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var fault));

        Assert.IsNull(note);
        Assert.EndsWith(".", fault);
    }

    [TestMethod]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] bytes = [0xff, 0xfe, .. Encoding.UTF8.GetBytes("\n\n" + PeterLine)];

        Assert.IsFalse(SignedNote.TryParse(bytes, out _, out var fault));

        Assert.AreEqual("it is not UTF-8.", fault);
    }

    [TestMethod]
    public void Lines_of_unknown_keys_do_not_count_and_do_no_harm()
    {
        using var other = new NoteSigner(KeyName.Parse("PeterNeumann"), new Seeded("another Peter").Bytes(32));
        var note = Read(Text + "\n" + PeterLine).With(other.Sign(Encoding.UTF8.GetBytes(Text)));

        Assert.IsTrue(note.TryVerify([Key], out var signatures, out _));
        Assert.HasCount(1, signatures);
        Assert.HasCount(1, note.Unknown([Key]).ToList());
        Assert.IsFalse(note.TryVerify([], out _, out var fault));
        Assert.AreEqual("no known key signed it.", fault);
        Assert.IsTrue(note.TryVerify([Key, other.Key], out signatures, out _));
        Assert.HasCount(2, signatures);
    }

    [TestMethod]
    public void A_line_of_a_known_key_that_does_not_verify_refuses_the_note_beside_one_that_does()
    {
        var good = Read(Text + "\n" + PeterLine);
        var bad = good.Signatures[0] with { Value = new Seeded("forged").Bytes(64) };

        Assert.IsFalse(good.With(bad).TryVerify([Key], out _, out var fault));

        Assert.Contains("the signature of PeterNeumann (key c74f20a3) does not verify", fault);
    }

    [TestMethod]
    public void A_line_that_stands_twice_counts_once()
    {
        var note = Read(Text + "\n" + PeterLine + PeterLine);

        Assert.IsTrue(note.TryVerify([Key, Key], out var signatures, out _));
        Assert.HasCount(1, signatures);
    }

    [TestMethod]
    public void A_note_has_at_most_300_signatures_and_65535_bytes()
    {
        var line = "— n " + Convert.ToBase64String(new byte[68]) + "\n";
        string Note(int lines) => "t\n\n" + string.Concat(Enumerable.Repeat(line, lines));

        Assert.HasCount(300, Read(Note(300)).Signatures.ToArray());
        Assert.IsFalse(SignedNote.TryParse(Encoding.UTF8.GetBytes(Note(301)), out _, out var fault));
        Assert.AreEqual("it has more than 300 signatures.", fault);
        var most = 65_535 - Encoding.UTF8.GetByteCount("\n\n" + line);
        Assert.IsTrue(SignedNote.TryParse(Encoding.UTF8.GetBytes(new string('a', most) + "\n\n" + line), out _, out _));
        Assert.IsFalse(SignedNote.TryParse(Encoding.UTF8.GetBytes(new string('a', most + 1) + "\n\n" + line), out _, out _));
    }

    [TestMethod]
    public void A_signer_prints_nothing_of_itself_and_does_not_sign_once_it_was_wiped()
    {
        var signer = new NoteSigner(KeyName.Parse("a"), new Seeded("wiped").Bytes(32));
        Assert.AreEqual("NoteSigner", signer.ToString());
        signer.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => signer.Sign("text\n"u8));
        Assert.ThrowsExactly<ArgumentException>(() => new NoteSigner(KeyName.Parse("a"), new byte[31]));
        Assert.ThrowsExactly<ArgumentException>(() => new NoteSigner(default, new byte[32]));
    }

    private static SignedNote Read(string text) =>
        SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var fault) ? note : throw new FormatException(fault);
}
