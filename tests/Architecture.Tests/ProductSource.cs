using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestKit;

namespace Architecture.Tests;

/// <summary>Every C# file that ships, parsed once.</summary>
internal static class ProductSource
{
    private static readonly string[] s_rooms = ["contracts", "services", "libs", "runners", "clients/cli"];

    public static IReadOnlyList<SourceFile> Files { get; } = [.. s_rooms.SelectMany(FilesOf)];

    public static IEnumerable<(SourceFile File, TypeDeclarationSyntax Type)> Types =>
        Files.SelectMany(file => file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(type => (file, type)));

    private static IEnumerable<SourceFile> FilesOf(string room)
    {
        string root = RepositoryRoot.Combine(room.Split('/'));
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
                .Select(SourceFile.Parse)
            : [];
    }
}

/// <summary>One parsed file.</summary>
/// <param name="Path">Path relative to the repository.</param>
/// <param name="Lines">Physical lines.</param>
/// <param name="Root">Syntax.</param>
internal sealed record SourceFile(string Path, int Lines, CompilationUnitSyntax Root)
{
    /// <summary>A file whose type carries <c>[DataTable]</c> is a table, and outside the budgets.</summary>
    public bool IsDataTable { get; } = Root.DescendantNodes().OfType<AttributeSyntax>().Any(attribute => attribute.Name.ToString() is "DataTable");

    public static SourceFile Parse(string path)
    {
        string text = File.ReadAllText(path);
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text).GetRoot();
        return new SourceFile(System.IO.Path.GetRelativePath(RepositoryRoot.Path, path), text.Count(c => c == '\n'), root);
    }
}
