namespace Federated.Data.Tests;

[TestClass]
public sealed class HoldoutSplitTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    /// <summary>
    /// Positions computed with Python's hashlib and hmac: HMAC-SHA-256(key 00..0f, SHA-256("federated.patient-key.v1" ‖ 0 ‖ "P00000k")), first 53
    /// bits, for k = 0, 1, 2: 0.61683..., 0.52215..., 0.82303...
    /// </summary>
    [TestMethod]
    [DataRow(0.5221, new int[] { })]
    [DataRow(0.5222, new[] { 1 })]
    [DataRow(0.6169, new[] { 0, 1 })]
    [DataRow(0.8231, new[] { 0, 1, 2 })]
    public void Sides_agree_with_an_independent_computation(double fraction, int[] expected)
    {
        var rows = Sample.Encode(Sample.Patients(["P000000", "P000001", "P000002"]));

        var (_, test) = new HoldoutSplit(Key, fraction).Apply(rows);

        CollectionAssert.AreEqual(expected, test.RowIds.ToArray());
    }

    [TestMethod]
    public void Removing_any_one_patient_moves_no_other()
    {
        string[] keys = [.. Enumerable.Range(0, 60).Select(i => $"IPP{i}")];
        var split = new HoldoutSplit(Key, 0.3);
        var all = Sides(split, keys);

        for (var removed = 0; removed < keys.Length; removed++)
        {
            string[] others = [.. keys.Where((_, i) => i != removed)];

            CollectionAssert.AreEqual(all.Where((_, i) => i != removed).ToArray(), Sides(split, others), keys[removed]);
        }
    }

    [TestMethod]
    public void The_order_of_the_file_does_not_matter()
    {
        string[] keys = [.. Enumerable.Range(0, 60).Select(i => $"IPP{i}")];
        var split = new HoldoutSplit(Key, 0.3);

        CollectionAssert.AreEqual(Sides(split, keys).Reverse().ToArray(), Sides(split, [.. keys.Reverse()]));
    }

    [TestMethod]
    public void Every_row_is_on_exactly_one_side()
    {
        var rows = Sample.Encode(Sample.Patients(Enumerable.Range(0, 200).Select(i => $"IPP{i}")));

        var (train, test) = new HoldoutSplit(Key, 0.3).Apply(rows);

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 200).ToArray(),
            train.RowIds.ToArray().Concat(test.RowIds.ToArray()).Order().ToArray()
        );
    }

    [TestMethod]
    public void All_rows_of_a_patient_fall_on_one_side()
    {
        var mapping = Sample.Mapping(Sample.KeyedMappingText);
        mapping = mapping with { Schema = mapping.Schema with { OneRowPerPatient = false } };
        var rows = Sample.Encode(Sample.Patients(Enumerable.Range(0, 300).Select(i => $"{(i % 2 == 0 ? "ipp" : "IPP")}{i % 50}"), mapping));

        var (train, test) = new HoldoutSplit(Key, 0.3).Apply(rows);

        Assert.IsFalse(train.Patients.ToArray().Intersect(test.Patients.ToArray()).Any());
        Assert.AreEqual(50, train.Patients.ToArray().Concat(test.Patients.ToArray()).Distinct().Count());
        Assert.AreEqual(0, test.Count % 6);
    }

    [TestMethod]
    public void Without_a_key_rows_of_equal_content_fall_on_one_side()
    {
        foreach (var (hospital, first, second) in new[] { ("hungarian", 101, 102), ("va", 139, 187) })
        {
            var patients = RealHospital.Read(hospital).Table.Patients.ToArray();

            Assert.AreEqual(patients[first], patients[second]);
            Assert.AreEqual(patients.Length - 1, patients.Distinct().Count());
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(0.35)]
    [DataRow(0.9)]
    public void The_share_kept_for_testing_is_about_the_fraction(double fraction)
    {
        const int Patients = 20_000;
        var rows = Sample.Encode(Sample.Patients(Enumerable.Range(0, Patients).Select(i => $"IPP{i}")));

        var (_, test) = new HoldoutSplit(Key, fraction).Apply(rows);

        // Five standard deviations of a binomial count; deterministic, so it passes always or never.
        Assert.AreEqual(fraction * Patients, test.Count, 5 * Math.Sqrt(Patients * fraction * (1 - fraction)));
    }

    [TestMethod]
    public void Another_key_is_another_split()
    {
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"IPP{i}")];
        byte[] otherKey = [.. Key.Select(b => (byte)(b + 1))];

        var same = Sides(new HoldoutSplit(Key, 0.5), keys)
            .Zip(Sides(new HoldoutSplit(otherKey, 0.5), keys))
            .Count(p => p.First == p.Second);

        Assert.AreEqual(100, same, 5 * Math.Sqrt(200 * 0.25));
    }

    [TestMethod]
    public void A_larger_fraction_keeps_every_patient_of_a_smaller_one()
    {
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"IPP{i}")];
        var (few, more) = (Sides(new HoldoutSplit(Key, 0.2), keys), Sides(new HoldoutSplit(Key, 0.3), keys));

        Assert.IsFalse(few.Zip(more).Any(p => p.First && !p.Second));
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void A_fraction_outside_zero_to_one_is_refused(double fraction)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new HoldoutSplit(Key, fraction));
    }

    [TestMethod]
    public void A_short_key_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new HoldoutSplit(new byte[15], 0.3));
    }

    private static bool[] Sides(HoldoutSplit split, string[] keys) => [.. Sample.Patients(keys).Patients.ToArray().Select(split.IsTest)];
}
