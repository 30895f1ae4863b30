using Platform.Contracts.Node.V1;
using Platform.Toolchains.Options;

namespace Platform.Compiler.Work;

/// <summary>The options of a conversion; the gateway has checked them, so nothing is refused here.</summary>
internal static class ConversionOptions
{
    public static OptionSet Of(Conversion conversion) => OptionParser.Parse(conversion.Options, conversion.DirectOptions, JobKinds.Compile, []);
}
