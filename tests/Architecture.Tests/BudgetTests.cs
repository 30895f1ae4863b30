using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>Sizes of product code: what is longer than these budgets is read by nobody.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void Files_StayWithinTheBudget()
    {
        var sizes = ProductSource.Files.Where(file => !file.IsDataTable).Select(file => (file.Path, file.Lines)).ToList();
        Check("file", sizes, median: 60, p90: 250, longest: 600);
    }

    [Fact]
    public void Methods_StayWithinTheBudget()
    {
        var sizes = ProductSource.Files.Where(file => !file.IsDataTable)
            .SelectMany(file => file.Root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
                .Where(method => method.Body is not null || method.ExpressionBody is not null)
                .Select(method => ($"{file.Path}: {Name(method)}", Lines(method))))
            .ToList();
        Check("method", sizes, median: 8, p90: 30, longest: 80);
    }

    private static void Check(string what, List<(string Name, int Lines)> sizes, int median, int p90, int longest)
    {
        sizes.Sort((a, b) => a.Lines.CompareTo(b.Lines));
        var over = sizes.Where(size => size.Lines > longest).Select(size => $"{size.Name} has {size.Lines} lines").ToList();
        Assert.True(over.Count == 0, $"longer than {longest} lines:\n{string.Join('\n', over)}");

        int actualMedian = sizes[sizes.Count / 2].Lines;
        int actualP90 = sizes[sizes.Count * 9 / 10].Lines;
        TestContext.Current.SendDiagnosticMessage($"{sizes.Count} {what}s: median {actualMedian}, p90 {actualP90}, longest {sizes[^1].Lines}");
        Assert.True(actualMedian <= median, $"the median {what} has {actualMedian} lines, more than {median}");
        Assert.True(actualP90 <= p90, $"the 90th percentile {what} has {actualP90} lines, more than {p90}");
    }

    // Documentation and attributes above a method do not count: they are read on their own.
    private static int Lines(BaseMethodDeclarationSyntax method)
    {
        var first = method.Modifiers.Count > 0 ? method.Modifiers[0] : method.ChildTokens().FirstOrDefault(method.GetFirstToken());
        var tree = method.SyntaxTree;
        int start = tree.GetLineSpan(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(first.SpanStart, first.SpanStart)).StartLinePosition.Line;
        int end = tree.GetLineSpan(method.Span).EndLinePosition.Line;
        return end - start + 1;
    }

    private static string Name(BaseMethodDeclarationSyntax method) => method switch
    {
        MethodDeclarationSyntax named => named.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        _ => method.GetType().Name,
    };
}
