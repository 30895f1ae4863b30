using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestKit;

namespace Architecture.Tests;

/// <summary>House rules that syntax shows.</summary>
public sealed class CodeRuleTests
{
    [Fact]
    public void Catch_IsNeverEmpty()
    {
        var empty = ProductSource.Files.SelectMany(file => file.Root.DescendantNodes().OfType<CatchClauseSyntax>()
            .Where(clause => clause.Block.Statements.Count == 0).Select(clause => At(file, clause)));
        Assert.Empty(empty);
    }

    // Whoever looks over all organizations stands here: engines, schedulers, collectors, and what finds the caller behind a token.
    private static readonly string[] s_systemScans =
    [
        "libs/Platform.Store/Documents/Collection.cs",
        "services/artifact/Retention/GarbageCollector.cs",
        "services/device-broker/BrokerLoop.cs",
        "services/device-broker/DeviceBrokerGrpcService.cs",
        "services/device-broker/Devices/DeviceLedger.cs",
        "services/device-broker/Hosts/FarmHostsGrpcService.cs",
        "services/device-broker/Hosts/FarmOperation.cs",
        "services/device-broker/Runs/RunReporter.cs",
        "services/device-broker/Runs/RunService.cs",
        "services/device-broker/Scheduling/RunQueue.cs",
        "services/gateway/Audit/AuditLog.cs",
        "services/gateway/Datasets/DatasetService.cs",
        "services/gateway/Identity/OrganizationService.cs",
        "services/gateway/Identity/TokenService.cs",
        "services/gateway/Jobs/ReconcileLoop.cs",
        "services/gateway/Nodes/CompileQueue.cs",
        "services/gateway/Nodes/NodeRegistry.cs",
        "services/gateway/Nodes/NodeService.cs",
        "services/gateway/Operation/FarmOperator.cs",
        "services/gateway/Subscriptions/ExchangeSubscriptions.cs",
        "services/gateway/Subscriptions/SubscriptionLoop.cs",
    ];

    [Fact]
    public void AsSystem_IsCalledByNamedFilesOnly()
    {
        var callers = ProductSource.Files.Where(file => file.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == "AsSystem")
            || file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.Text == "AsSystem")).Select(file => file.Path);
        Assert.Equal(s_systemScans, callers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Catch_NamesAnExceptionOrHasAFilterOrRethrows()
    {
        var bare = ProductSource.Files.SelectMany(file => file.Root.DescendantNodes().OfType<CatchClauseSyntax>()
            .Where(clause => CatchesAll(clause) && clause.Filter is null && !Rethrows(clause)).Select(clause => At(file, clause)));
        Assert.Empty(bare);
    }

    [Fact]
    public void Classes_AreSealedUnlessSomethingInheritsThem()
    {
        var bases = ProductSource.Types.SelectMany(entry => entry.Type.BaseList?.Types ?? []).Select(type => SimpleName(type.Type)).ToHashSet();
        var open = ProductSource.Types
            .Where(entry => entry.Type is ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword })
            .Where(entry => !entry.Type.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword))
            .Where(entry => !entry.Type.Modifiers.Any(m => m.IsKind(SyntaxKind.PartialKeyword)) || !IsSealedElsewhere(entry.Type))
            .Where(entry => !bases.Contains(entry.Type.Identifier.Text))
            .Select(entry => At(entry.File, entry.Type));
        Assert.Empty(open);
    }

    [Fact]
    public void Programs_KeepTheirTypesInternal()
    {
        var exposed = ProductSource.Types
            .Where(entry => entry.File.Path.StartsWith("services/", StringComparison.Ordinal) || entry.File.Path.StartsWith("runners/", StringComparison.Ordinal)
                || entry.File.Path.StartsWith("clients/", StringComparison.Ordinal))
            .Where(entry => entry.Type.Parent is not TypeDeclarationSyntax && entry.Type.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword)))
            .Select(entry => At(entry.File, entry.Type));
        Assert.Empty(exposed);
    }

    [Fact]
    public void Interfaces_HaveTwoImplementationsOrAConformanceKit()
    {
        var implemented = ProductSource.Types.Where(entry => entry.Type is not InterfaceDeclarationSyntax)
            .SelectMany(entry => entry.Type.BaseList?.Types ?? []).Select(type => SimpleName(type.Type)).GroupBy(name => name).ToDictionary(g => g.Key, g => g.Count());
        var kits = Directory.EnumerateFiles(RepositoryRoot.Combine("tests"), "*Conformance.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var lonely = ProductSource.Types.Where(entry => entry.Type is InterfaceDeclarationSyntax)
            .Where(entry => implemented.GetValueOrDefault(entry.Type.Identifier.Text) < 2 && !kits.Contains(entry.Type.Identifier.Text[1..] + "Conformance"))
            .Select(entry => At(entry.File, entry.Type));
        Assert.Empty(lonely);
    }

    [Fact]
    public void Comments_PromiseNothing()
    {
        string[] banned = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];
        var found = ProductSource.Files.Where(file => banned.Any(word => file.Root.ToFullString().Contains(word, StringComparison.Ordinal))).Select(file => file.Path);
        Assert.Empty(found);
    }

    private static bool CatchesAll(CatchClauseSyntax clause) => clause.Declaration is null || SimpleName(clause.Declaration.Type) == "Exception";

    private static bool Rethrows(CatchClauseSyntax clause) => clause.Block.DescendantNodes().OfType<ThrowStatementSyntax>().Any();

    private static bool IsSealedElsewhere(TypeDeclarationSyntax type) => ProductSource.Types.Any(other =>
        other.Type.Identifier.Text == type.Identifier.Text && other.Type.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword));

    private static string SimpleName(TypeSyntax type) => type switch
    {
        GenericNameSyntax generic => generic.Identifier.Text,
        QualifiedNameSyntax qualified => SimpleName(qualified.Right),
        _ => type.ToString(),
    };

    private static string At(SourceFile file, CSharpSyntaxNode node) =>
        $"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {(node as TypeDeclarationSyntax)?.Identifier.Text}";
}
