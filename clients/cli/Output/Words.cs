using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Words
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < s_units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {s_units[unit]}");
    }

    public static string Time(Timestamp? time) => time is null ? "" : time.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Microseconds(double value) => value switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:0.00} s"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000:0.000} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} us"),
    };

    /// <summary>An enum value as the protocol spells it.</summary>
    public static string Name(System.Enum value)
    {
        var text = new StringBuilder();
        foreach (char c in value.ToString())
        {
            text.Append(char.IsUpper(c) && text.Length > 0 ? "_" : "").Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }

    public static string Tensor(TensorSpec tensor)
    {
        string quantization = tensor.HasScale ? string.Create(CultureInfo.InvariantCulture, $" scale {tensor.Scale:G6} zero point {tensor.ZeroPoint}") : "";
        return $"{tensor.Name}: {tensor.Dtype}[{string.Join(", ", tensor.Shape.Select(dim => dim < 1 ? "?" : dim.ToString(CultureInfo.InvariantCulture)))}]{quantization}";
    }

    public static string Tensors(IEnumerable<TensorSpec> tensors) => string.Join("\n", tensors.Select(Tensor));

    public static string Failure(Failure? failure)
    {
        if (failure is null)
        {
            return "";
        }

        var text = new StringBuilder($"{Name(failure.Code)}: {failure.Message}");
        foreach (var detail in failure.Details.Count > 1 || failure.Details.Any(d => d.Reason.Length > 0) ? failure.Details : [])
        {
            string reason = detail.Reason.Length > 0 ? $"/{detail.Reason}" : "";
            string subject = detail.Subject.Length > 0 ? $" [{detail.Subject}]" : "";
            text.Append(CultureInfo.InvariantCulture, $"\n  {Name(detail.Code)}{reason}{subject}: {detail.Message}");
        }

        return text.Append(failure.Advice.Length > 0 ? $"\n{failure.Advice}" : "").ToString();
    }
}
