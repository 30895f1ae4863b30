using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Hub.Cli.Reports;

namespace Hub.Cli.Tests;

/// <summary>Names in a page come from a model's file: they are shown, and are nothing else.</summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("</svg></td><img src=x onerror=alert(1)>")]
    [InlineData("\"><b>&amp;'")]
    [InlineData("]]><!-- -->")]
    public async Task Page_HostileNames_AreTextAndNothingElse(string name)
    {
        var page = await SavedAsync(name);

        Assert.Equal($"Job {name}", page.Root!.Element("head")!.Element("title")!.Value);
        Assert.Contains(page.Descendants("td"), cell => cell.Value == name);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "img" or "b");
    }

    [Theory]
    [InlineData("bell\u0007", "bell\uFFFD")]
    [InlineData("nul\0", "nul\uFFFD")]
    [InlineData("none\uFFFF", "none\uFFFD")]
    [InlineData("pair\U0001F600", "pair\U0001F600")]
    public async Task Page_CharactersThatXmlForbids_AreReplaced(string name, string shown)
    {
        var page = await SavedAsync(name);
        Assert.Contains(page.Descendants("td"), cell => cell.Value == shown);
    }

    [Fact]
    public async Task Page_LongNameCutInsideACharacter_IsWellFormed()
    {
        string name = "x" + string.Concat(Enumerable.Repeat("\U0001F600", 40));
        var page = await SavedAsync(name);
        Assert.Contains(page.Descendants("td"), cell => cell.Value == name);
    }

    [Fact]
    public async Task Page_Profile_NeedsNothingBesideItself()
    {
        var page = await SavedAsync("conv");

        Assert.Equal("html", page.DocumentType!.Name);
        Assert.Equal(4, page.Descendants().Count(element => element.Name.LocalName == "svg"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        Assert.Contains("Contended", Assert.Single(page.Descendants("p"), p => (string?)p.Attribute("class") == "warn").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ConversionSections_ParityNotTaken_GivesTheReason()
    {
        var sections = ConversionSections.Of(JsonNode.Parse("""{"parity":{"end_to_end":{"not_taken":"no runtime"}}}""")!);
        Assert.Contains("Not taken: no runtime", Assert.Single(sections).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ConversionSections_Parity_ShowsInfinityAndNumbers()
    {
        var sections = ConversionSections.Of(JsonNode.Parse("""
            {"steps":[{"step":"onnx-to-tflite","version":"1","wall_seconds":0.25}],
             "parity":{"end_to_end":{"source_runtime":"a","product_runtime":"b","samples":2,
              "outputs":[{"name":"y","dtype":"float32","snr_db":"Infinity","max_abs":0,"max_relative":0.5,"cosine":1}]}}}
            """)!).ToList();
        Assert.Equal(["onnx-to-tflite", "1", "0.25"], sections[0].Descendants("td").Select(cell => cell.Value));
        Assert.Equal(["y", "float32", "∞", "0e0", "5e-1", "1"], sections[1].Descendants("td").Select(cell => cell.Value));
    }

    private static async Task<XDocument> SavedAsync(string name)
    {
        var section = ReportHtml.Section(name, [ReportHtml.Facts(("name", name), ("left out", null)), .. ProfileSections.Of(JsonNode.Parse(Profile(name).ToJsonString())!)]);
        using var saved = new MemoryStream();
        await ReportHtml.Page($"Job {name}", [section]).SaveAsync(saved, SaveOptions.DisableFormatting, TestContext.Current.CancellationToken);
        saved.Position = 0;
        using var reader = XmlReader.Create(saved, new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null });
        return XDocument.Load(reader);
    }

    private static JsonObject Profile(string name) => new()
    {
        ["measurement"] = new JsonObject
        {
            ["sample_microseconds"] = new JsonArray(10, 11, 12),
            ["sample_start_microseconds"] = new JsonArray(0, 11, 23),
            ["statistics"] = JsonNode.Parse("""{"count":3,"minimum":10,"p50":11,"p99_reason":"p99 needs 459 runs, there are 3","outliers":[]}"""),
            ["drift"] = new JsonObject { ["verdict"] = "unknown" },
            ["validity"] = new JsonObject { ["contended"] = true, ["emulated"] = false },
            ["operators"] = new JsonArray(new JsonObject { ["name"] = name, ["type"] = name, ["compute_unit"] = "CPU", ["delegate"] = "", ["mean_microseconds"] = 4, ["calls"] = 1 }),
            ["loads"] = JsonNode.Parse("""[{"kind":"cold","phases":[{"name":"read","microseconds":5,"memory":{"peak_bytes":1048576}}]}]"""),
            ["inference_memory"] = new JsonObject { ["peak_bytes"] = 2097152 },
            ["environment"] = new JsonObject { ["runtime"] = "tflite", ["runtime_version"] = name, ["host"] = new JsonObject { ["cpu"] = new JsonObject { ["value"] = name } } },
        },
    };
}
