using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Tests;

public sealed class QnnOptionsTests
{
    [Fact]
    public void Parse_AllowedKeys_BecomeThePluginsOptions()
    {
        var (options, refusals) = Parse("--qnn_options context_enable_graphs=main;context_priority=HIGH;default_graph_htp_vtcm_size=8;default_graph_htp_optimization_type=FINALIZE_OPTIMIZATION_FLAG;default_graph_htp_optimization_value=3;context_htp_performance_mode=BURST;default_graph_htp_precision=FLOAT16");
        Assert.Empty(refusals);
        Assert.Equal(["main"], options.GraphNames);
        Assert.Equal(
            [("htp_graph_finalization_optimization_mode", "3"), ("htp_performance_mode", "burst"), ("qnn_context_priority", "high"), ("vtcm_mb", "8")],
            options.Provider.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public void Parse_OlderSpellings_MeanTheSame()
    {
        var (options, refusals) = Parse("--target_runtime qnn_dlc --qnn_graph_name main --qnn_context_binary_vtcm 4 --qnn_context_binary_optimization_level 2");
        Assert.Empty(refusals);
        Assert.Equal(("main", "4", "2"), (options.GraphNames[0], options.Provider["vtcm_mb"], options.Provider["htp_graph_finalization_optimization_mode"]));
    }

    [Theory]
    [InlineData("--qnn_options default_graph_htp_vtcm_size=abc", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options default_graph_htp_vtcm_size=64", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options default_graph_htp_vtcm_size=-3", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options default_graph_htp_optimization_value=7", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options context_htp_performance_mode=nonsense", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options context_priority=", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options default_graph_htp_num_hvx_threads=4", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options default_graph_gpu_precision=FLOAT32", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options context_enable_graphs=../../etc", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options context_enable_graphs=a,b", FailureCode.OptionValueInvalid)]
    [InlineData("--qnn_options no_such_key=1", FailureCode.OptionUnknown)]
    [InlineData("--compute_unit cpu", FailureCode.OptionConflict)]
    [InlineData("--compute_unit gpu,cpu", FailureCode.OptionConflict)]
    public void Parse_WhatTheVendorTakesInSilence_IsRefused(string text, FailureCode code) => Assert.Contains(Parse(text).Refusals, refusal => refusal.Code == code);

    [Theory]
    [InlineData("", "v2.51.0.260929181845", null)]
    [InlineData("--qairt_version latest", "v2.51.0.260929181845", null)]
    [InlineData("--qairt_version 2.51", "v2.51.0.260929181845", null)]
    [InlineData("--qairt_version 2.5", "v2.51.0.260929181845", FailureCode.QnnVersionMismatch)]
    [InlineData("--qairt_version 2.31", "", null)]
    [InlineData("--qairt_version 2", "v2.51.0.260929181845", FailureCode.OptionValueInvalid)]
    public void CheckVersion_ComparesMajorAndMinor(string text, string build, FailureCode? code)
    {
        var options = OptionParser.Parse(text, new Dictionary<string, string>(), JobKinds.Compile, []);
        Assert.Equal(code, QnnOptions.CheckVersion(options, build)?.Code);
    }

    private static (QnnOptions Options, List<Refusal> Refusals) Parse(string text)
    {
        var refusals = new List<Refusal>();
        var options = OptionParser.Parse(text, new Dictionary<string, string>(), JobKinds.Compile, refusals);
        return (QnnOptions.Parse(options, 1, refusals), refusals);
    }
}
