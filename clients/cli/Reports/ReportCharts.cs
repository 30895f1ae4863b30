using System.Globalization;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Hub.Cli.Reports;

/// <summary>The charts of a page, as SVG that stands in the page itself.</summary>
internal static class ReportCharts
{
    private const int Width = 720;
    private const int Bins = 40;
    private const int RowHeight = 24;
    private static readonly OxyColor s_ink = OxyColor.FromRgb(0x1f, 0x5f, 0x8b);

    /// <summary>How often each latency occurred.</summary>
    public static XElement Distribution(IReadOnlyList<double> microseconds)
    {
        var plot = Plot("latency in µs", "runs");
        double low = microseconds.Min(), width = Math.Max((microseconds.Max() - low) / Bins, double.Epsilon);
        var bars = new RectangleBarSeries { FillColor = s_ink, StrokeThickness = 0 };
        foreach (var bin in microseconds.GroupBy(value => Math.Min((int)((value - low) / width), Bins - 1)))
        {
            bars.Items.Add(new RectangleBarItem(low + bin.Key * width, 0, low + (bin.Key + 1) * width, bin.Count()));
        }

        plot.Series.Add(bars);
        return Export(plot, 260);
    }

    /// <summary>Latency over time: what a distribution hides.</summary>
    public static XElement Series(IReadOnlyList<double> starts, IReadOnlyList<double> microseconds)
    {
        var plot = Plot("ms since the first run", "latency in µs");
        var dots = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 2, MarkerFill = s_ink };
        dots.Points.AddRange(starts.Zip(microseconds, (start, value) => new ScatterPoint(start / 1000, value)));
        plot.Series.Add(dots);
        return Export(plot, 260);
    }

    /// <summary>Bars with names, the first on top.</summary>
    public static XElement Bars(IReadOnlyList<(string Name, double Value)> rows, string unit)
    {
        var plot = new PlotModel { PlotAreaBorderThickness = new OxyThickness(0) };
        var names = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = 0.4, TickStyle = TickStyle.None };
        names.Labels.AddRange(rows.Select(row => ReportHtml.Clean(row.Name)));
        plot.Axes.Add(names);
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, Title = unit, MajorGridlineStyle = LineStyle.Dot });
        var bars = new BarSeries { FillColor = s_ink, StrokeThickness = 0 };
        bars.Items.AddRange(rows.Select(row => new BarItem(row.Value)));
        plot.Series.Add(bars);
        return Export(plot, 60 + (RowHeight * rows.Count));
    }

    private static PlotModel Plot(string x, string y)
    {
        var plot = new PlotModel { PlotAreaBorderThickness = new OxyThickness(0) };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = x });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = y, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        return plot;
    }

    private static XElement Export(PlotModel plot, int height)
    {
        plot.Culture = CultureInfo.InvariantCulture;
        plot.DefaultFont = "system-ui, sans-serif";
        string svg = new SvgExporter { Width = Width, Height = height, IsDocument = false }.ExportToString(plot);
        return XElement.Parse(svg);
    }
}
