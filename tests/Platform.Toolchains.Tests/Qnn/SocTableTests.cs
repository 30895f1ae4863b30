using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Tests;

public sealed class SocTableTests
{
    [Fact]
    public void All_HaveNumbersAndNamesOfTheirOwn()
    {
        Assert.Equal(SocTable.All.Count, SocTable.All.Select(soc => soc.Id).Distinct().Count());
        var names = SocTable.All.SelectMany(soc => soc.Chipsets).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(SocTable.All, soc => Assert.InRange(soc.Arch, 68, 85));
    }

    [Theory]
    [InlineData(43, "SA8255P SC8380XP QCS8550 SA8620P QCS9100 QCS8300")]
    [InlineData(57, "")]
    [InlineData(36, "SM8475 SXR2230P")]
    [InlineData(93, "SM7325")]
    public void StandsInFor_EqualChipsOnly(int id, string others)
    {
        var soc = SocTable.Find(id)!;
        Assert.Equal(others, string.Join(' ', SocTable.All.Where(soc.StandsInFor).Select(other => other.Name)));
        Assert.All(SocTable.All.Where(soc.StandsInFor), other => Assert.True(other.StandsInFor(soc)));
    }

    [Fact]
    public void FamilyAndProxy_AreWordedAsAiHubDoes() => Assert.Equal(("QCS8550 (Family)", "QCS8550 (Proxy)"), (SocTable.Find(66)!.Family, SocTable.Find(66)!.Proxy));

    [Theory]
    [InlineData("SM8650", 57)]
    [InlineData("sm8650", 57)]
    [InlineData("qualcomm-snapdragon-8gen3", 57)]
    [InlineData("qualcomm-snapdragon-8-elite", 69)]
    [InlineData("qualcomm-snapdragon-x-elite", 60)]
    [InlineData("qcm6490", 93)]
    public void Find_KnowsNames(string name, int id) => Assert.Equal(id, SocTable.Find(name)!.Id);

    [Theory]
    [InlineData(14)]
    [InlineData(44)]
    [InlineData(999)]
    [InlineData(0)]
    public void Find_WhatTheLibraryRefusesOrTakesForNoChip_IsUnknown(int id) => Assert.Null(SocTable.Find(id));

    [Theory]
    [InlineData("soc-model:57", "57")]
    [InlineData("chipset:sm8550 soc-model:57", "43,57")]
    [InlineData("chipset:qualcomm-snapdragon-8gen3 soc-model:57 hexagon:v75 htp-supports-fp16:true", "57")]
    [InlineData("os:android", "")]
    public void Parse_FindsTheChips(string attributes, string expected)
    {
        var refusals = new List<Refusal>();
        Assert.Equal(expected, string.Join(',', SocSelector.Parse(attributes.Split(' '), refusals).Select(soc => soc.Id)));
        Assert.Empty(refusals);
    }

    [Theory]
    [InlineData("soc-model:999", FailureCode.QnnSocUnknown)]
    [InlineData("soc-model:-1", FailureCode.QnnSocUnknown)]
    [InlineData("chipset:SM9999", FailureCode.QnnSocUnknown)]
    [InlineData("soc-model:57 hexagon:v73", FailureCode.QnnArchMismatch)]
    [InlineData("soc-model:68 htp-supports-fp16:true", FailureCode.QnnFloatUnsupported)]
    public void Parse_WhatIsNoChip_IsRefused(string attributes, FailureCode code)
    {
        var refusals = new List<Refusal>();
        SocSelector.Parse(attributes.Split(' '), refusals);
        Assert.Equal(code, Assert.Single(refusals).Code);
    }

    [Theory]
    [InlineData(57, "float", null)]
    [InlineData(93, "a8w8", null)]
    [InlineData(93, "float", FailureCode.QnnFloatUnsupported)]
    [InlineData(30, "float", FailureCode.QnnFloatUnsupported)]
    [InlineData(39, "float", null)]
    [InlineData(36, "a16w16", FailureCode.QnnPrecisionUnsupported)]
    [InlineData(36, "a16w8", null)]
    [InlineData(43, "a16w16", null)]
    public void Find_WhatAChipCannotDo_IsRefused(int soc, string precision, FailureCode? code) => Assert.Equal(code, SocChecks.Find(SocTable.Find(soc)!, precision)?.Code);
}
