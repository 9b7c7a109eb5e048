using Grpc.Core;

namespace Federated.Grpc.Tests.Semantics;

[TestClass]
public sealed class MetadataTests
{
    [TestMethod]
    public void Keys_are_stored_in_lower_case()
    {
        var entry = new Metadata.Entry("X-Study_1.a", "v");

        Assert.AreEqual("x-study_1.a", entry.Key);
        Assert.AreEqual("v", entry.Value);
    }

    [TestMethod]
    [DataRow("a b", DisplayName = "a space")]
    [DataRow("a:b", DisplayName = "a colon, which would start a pseudo-header")]
    [DataRow("clé", DisplayName = "a letter outside ASCII")]
    [DataRow("a\r\nb", DisplayName = "a line break, which would start another header")]
    public void A_key_with_other_characters_than_gRPC_allows_is_refused(string key)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new Metadata.Entry(key, "v"));
        Assert.ThrowsExactly<ArgumentException>(() => new Metadata { { key + "-bin", new byte[] { 1 } } });
    }

    [TestMethod]
    public void The_end_of_a_key_tells_whether_its_value_is_bytes()
    {
        Assert.IsTrue(new Metadata.Entry("a-BIN", [1]).IsBinary);
        Assert.IsFalse(new Metadata.Entry("a-bin-a", "v").IsBinary);
        Assert.ThrowsExactly<ArgumentException>(() => new Metadata.Entry("a-bin", "text"));
        Assert.ThrowsExactly<ArgumentException>(() => new Metadata.Entry("a", [1]));
    }

    [TestMethod]
    public void Text_can_be_read_as_bytes_but_bytes_not_as_text()
    {
        CollectionAssert.AreEqual("v1"u8.ToArray(), new Metadata.Entry("a", "v1").ValueBytes);
        Assert.ThrowsExactly<InvalidOperationException>(() => new Metadata.Entry("a-bin", [1]).Value);
    }

    [TestMethod]
    public void Bytes_are_copied_on_their_way_in_and_out()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("a-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        CollectionAssert.AreEqual(new byte[] { 1, 2 }, entry.ValueBytes);
    }

    [TestMethod]
    public void Of_several_entries_with_one_key_the_last_counts_and_all_can_be_had()
    {
        var metadata = new Metadata
        {
            { "a", "1" },
            { "b", "2" },
            { "a", "3" },
            { "c-bin", new byte[] { 4 } },
        };

        Assert.AreEqual("3", metadata.Get("a")?.Value);
        Assert.AreEqual("3", metadata.GetValue("a"));
        CollectionAssert.AreEqual(new[] { "1", "3" }, metadata.GetAll("a").Select(entry => entry.Value).ToArray());
        CollectionAssert.AreEqual(new byte[] { 4 }, metadata.GetValueBytes("c-bin"));
    }

    [TestMethod]
    public void A_key_that_is_absent_has_no_value()
    {
        var metadata = new Metadata { { "a", "1" } };

        Assert.IsNull(metadata.Get("b"));
        Assert.IsNull(metadata.GetValue("b"));
        Assert.IsNull(metadata.GetValueBytes("b-bin"));
        Assert.IsEmpty(metadata.GetAll("b"));
    }

    [TestMethod]
    public void Entries_can_be_moved_about_as_in_any_list()
    {
        var (a, b, c) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"));
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        metadata[2] = a;

        CollectionAssert.AreEqual(new[] { a, b, a }, metadata.ToArray());
        Assert.AreEqual(1, metadata.IndexOf(b));
        Assert.IsTrue(metadata.Remove(b));
        Assert.DoesNotContain(b, metadata);
        metadata.RemoveAt(0);
        Assert.HasCount(1, metadata);
        metadata.Clear();
        Assert.IsEmpty(metadata);
    }

    [TestMethod]
    public void The_shared_empty_metadata_stays_empty()
    {
        Assert.IsTrue(Metadata.Empty.IsReadOnly);
        Assert.ThrowsExactly<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
        Assert.IsEmpty(Metadata.Empty);
    }
}
